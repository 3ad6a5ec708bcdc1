"""Tells how a function's process has ended, in Lambda's words; MiniStack says just that it died."""

from __future__ import annotations

import signal
import subprocess
from contextlib import suppress
from typing import Any

_SECONDS_TO_END = 2.0


def how_it_ended(process: subprocess.Popen[str] | None) -> str:
    """Say how a process has ended.

    Known of Functions (Lambda Developer Guide, "Runtime.ExitError"; public reports of the words,
    which are those of Go's `os.ProcessState`): a process that ends is `Runtime.ExitError`, with
    "exit status 1" or "signal: killed", and "without providing a reason" for an exit code of 0.
    """
    status = None if process is None else _status(process)
    if not status:
        return "Runtime exited without providing a reason"
    if status < 0:
        name = signal.strsignal(-status) or str(-status)
        return f"Runtime exited with error: signal: {name.lower()}"
    return f"Runtime exited with error: exit status {status}"


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
            _status(self._process)
        return line

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._stream, name)


def _status(process: subprocess.Popen[str]) -> int | None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(_SECONDS_TO_END)
    return process.returncode
