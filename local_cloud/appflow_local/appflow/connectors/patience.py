"""How long a run waits before it sends a request to a connector again.

Inferred (SDK, ErrorCode and ErrorDetails, `retryAfterSeconds`): a run sends a request again after
`RateLimitExceeded`, `ServiceUnavailable` and when Lambda throttles the function.
Chosen: a request is sent again up to four times, after `retryAfterSeconds` of up to 5 minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from appflow_local.appflow.connectors.connector_errors import error_code

TRIES = 4
"""How often a request is sent at most."""

_LONGEST_WAIT = timedelta(minutes=5)
_BUSY = ("RateLimitExceeded", "ServiceUnavailable")


def asked_wait(answer: Mapping[str, Any], attempt: int) -> timedelta | None:
    """Return how long an answer asks to wait; None if the request is not to be sent again.

    `attempt` counts from 0.
    """
    if error_code(answer) not in _BUSY:
        return None
    asked = answer["errorDetails"].get("retryAfterSeconds")
    if not isinstance(asked, int) or asked < 0:
        return backoff(attempt)
    return timedelta(seconds=asked) if asked <= _LONGEST_WAIT.total_seconds() else None


def backoff(attempt: int) -> timedelta:
    """Return how long to wait where nothing says so: 1, 2, then 4 seconds."""
    return timedelta(seconds=2**attempt)
