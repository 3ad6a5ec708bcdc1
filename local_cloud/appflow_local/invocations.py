"""Invokes functions with a timeout, so that one that hangs doesn't hold up others."""

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
    """The answer didn't come in time; the work keeps running."""


class TooManyGivenUp(Exception):  # noqa: N818
    """The function is throttled: too many invocations that were given up are still running."""


class Invocations:
    """Runs each invocation in its own daemon thread, so that none waits for another.

    One that is given up can't be stopped: as on AWS, it keeps running until the function times
    out, and keeps a process busy. That's why each function may have only a few of them.
    """

    def __init__(self) -> None:
        """Start with no invocations."""
        self._given_up: Counter[str] = Counter()
        self._lock = threading.Lock()

    def run(self, function: str, work: Callable[[], T], *, timeout: float) -> T:
        """Run the work in the caller's context; return its result, or raise its error.

        Args:
            function: the function to invoke; each is throttled separately.
            work: makes the invocation.
            timeout: how many seconds to wait, from the start of the work.

        Raises:
            GivenUp: it took longer.
            TooManyGivenUp: the function is throttled; the work wasn't started.
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
            if future.done():  # the work itself raised it, or has just finished
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
    except BaseException as error:  # noqa: BLE001 - re-raised by future.result()
        future.set_exception(error)
