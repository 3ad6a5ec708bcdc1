"""Threads that do work beside the requests, and never keep the process from ending."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, wait
from functools import partial
from typing import TypeVar

T = TypeVar("T")

_Job = tuple["Future[T]", Callable[[], T]]


class Workers:
    """A bounded number of daemon threads; more work than that waits its turn.

    Unlike a ThreadPoolExecutor's, the threads do not hold up the end of the process.
    """

    def __init__(self, most: int, name: str) -> None:
        """Start without a thread; `most` is how many there will be at most."""
        self._most = most
        self._name = name
        self._jobs: deque[_Job[object]] = deque()
        self._changed = threading.Condition()
        self._threads = 0
        self._idle = 0
        self._closed = False

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Have a thread do the work; after `close`, the future is cancelled."""
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                future.cancel()
                return future
            self._jobs.append((future, work))  # type: ignore[arg-type] # results are not mixed up
            if self._idle < len(self._jobs) and self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
            self._changed.notify()
        return future

    def close(self) -> None:
        """Forget the work that waits, and let the threads end after what they are at."""
        with self._changed:
            self._closed = True
            for future, _work in self._jobs:
                future.cancel()
            self._jobs.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            _do(*job)
            del job  # else the last result would live as long as the thread waits

    def _next(self) -> _Job[object] | None:
        with self._changed:
            self._idle += 1
            while not self._jobs and not self._closed:
                self._changed.wait()
            self._idle -= 1
            return self._jobs.popleft() if self._jobs else None


def one_ahead(items: Iterator[T], workers: Workers) -> Generator[T, None, None]:
    """Yield items, each next one being made by a worker while the last one is used.

    No more than two exist at once. Close the iterator: it waits for the worker.
    """
    following = workers.submit(partial(next, items, None))
    try:
        while (item := following.result()) is not None:
            following = workers.submit(partial(next, items, None))
            yield item
            del item
    finally:
        if not following.cancel():
            wait([following])


def _do(future: Future[object], work: Callable[[], object]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
        future.set_exception(error)
