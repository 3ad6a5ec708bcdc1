"""Threads that work in the background, and never keep the process from ending."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Hashable, Iterator
from concurrent.futures import Future, wait
from functools import partial
from typing import TypeVar

T = TypeVar("T")

_Job = tuple["Future[T]", Callable[[], T]]


class Workers:
    """A bounded number of daemon threads; further work waits.

    Unlike those of a ThreadPoolExecutor, the threads do not keep the process alive. Work is queued
    in lanes, which take turns: a lane whose work hangs blocks some of the threads, not all.
    """

    def __init__(self, most: int, name: str, most_per_lane: int | None = None) -> None:
        """Start without a thread; `most` is the largest number of them."""
        self._most = most
        self._most_per_lane = most_per_lane or most
        self._name = name
        self._waiting: dict[Hashable, deque[_Job[object]]] = {}  # no lane is empty
        self._busy: Counter[Hashable] = Counter()
        self._changed = threading.Condition()
        self._threads = 0
        self._idle = 0
        self._closed = False

    def submit(self, work: Callable[[], T], lane: Hashable = None) -> Future[T]:
        """Queue work for a thread; after `close`, its future is cancelled.

        Work whose future is cancelled while it waits never starts.
        """
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                future.cancel()
                return future
            job: _Job[object] = (future, work)  # type: ignore[assignment] # results are not mixed up
            self._waiting.setdefault(lane, deque()).append(job)
            if self._idle < self._ready() and self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
            self._changed.notify()
        return future

    def close(self) -> None:
        """Cancel the work that waits, and let the threads end after their current work."""
        with self._changed:
            self._closed = True
            for jobs in self._waiting.values():
                for future, _work in jobs:
                    future.cancel()
            self._waiting.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            lane, job = taken
            _do(*job)
            del job, taken  # or the last result would live while the thread waits
            self._leave(lane)

    def _next(self) -> tuple[Hashable, _Job[object]] | None:
        with self._changed:
            self._idle += 1
            while (taken := self._take()) is None and not self._closed:
                self._changed.wait()
            self._idle -= 1
            return taken

    def _take(self) -> tuple[Hashable, _Job[object]] | None:
        with_room = [lane for lane in self._waiting if self._room(lane)]
        if not with_room:
            return None
        lane = with_room[0]
        jobs = self._waiting.pop(lane)
        job = jobs.popleft()
        if jobs:
            self._waiting[lane] = jobs  # to the end: the other lanes come first
        self._busy[lane] += 1
        return lane, job

    def _leave(self, lane: Hashable) -> None:
        """Make room in a lane. No thread is notified: this one looks for work next."""
        with self._changed:
            self._busy[lane] -= 1
            if not self._busy[lane]:
                del self._busy[lane]

    def _ready(self) -> int:
        """Return how many of the waiting jobs could start if there were threads."""
        return sum(min(len(jobs), self._room(lane)) for lane, jobs in self._waiting.items())

    def _room(self, lane: Hashable) -> int:
        return self._most_per_lane - self._busy[lane]


def one_ahead(items: Iterator[T], workers: Workers) -> Generator[T, None, None]:
    """Yield items; a worker makes the next one while the current one is used.

    At most two exist at once. Close the iterator, which waits for the worker.
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
    except BaseException as error:  # noqa: BLE001 - raised where the result is read
        future.set_exception(error)
