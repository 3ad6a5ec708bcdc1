"""What planned faults do to one call of a connector.

Known (Lambda Developer Guide, "Runtime.ExitError"): a planned fault that ends the function's
process answers as Lambda does.
Chosen: the words of a planned error, unless they are given.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from appflow_local.appflow.account.faults import (
    CRASH,
    CUT_JSON,
    EXPIRED_TOKEN,
    LATENCY,
    SAME_PAGE,
    TIMEOUT,
    TOO_LARGE,
    Fault,
)
from appflow_local.appflow.clock import Clock
from appflow_local.appflow.host import Invocation, InvocationTimedOut

LARGEST_ANSWER = 6 * 1024 * 1024

Send = Callable[[], Invocation]


class Injection:
    """The faults of one call.

    Args:
        faults: see `Faults.meet`.
        clock: what a late answer waits by.
        page_before: the answer with the page before this one.
    """

    def __init__(
        self, faults: list[Fault], clock: Clock, page_before: Invocation | None = None
    ) -> None:
        self._delay = sum(each.seconds or 0.0 for each in faults if each.kind == LATENCY)
        self._fault = next((each for each in faults if each.kind != LATENCY), None)
        self._clock = clock
        self._page_before = page_before
        self.skipped = timedelta(0)
        """How much of the call did not pass in real time."""
        self.name = ", ".join(_named(each) for each in faults) or None
        """What is done to the call; None for nothing."""

    def answer(self, send: Send, timeout: float) -> Invocation:
        """Return what the call ends with; a crash, an error or an old page isn't sent.

        Args:
            send: makes the call.
            timeout: how many seconds AppFlow waits.

        Raises:
            InvocationTimedOut: the fault makes it wait too long.
        """
        fault = self._fault
        if fault is not None and fault.kind == TIMEOUT:
            self._wait(timeout)
            raise InvocationTimedOut
        invocation = self._spoilt(fault, send) if fault else send()
        self._wait(min(self._delay, timeout))
        if self._delay >= timeout:
            raise InvocationTimedOut
        return invocation

    def _spoilt(self, fault: Fault, send: Send) -> Invocation:
        if fault.kind == SAME_PAGE and self._page_before is not None:
            return self._page_before
        if fault.kind == CUT_JSON:
            whole = send()
            return Invocation(
                whole.payload[: len(whole.payload) // 2], whole.function_error, whole.printed
            )
        return _MADE[fault.kind]() if fault.kind in _MADE else _error(fault)

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.skipped += self._clock.pause(timedelta(seconds=seconds), threading.Event())


def _crash() -> Invocation:
    message = "Error: Runtime exited with error: exit status 1"
    payload = {"errorType": "Runtime.ExitError", "errorMessage": message}
    return Invocation(json.dumps(payload).encode(), "Unhandled")


def _too_large() -> Invocation:
    return Invocation(b'{"isSuccess": true, "padding": "' + b"x" * LARGEST_ANSWER + b'"}')


_MADE: Mapping[str, Callable[[], Invocation]] = {CRASH: _crash, TOO_LARGE: _too_large}


def _error(fault: Fault) -> Invocation:
    code = "InvalidCredentials" if fault.kind == EXPIRED_TOKEN else fault.kind
    details: dict[str, Any] = {
        "errorCode": code,
        "errorMessage": fault.message or f"appflow-local planned this: {fault.kind}",
    }
    if fault.retry_after is not None:
        details["retryAfterSeconds"] = fault.retry_after
    return Invocation(json.dumps({"isSuccess": False, "errorDetails": details}).encode())


def _named(fault: Fault) -> str:
    return f"{LATENCY} {fault.seconds:g} s" if fault.kind == LATENCY else fault.kind
