"""QueryData and WriteData: calling a connector during a run, again if it asks for patience.

Inferred: AppFlow tries again after RateLimitExceeded and ServiceUnavailable, the error codes that
come with `retryAfterSeconds` in the SDK, and when Lambda throttles. Not documented: how often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from appflow_local.appflow.connectors.connector_call import (
    DATA_TIMEOUT,
    authentication_error,
    communication_error,
    successful,
)
from appflow_local.appflow.host import Host
from appflow_local.appflow.profiles.connection import Connection
from appflow_local.appflow.profiles.connection_call import ask_connection, error_code
from appflow_local.appflow.protocol.errors import ThrottlingException

TRIES = 4
"""How often a request is sent at most."""

_LONGEST_WAIT = timedelta(minutes=5)
_PATIENCE = ("RateLimitExceeded", "ServiceUnavailable")

Pause = Callable[[timedelta], None]
Remainder = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""Given an answer that asks for patience, returns what to send then; None if nothing is left."""


class DataCall:
    """Sends the requests of one run to its connector.

    Args:
        host: where the connector's function is.
        connection: the connector, and the profile whose token is kept fresh.
        pause: waits, and raises what ends the run if it is told to stop meanwhile.
    """

    def __init__(self, host: Host, connection: Connection, pause: Pause) -> None:
        self._host = host
        self._connection = connection
        self._pause = pause

    def __call__(
        self, request: Mapping[str, Any], remainder: Remainder | None = None
    ) -> dict[str, Any]:
        """Return the connector's last answer, successful or not.

        Without `remainder`, the same request is sent again.

        Raises:
            AppFlowError: see `ask_connection`; or what `remainder` raises.
        """
        left = request
        for attempt in range(TRIES - 1):
            try:
                answer = self._ask(left)
            except ThrottlingException:
                self._pause(_backoff(attempt))
                continue
            wait = _patience(answer, attempt)
            if wait is None:
                return answer
            following = remainder(answer) if remainder else request
            if following is None:
                return answer
            left = following
            self._pause(wait)
        return self._ask(left)

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return ask_connection(self._host, self._connection, request, timeout=DATA_TIMEOUT)


def succeeded(answer: dict[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer that says of itself that it is a success.

    Raises:
        AppFlowError: see `successful`.
    """
    is_refused = error_code(answer) == "InvalidCredentials"
    return successful(answer, request, authentication_error if is_refused else communication_error)


def _patience(answer: Mapping[str, Any], attempt: int) -> timedelta | None:
    """Return how long an answer asks to wait; None if the request is not to be sent again."""
    if error_code(answer) not in _PATIENCE:
        return None
    asked = answer["errorDetails"].get("retryAfterSeconds")
    if not isinstance(asked, int) or asked < 0:
        return _backoff(attempt)
    return timedelta(seconds=asked) if asked <= _LONGEST_WAIT.total_seconds() else None


def _backoff(attempt: int) -> timedelta:
    return timedelta(seconds=2**attempt)
