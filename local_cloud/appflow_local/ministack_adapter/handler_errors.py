"""Tells of a handler that fails as Lambda does: its own frames, its error's type, and its exit.

MiniStack calls each failure `Runtime.HandlerError`, lets its own script's frames stand in stack
traces, and of a process that ended says just that it died.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, TypeAlias

from ministack.core import lambda_runtime

_Result: TypeAlias = dict[str, Any]

EXIT_ERROR = "Runtime.ExitError"
_DIED = ("Worker process died", "Runtime exited before returning a response")
_DIED_AT_ITS_START = "Worker process exited immediately"
_SECONDS_TO_EXIT = 2.0

# The name of the last invocation's error, where MiniStack's answer has none.
_error_type: ContextVar[str | None] = ContextVar("error_type", default=None)

PYTHON_PRELUDE = """\
def _own_trace(error):
    # Not the frame that calls the handler.
    import traceback
    frames = error.__traceback__.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))
"""
NODE_PRELUDE = """\
const _ownTrace = (error) => String((error && error.stack) || "").split("\\n")
  .filter((line) => !line.includes(__filename)).join("\\n");
"""
_IN_PYTHON = ('"trace": traceback.format_exc()',
              '"trace": _own_trace(e), "error_type": type(e).__name__')  # fmt: skip
_IN_NODE = (
    ('trace: err.stack || ""', 'trace: _ownTrace(err), error_type: err.name || "Error"'),
    ("trace: e.stack", 'trace: _ownTrace(e), error_type: (e && e.name) || "Error"'),
)


def in_own_words(runtime: str, script: str) -> str:
    """Let MiniStack's script for a runtime tell a failure's type, and the handler's frames alone.

    Source: Lambda developer guide, on the function errors of Python and Node.js: `errorType` is the
    name of the exception's class.
    """
    if runtime.startswith("python"):
        return PYTHON_PRELUDE + script.replace(*_IN_PYTHON)
    if runtime.startswith("nodejs"):
        for before, after in _IN_NODE:
            script = script.replace(before, after)
        return NODE_PRELUDE + script
    return script


def tell_of_exits() -> None:
    """Name the exit code, or the signal, of a process that ends during an invocation."""
    for worker in (lambda_runtime.Worker, lambda_runtime.ProvidedWorker):
        worker.invoke = _telling(worker.invoke)


def _telling(invoke: Callable[..., _Result]) -> Callable[..., _Result]:
    def invoked(worker: Any, event: object, request_id: str, **named: object) -> _Result:  # noqa: ANN401 - MiniStack's
        _error_type.set(None)
        result = invoke(worker, event, request_id, **named)
        if result.get("error") in _DIED:
            said = {"errorMessage": f"RequestId: {request_id} Error: {exit_of(worker)}",
                    "errorType": EXIT_ERROR}  # fmt: skip
            result.update(error=said["errorMessage"], error_type=EXIT_ERROR, error_payload=said)
            if isinstance(worker, lambda_runtime.ProvidedWorker):  # of others, MiniStack logs it
                lines = (result.get("log"), said["errorMessage"])
                result["log"] = "\n".join(filter(None, lines))
        _error_type.set(result.get("error_type"))
        return result

    return invoked


def with_type(result: _Result) -> _Result:
    """Return MiniStack's result of an invocation with the type of the handler's error."""
    body, found = result.get("body"), _error_type.get()
    if found is None or not result.get("error") or not isinstance(body, Mapping):
        return result
    return {**result, "body": {**body, "errorType": found}}


def reason_of_start(worker: Any, error: Exception) -> str:  # noqa: ANN401 - MiniStack's
    """Say why a worker's process couldn't be started."""
    died = str(error).startswith(_DIED_AT_ITS_START)
    return exit_of(worker) if died else str(error)


def exit_of(worker: Any) -> str:  # noqa: ANN401 - MiniStack's
    """Say how the last process of a worker has ended.

    Source: public reports of Lambda's words, which are those of Go's `os.ProcessState`: "exit
    status 1", "signal: killed"; and "without providing a reason" of an exit code of 0.
    """
    process = getattr(worker, "last_process", None)
    code = None if process is None else _code(process)
    if not code:
        return "Runtime exited without providing a reason"
    number = f"exit status {code}"
    if code < 0:
        number = f"signal: {(signal.strsignal(-code) or str(-code)).lower()}"
    return f"Runtime exited with error: {number}"


def _code(process: subprocess.Popen[str]) -> int | None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(_SECONDS_TO_EXIT)
    return process.returncode


class Answers:
    """A process's answers, whose end is told once the process has its exit code.

    MiniStack ends a process that answers no more, which would be the exit that is told.

    Args:
        process: the process.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process, self._stream = process, process.stdout

    def readline(self) -> str:
        """Return the next line; nothing at the end."""
        line: str = self._stream.readline() if self._stream is not None else ""
        if not line:
            _code(self._process)
        return line

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._stream, name)
