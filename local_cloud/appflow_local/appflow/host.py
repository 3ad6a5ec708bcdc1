"""What the model asks of the cloud around it: permission, functions, secrets, storage, the web.

The model imports no host; whoever runs it hands it an object that satisfies `Host`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from appflow_local.appflow.storage import Storage
from appflow_local.appflow.web import Web

# An account's id and a Region.
Place: TypeAlias = tuple[str, str]

# IAM condition keys of a request, by name; those of the connection are the host's.
ConditionKeys: TypeAlias = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Caller:
    """Who signed a request, and the account and region that it addresses."""

    account_id: str
    region: str
    arn: str

    @property
    def place(self) -> Place:
        """The account and Region."""
        return self.account_id, self.region


@dataclass(frozen=True)
class Invocation:
    """What Lambda's Invoke answered.

    `function_error` is the header `X-Amz-Function-Error` (`Unhandled` or `Handled`); it is None
    when the function returned normally.
    """

    payload: bytes
    function_error: str | None = None


class FunctionNotFound(Exception):  # noqa: N818 - an outcome of an invocation, named as Lambda does
    """The invoked function, version or alias does not exist."""


class InvocationTimedOut(Exception):  # noqa: N818
    """The function had not answered when the time given to `Host.invoke` was over."""


class InvocationThrottled(Exception):  # noqa: N818
    """Lambda refused the call because too many run already."""


class SecretExists(Exception):  # noqa: N818
    """A secret of this name exists already."""


class SecretNotFound(Exception):  # noqa: N818
    """There is no such secret, or it is about to be deleted."""


class Host(Storage, Web, Protocol):
    """The cloud around the model. Every method may be called from many threads at once."""

    def acting_for(self, caller: Caller) -> AbstractContextManager[None]:
        """Put calls of the block into the caller's account and region.

        For work outside a request, such as a run; a request is in its caller's anyway.
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
        """Invoke the function synchronously, as the service, and wait `timeout` seconds at most.

        Raises:
            FunctionNotFound: no such function, version or alias.
            InvocationTimedOut: no answer in time.
            InvocationThrottled: the function's concurrency is used up.
        """
        ...

    def create_secret(self, caller: Caller, name: str, value: str) -> str:
        """Keep a text in Secrets Manager, in the caller's account and region; return its ARN.

        The caller's permission has been asked for before.

        Raises:
            SecretExists: the name is in use.
        """
        ...

    def read_secret(self, secret_arn: str) -> str:
        """Return a secret's text, as the service that owns it.

        Raises:
            SecretNotFound: somebody else deleted it.
        """
        ...

    def replace_secret(self, secret_arn: str, value: str) -> str:
        """Give a secret another text, as the service that owns it; return the text before.

        Raises:
            SecretNotFound: somebody else deleted it.
        """
        ...

    def delete_secret(self, secret_arn: str) -> None:
        """Delete a secret at once, as the service that owns it; one that is gone is no error."""
        ...
