"""A connector as AppFlow talks to it. All requests to connectors go through `Connection.ask`."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from appflow_local.appflow.account import Account
from appflow_local.appflow.connectors.connector_errors import (
    NO_VALID_RESPONSE,
    check_success,
    communication_error,
    function_not_found,
    refuses_credentials,
)
from appflow_local.appflow.connectors.injection import LARGEST_ANSWER, Injection
from appflow_local.appflow.connectors.journal_entry import Entry
from appflow_local.appflow.connectors.patience import TRIES, asked_wait, backoff
from appflow_local.appflow.host import (
    FunctionNotFound,
    FunctionNotStarted,
    Invocation,
    InvocationThrottled,
    InvocationTimedOut,
)
from appflow_local.appflow.protocol.errors import (
    AccessDeniedException,
    AppFlowError,
    ThrottlingException,
    UnsupportedOperationException,
)
from appflow_local.appflow.protocol.model import longest_message
from appflow_local.appflow.protocol.parsing import load_json

# In seconds, by kind of request.
# Known (SDK README, "SDK Restrictions"): a connector has 30 seconds for QueryData and WriteData,
# and 10 for its configuration, settings, credentials and entities.
# Inferred: a connector has 30 seconds for RetrieveData, too, which that list lacks.
METADATA_TIMEOUT = 10.0
DATA_TIMEOUT = 30.0
# Known (Lambda Developer Guide, "Lambda quotas"): a request and an answer have 6 MB at most.
LARGEST_REQUEST = 6 * 1024 * 1024 - 1

Pause = Callable[[timedelta], None]
"""Waits; raises if the run is told to stop."""

Remainder = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""Given an answer that asks for patience, returns what to send then; None if nothing is left."""

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Connection:
    """A connector's function, invoked by AppFlow for one account.

    Args:
        account: the account in which the connector is registered, or will be.
        label: the connector's label.
        function_arn: its function.
    """

    def __init__(self, account: Account, label: str, function_arn: str) -> None:
        self.account = account
        self.label = label
        self.function_arn = function_arn
        self._page: Invocation | None = None  # the last one of a run, for as long as it asks
        self._number = 0  # of the last call in the journal

    def check_admission(self) -> None:
        """Check that AppFlow may invoke the function.

        Known (SDK README): the function's resource policy must admit `appflow.amazonaws.com` for
        the account, and for an `aws:SourceArn` like `arn:aws:appflow:REGION:ACCOUNT:*`.
        Known (Lambda API reference, AddPermission, `Qualifier`): a version and an alias have a
        policy each of their own.
        Chosen: the ARN that AppFlow presents is the connector's.
        Inferred (API reference, AccessDeniedException: "AppFlow/Requester has invalid or missing
        permissions"): without that policy the request fails with `AccessDeniedException`.

        Raises:
            AccessDeniedException: it may not.
            ResourceNotFoundException: there is no such function.
        """
        account, source_arn = self.account, self.account.arns.connector(self.label)
        try:
            admitted = account.host.admits_appflow(
                self.function_arn, source_account=account.id, source_arn=source_arn
            )
        except FunctionNotFound:
            raise function_not_found(self.function_arn) from None
        if not admitted:
            raise AccessDeniedException(
                f"Amazon AppFlow is not authorized to perform: lambda:InvokeFunction on resource: "
                f"{self.function_arn}. The function's resource-based policy must allow "
                f"appflow.amazonaws.com with aws:SourceAccount {account.id} and "
                f"aws:SourceArn {source_arn}."
            )

    def call(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and return the successful answer.

        Raises:
            AppFlowError: see `ask` and `check_success`.
        """
        return check_success(self.ask(request), request)

    def read(self, request: Mapping[str, Any], read: Callable[[dict[str, Any]], T]) -> T:
        """Send a request, and return what `read` makes of the successful answer.

        If it refuses the answer, the journal says so of the call.

        Raises:
            AppFlowError: see `call`, and what `read` raises.
        """
        answer = self.call(request)
        try:
            return read(answer)
        except AppFlowError as refusal:
            self.account.journal.refuse(self._number, f"{refusal.code}: {refusal}")
            raise

    def ask_patiently(
        self, request: Mapping[str, Any], remainder: Remainder | None = None, *, pause: Pause
    ) -> dict[str, Any]:
        """Send QueryData or WriteData, again if the connector asks for patience.

        Without `remainder`, the same request is sent again. Returns the last answer, successful or
        not.

        Raises:
            AppFlowError: see `ask`; or what `pause` and `remainder` raise.
        """
        left = request
        for attempt in range(TRIES - 1):
            try:
                answer = self.ask(left, timeout=DATA_TIMEOUT)
            except ThrottlingException:
                pause(backoff(attempt))
                continue
            wait = asked_wait(answer, attempt)
            if wait is None:
                return answer
            following = remainder(answer) if remainder else request
            if following is None:
                return answer
            left = following
            pause(wait)
        return self.ask(left, timeout=DATA_TIMEOUT)

    def ask(
        self, request: Mapping[str, Any], *, timeout: float = METADATA_TIMEOUT
    ) -> dict[str, Any]:
        """Send a request and return the answer, successful or not; `timeout` is in seconds.

        When the connector refuses the credentials and they can be refreshed, the request is sent
        again, once.

        Known of OAuth 2 (SDK README): when the connector says that the token has expired, AppFlow
        refreshes it and sends the request again.
        Inferred of OAuth 2: the request is sent again once; a second refusal is a
        `ConnectorAuthenticationException`.

        Raises:
            ConnectorAuthenticationException: the credentials could not be refreshed.
            ResourceNotFoundException: there is no such function.
            ThrottlingException: Lambda is out of concurrency for it.
            ConnectorServerException: the request is too large, or the function crashed, was too
                slow, or its answer is not a JSON object; or its code doesn't load.
            UnsupportedOperationException: the function can't run on this machine.
        """
        answer = self._send(request, timeout)
        if refuses_credentials(answer, request) and self.refresh_credentials():
            answer = self._send(request, timeout)
        return answer

    def refresh_credentials(self) -> bool:
        """Refresh the credentials; return False if they cannot be refreshed."""
        return False

    def _send(self, request: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        text = json.dumps(request)
        if len(text) > LARGEST_REQUEST:
            raise communication_error("The request to the connector is larger than 6 MB.")
        entry = Entry(self.account, self.label, self.function_arn, request, text)
        injection = entry.injection = self._injection(entry.operation, request)
        try:
            with entry.kept():
                entry.invocation = self._invoke(request, timeout, injection)
                if entry.operation == "QueryData":
                    self._page = entry.invocation
                entry.answer = self._read(entry.invocation)
                return entry.answer
        finally:
            self._number = entry.number

    def _injection(self, operation: str, request: Mapping[str, Any]) -> Injection:
        before = self._page if request.get("nextToken") else None
        faults = self.account.faults.meet(operation, self.label, has_page_before=before is not None)
        return Injection(faults, self.account.clock, before)

    def _invoke(
        self, request: Mapping[str, Any], timeout: float, injection: Injection
    ) -> Invocation:
        def send() -> Invocation:
            return self.account.host.invoke(self.function_arn, request, timeout=timeout)

        try:
            return injection.answer(send, timeout)
        except FunctionNotFound:
            raise function_not_found(self.function_arn) from None
        except FunctionNotStarted as failure:
            raise _not_started(failure) from None
        except InvocationThrottled:
            raise ThrottlingException(
                f"The connector function {self.function_arn} is throttled."
            ) from None
        except InvocationTimedOut:
            raise communication_error(
                f"The connector did not respond within {timeout:.0f} seconds."
            ) from None

    def _read(self, invocation: Invocation) -> dict[str, Any]:
        payload = invocation.payload
        if invocation.function_error is not None:
            # AppFlow's message says nothing of the cause, which the emulator's user needs.
            _log.warning("Connector %s failed: %r", self.function_arn, payload[:4096])
            raise communication_error(NO_VALID_RESPONSE)
        if len(payload) > LARGEST_ANSWER:
            raise communication_error("The connector's response is larger than 6 MB.")
        if invocation.answer is not None:
            return invocation.answer
        try:
            answer = load_json(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            _log.warning("Connector %s answered %r", self.function_arn, payload[:4096])
            raise communication_error(NO_VALID_RESPONSE)
        return answer


def _not_started(failure: FunctionNotStarted) -> AppFlowError:
    """Return AppFlow's error, with what its text leaves out and the emulator's user needs."""
    if failure.is_unsupported:
        return UnsupportedOperationException(str(failure)[: longest_message()])
    added = f" appflow-local adds: the function can't start: {failure}"
    return communication_error(NO_VALID_RESPONSE + added)
