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
from appflow_local.ministack_adapter.process_ends import how_it_ended

_Response: TypeAlias = dict[str, Any]

_TRACEBACK = "Traceback (most recent call last):\n"
_FRAME = re.compile(r'  File "[^\n]*(?:\n    [^\n]*)*')
_DIED = "Worker process died"
_EXITED = "Runtime exited before returning a response"
_NOT_STARTED = "Worker init failed: "
_ENDED_EARLY = "Worker process exited immediately"

# What the function of this invocation failed with, in Lambda's words.
_payload: contextvars.ContextVar[_Response | None] = contextvars.ContextVar("payload", default=None)


# Without the first frame of an error in Python: it is MiniStack's, which calls the handler.
_ALL_FRAMES = "traceback.format_exc()"
_OWN_FRAMES = "''.join(traceback.format_exception(type(e), e, e.__traceback__.tb_next))"


# Why a function in Python doesn't load: MiniStack's script says nothing but the message.
_MESSAGE = '"error": str(e)}'
_WITH_PLACE = '"error": _why_not_loaded(e, code_dir)}'
_PRELUDE = f"""\
def _why_not_loaded(error, folder):
    import traceback
    frames = error.__traceback__
    while frames and not frames.tb_frame.f_code.co_filename.startswith(folder):
        frames = frames.tb_next
    lines = traceback.format_exception(type(error), error, frames)
    sys.stderr.write("".join(lines).replace(folder, {TASK_ROOT!r}))
    own = [each for each in traceback.extract_tb(frames) if each.filename.startswith(folder)]
    if not own or isinstance(error, SyntaxError):  # whose message has the place
        return str(error)
    return f"{{error}} ({{os.path.relpath(own[-1].filename, folder)}}:{{own[-1].lineno}})"

"""


def without_callers(script: str) -> str:
    """Let MiniStack's script for Python leave its own frame out of stack traces."""
    return script.replace(_ALL_FRAMES, _OWN_FRAMES)


def telling_why_not_loaded(script: str) -> str:
    """Let MiniStack's script for Python print why a function doesn't load, and tell the place."""
    return _PRELUDE + script.replace(_MESSAGE, _WITH_PLACE)


def tell_errors_as_lambda_does() -> None:
    """Remember what each invocation fails with, for `failed_with`."""
    _tell_of_ended_programs()
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


def _tell_of_ended_programs() -> None:
    """Do so for functions with a program of their own, such as the JVM, that ends."""
    worker = lambda_runtime.ProvidedWorker
    invoke, spawn = worker.invoke, worker._spawn

    def spawned(self: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401 - MiniStack's
        spawn(self, *given, **named)
        self.last_process = self._proc

    def invoked(self: Any, event: object, request_id: str, **named: Any) -> _Response:  # noqa: ANN401
        response: _Response = invoke(self, event, request_id, **named)
        if response.get("error") == _EXITED:
            failed = _ended(self, request_id)
            log = "\n".join(filter(None, (response.get("log"), failed["errorMessage"])))
            response |= {"error": failed["errorMessage"], "error_payload": failed, "log": log}
        return response

    worker._spawn, worker.invoke = spawned, invoked


def _ended(worker: Any, request_id: str) -> _Response:  # noqa: ANN401 - MiniStack's
    said = how_it_ended(getattr(worker, "last_process", None))
    message = f"RequestId: {request_id} Error: {said}"
    return {"errorType": "Runtime.ExitError", "errorMessage": message}


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
        failed = _ended(worker, request_id)
        response["error"] = failed["errorMessage"]
        return failed
    if trace := str(response.get("trace") or ""):
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
        return f"{how_it_ended(process)}, before it had the handler"
    told = reason.removeprefix(_NOT_STARTED)
    with suppress(ValueError):
        remember(failed := json.loads(told))
        return in_a_sentence(failed)
    return told


def _python_type(trace: str) -> str:
    """The exception's class: the first line after the last frame names it."""
    last = trace.rpartition(_TRACEBACK)[2]
    line = next((each for each in last.splitlines() if each and not each.startswith(" ")), "Error")
    return line.partition(":")[0].strip().rpartition(".")[2]
