"""Tells what a function failed with as Lambda does: the error's type, and where it was raised.

MiniStack's worker answers each error of functions in Python and Node.js as a Runtime.HandlerError,
and a process that ended as one that died.
"""

from __future__ import annotations

import contextvars
import json
import re
import subprocess
from contextlib import suppress
from typing import Any, TypeAlias

from ministack.core import lambda_runtime

from appflow_local.failure_place import TASK_ROOT, place_of

_Response: TypeAlias = dict[str, Any]

_TRACEBACK = "Traceback (most recent call last):\n"
_FRAME = re.compile(r'  File "[^\n]*(?:\n    [^\n]*)*')
_DIED = "Worker process died"
_NOT_STARTED = "Worker init failed: "
_ENDED_EARLY = "Worker process exited immediately"
_SECONDS_TO_END = 5.0  # its output has ended

# What the function of this invocation failed with, in Lambda's words.
_payload: contextvars.ContextVar[_Response | None] = contextvars.ContextVar("payload", default=None)


def tell_errors_as_lambda_does() -> None:
    """Remember what each invocation fails with, for `failed_with`."""
    worker = lambda_runtime.Worker
    invoke, spawn = worker.invoke, worker._spawn

    def spawned(self: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401 - MiniStack's
        try:
            spawn(self, *given, **named)
        except RuntimeError as error:
            raise RuntimeError(_why_not_started(str(error), self._proc)) from error
        self.last_process = self._proc

    def invoked(self: Any, event: object, request_id: str, **named: Any) -> _Response:  # noqa: ANN401
        response: _Response = invoke(self, event, request_id, **named)
        if isinstance(failed := response.pop("failed", None), dict):
            response |= {"status": "error", "error": failed["errorMessage"]}
            _payload.set(failed)
        elif response.get("status") == "error":
            _payload.set(_described(self, response, request_id))
        return response

    worker._spawn, worker.invoke = spawned, invoked


def failed_with() -> _Response | None:
    """Return what Lambda answers for the invocation of this thread; None if nothing is known."""
    return _payload.get()


def forget() -> None:
    """Begin an invocation, of which nothing is known."""
    _payload.set(None)


def remember(failed: _Response) -> None:
    """Note what a function that can't start failed with, in Lambda's words."""
    _payload.set(failed)


def in_a_sentence(failed: _Response) -> str:
    """Return the type of an error, its message, and where it was raised."""
    message, place = " ".join(str(failed.get("errorMessage")).split()), place_of(failed)
    return f"{failed.get('errorType')}: {message}{f' ({place})' if place else ''}"


def _described(worker: Any, response: _Response, request_id: str) -> _Response | None:  # noqa: ANN401
    if response.get("error") == _DIED:
        ended = _how_it_ended(worker.last_process)
        response["error"] = f"RequestId: {request_id} Error: {ended}"
        return {"errorType": "Runtime.ExitError", "errorMessage": response["error"]}
    if _TRACEBACK in (trace := str(response.get("trace") or "")):
        response["trace"] = trace = trace.replace(f"{worker._tmpdir}/code", TASK_ROOT)
        return {
            "errorMessage": response.get("error", ""),
            "errorType": _python_type(trace),
            "stackTrace": _FRAME.findall(trace.rpartition(_TRACEBACK)[2]),
        }
    return None


def _why_not_started(reason: str, process: subprocess.Popen[str]) -> str:
    """A sentence for what MiniStack's worker says: of Node.js, the error is an object."""
    if _ENDED_EARLY in reason:
        process.wait(_SECONDS_TO_END)
        return f"{_how_it_ended(process)}, before it had the handler"
    told = reason.removeprefix(_NOT_STARTED)
    with suppress(ValueError):
        remember(failed := json.loads(told))
        return in_a_sentence(failed)
    return told


def _how_it_ended(process: subprocess.Popen[str] | None) -> str:
    """Return Lambda's words.

    Known of Functions (Lambda Developer Guide, "Runtime.ExitError"): what a function answers whose
    process ends.
    """
    status = process.poll() if process else None
    if not status:
        return "Runtime exited without providing a reason"
    if status < 0:
        return f"Runtime exited with error: signal {-status}"
    return f"Runtime exited with error: exit status {status}"


def _python_type(trace: str) -> str:
    """The exception's class: the first line after the last frame names it."""
    last = trace.rpartition(_TRACEBACK)[2]
    line = next((each for each in last.splitlines() if each and not each.startswith(" ")), "Error")
    return line.partition(":")[0].strip().rpartition(".")[2]
