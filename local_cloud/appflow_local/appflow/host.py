"""What the model needs of the cloud around it: permissions, functions, secrets, and the rest.

The model imports no host: it is given an object that satisfies `Host`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from appflow_local.appflow.data_catalog import DataCatalog
from appflow_local.appflow.encryption_keys import Keys
from appflow_local.appflow.monitoring import Monitoring
from appflow_local.appflow.storage import Storage
from appflow_local.appflow.web import Web

# An account's id and a Region.
Place: TypeAlias = tuple[str, str]

# IAM condition keys of a request, by name. The host adds those of the network connection.
ConditionKeys: TypeAlias = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Caller:
    """Who signed a request, and the account and Region that it addresses."""

    account_id: str
    region: str
    arn: str

    @property
    def place(self) -> Place:
        """The account and Region."""
        return self.account_id, self.region


@dataclass(frozen=True)
class Invocation:
    """The answer of Lambda's Invoke.

    `function_error` is the header `X-Amz-Function-Error` (`Unhandled` or `Handled`); it is None
    when the function returned normally. `printed` is the function's output. `answer` is what the
    payload says, if it is read already and is JSON in the strict sense; None to read the payload.
    """

    payload: bytes
    function_error: str | None = None
    printed: str = ""
    answer: dict[str, Any] | None = field(default=None, repr=False)


class FunctionNotFound(Exception):  # noqa: N818 - an outcome of an invocation, named as Lambda does
    """The invoked function, version or alias does not exist."""


class FunctionNotStarted(Exception):  # noqa: N818
    """The function's process could not be started; the text says why.

    `is_unsupported`: it could be on AWS, but not on this machine.
    """

    def __init__(self, reason: str, *, is_unsupported: bool = False) -> None:
        super().__init__(reason)
        self.is_unsupported = is_unsupported


class InvocationTimedOut(Exception):  # noqa: N818
    """The function did not answer within the timeout of `Host.invoke`."""


class InvocationThrottled(Exception):  # noqa: N818
    """Lambda refused the call because too many are running."""


class SecretExists(Exception):  # noqa: N818
    """A secret of this name exists already."""


class SecretNotFound(Exception):  # noqa: N818
    """There is no such secret, or it is scheduled for deletion."""


class Host(DataCatalog, Keys, Monitoring, Storage, Web, Protocol):
    """The cloud around the model. Every method may be called from many threads at once."""

    def acting_for(self, caller: Caller) -> AbstractContextManager[None]:
        """Make the block's calls in the caller's account and Region.

        For work outside a request, such as a run; a request is in its caller's account already.
        """
        ...

    def is_allowed(
        self, caller: Caller, action: str, resource: str, keys: ConditionKeys | None = None
    ) -> bool:
        """Tell whether the caller's policies allow the action, given these condition keys.

        Always True when the host does not enforce IAM.
        """
        ...

    def admits_appflow(self, function_arn: str, *, source_account: str, source_arn: str) -> bool:
        """Tell whether the function's resource policy lets appflow.amazonaws.com invoke it.

        `source_account` and `source_arn` are the condition keys `aws:SourceAccount` and
        `aws:SourceArn` that AppFlow presents.

        Raises:
            FunctionNotFound: no such function, version or alias.
        """
        ...

    def invoke(
        self, function_arn: str, payload: Mapping[str, Any], *, timeout: float
    ) -> Invocation:
        """Invoke the function synchronously, as AppFlow, and wait at most `timeout` seconds.

        Raises:
            FunctionNotFound: no such function, version or alias.
            FunctionNotStarted: its code doesn't load, or can't run on this machine.
            InvocationTimedOut: no answer in time.
            InvocationThrottled: the function has no concurrency left.
        """
        ...

    def create_secret(
        self, caller: Caller, name: str, value: str, key_arn: str | None = None
    ) -> str:
        """Create a secret in the caller's account and Region; return its ARN.

        Ask for the caller's permission first. Without `key_arn`, it is encrypted with Secrets
        Manager's own key.

        Raises:
            SecretExists: the name is in use.
        """
        ...

    def read_secret(self, secret_arn: str) -> str:
        """Return a secret's text, as AppFlow, which owns it.

        Raises:
            SecretNotFound: somebody else deleted it.
        """
        ...

    def replace_secret(self, secret_arn: str, value: str) -> str:
        """Replace a secret's text, as AppFlow, which owns it; return the previous text.

        Raises:
            SecretNotFound: somebody else deleted it.
        """
        ...

    def secret_texts(self) -> Iterable[str]:
        """Return every text in every secret of every account; of JSON, the texts in it."""
        ...

    def delete_secret(self, secret_arn: str) -> None:
        """Delete a secret at once, as AppFlow, which owns it; do nothing if it is gone."""
        ...
