"""One process that works on pages: its start, its pipes and its end."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

import msgspec

from appflow_local.appflow.page_processes.page_work import (
    PageFile,
    read_frame,
    write_frame,
)

_PACKAGES = Path(__file__).parents[3]
# `appflow_local` must be the server's own, even if another version is installed. What lies beside
# it comes last in the search path.
_RUN = (
    "import sys; sys.path.insert(0, sys.argv[1]); import appflow_local; "
    "sys.path.append(sys.path.pop(0)); "
    "from appflow_local.appflow.page_processes.process_main import main; main()"
)
# A page goes through in one piece: each further one would wait for the interpreter lock again.
_PIPE_BYTES = 1024 * 1024
_read_answer = msgspec.msgpack.Decoder(PageFile | None).decode


class ProcessEnded(Exception):  # noqa: N818 - an outcome
    """The process has ended, or was ended, and answers no more."""


class PageProcess:
    """A process of the server's own Python, without the environment's variables and modules.

    One page is worked on at a time. It ends when its input does, so also with the server.
    """

    def __init__(self) -> None:
        """Start it; it isn't ready yet."""
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            # -I: neither the folder that the server runs in, nor variables, lead to modules.
            [sys.executable, "-I", "-B", "-c", _RUN, str(_PACKAGES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={},
            bufsize=_PIPE_BYTES,
            start_new_session=True,  # what interrupts the server lets it end its processes
        )
        self._pages = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        for pipe in (self._pages, self._answers):
            _enlarge(pipe)
        self.is_killed = False
        """Whether it was told to end; `end` is still to be called."""

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Wait until it can take pages.

        Raises:
            ProcessEnded: it can't.
        """
        self._answer()

    def work(self, request: bytes) -> PageFile | None:
        """Return the file of a page; None if the run has to do the page itself.

        Raises:
            ProcessEnded: before it has answered, or what it says is no answer.
        """
        try:
            write_frame(self._pages, request)
            return _read_answer(self._answer())
        except (OSError, msgspec.MsgspecError):
            raise ProcessEnded from None

    def _answer(self) -> bytes:
        try:
            answer = read_frame(self._answers)
        except (OSError, OverflowError, MemoryError):
            answer = None  # text is there, such as a sitecustomize prints, not a length
        if answer is None:
            raise ProcessEnded
        return answer

    def kill(self) -> None:
        """End it at once, even in the middle of a page."""
        self.is_killed = True
        self._process.kill()

    def end(self) -> None:
        """End it at once, and wait for its end."""
        self.kill()
        self._process.wait()
        for pipe in (self._pages, self._answers):
            with suppress(OSError):  # what wasn't written yet
                pipe.close()


def _enlarge(pipe: IO[bytes]) -> None:
    with suppress(AttributeError, OSError):  # only Linux can, up to a limit
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
