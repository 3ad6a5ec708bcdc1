"""Waits for functions, each for so long only, and keeps one that hangs from holding up others."""

from __future__ import annotations

import contextvars
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TypeVar

T = TypeVar("T")

_MOST_GIVEN_UP = 16


class GivenUp(Exception):  # noqa: N818 - an outcome
    """The answer did not come in time; the work keeps running."""


class TooManyGivenUp(Exception):  # noqa: N818
    """So much of the function's work was given up, and still goes on, that no more is begun."""


class Invocations:
    """Invocations, each in a daemon thread of its own, so that none waits for another.

    One that is given up cannot be ended: it runs, as on AWS, until the function's own time-out,
    and keeps a process busy. Hence a function has a few of them only.
    """

    def __init__(self) -> None:
        """Start without any."""
        self._given_up: Counter[str] = Counter()
        self._lock = threading.Lock()

    def run(self, function: str, work: Callable[[], T], *, timeout: float) -> T:
        """Do the work in the caller's context; return what it returns, or raise what it raises.

        Args:
            function: whose work it is.
            work: invokes the function.
            timeout: how many seconds to wait, from the start of the work.

        Raises:
            GivenUp: it took longer.
            TooManyGivenUp: the work was not begun.
        """
        if self._given_up[function] >= _MOST_GIVEN_UP:
            raise TooManyGivenUp(function)
        future: Future[T] = Future()
        within = contextvars.copy_context()
        threading.Thread(
            target=within.run, args=(_do, future, work), name="appflow-invoke", daemon=True
        ).start()
        try:
            return future.result(timeout)
        except FutureTimeoutError:
            if future.done():  # raised by the work itself, or done just now
                return future.result()
        self._count(function, 1)
        future.add_done_callback(lambda _future: self._count(function, -1))
        raise GivenUp(function)

    def _count(self, function: str, change: int) -> None:
        with self._lock:
            self._given_up[function] += change


def _do(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
        future.set_exception(error)
