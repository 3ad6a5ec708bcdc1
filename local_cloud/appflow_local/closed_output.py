"""Ends a command in silence when whoever reads its output has read enough, as `head` does."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable

ENDED_BY_READER = 128 + signal.SIGPIPE
"""The exit code: a shell reports the same of a program that the closed pipe ended."""


def until_output_closes(command: Callable[[], int]) -> int:
    """Run a command and return its exit code; if its output is closed, ENDED_BY_READER."""
    try:
        try:
            return command()
        finally:
            sys.stdout.flush()  # here, as Python's own flush at exit would print a traceback
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return ENDED_BY_READER


def check_output() -> None:
    """Notice a closed output without writing to it.

    Raises:
        BrokenPipeError: nobody reads the output any more.
    """
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0)):
        raise BrokenPipeError
