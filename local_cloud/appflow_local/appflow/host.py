"""What the model asks of the cloud around it: identity, permission and function calls.

The model imports no host; whoever runs it hands it an object that satisfies `Host`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Caller:
    """Who signed a request, and the account and region that it addresses."""

    account_id: str
    region: str
    arn: str


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


class Host(Protocol):
    """The cloud around the model. Every method may be called from many threads at once."""

    def is_allowed(self, caller: Caller, action: str, resource: str) -> bool:
        """Tell whether the caller's identity policies allow the action.

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
