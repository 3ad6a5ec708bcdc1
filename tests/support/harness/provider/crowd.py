"""Many registrations at once, each in a thread of its own, on a time that they share.

One thread runs at a time; time passes when all of them wait. It is what CloudFormation does with
the connectors of one stack, without 100 Lambdas and without a minute of waiting.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from appflow_connector_provider import timing

# From a call to its answer; else calls would take no time at all.
_SECONDS_OF_A_START = 0.5


class CrowdTime:
    """Time that passes only when everybody waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._waiting: list[tuple[float, int, threading.Event]] = []
        self._numbers = itertools.count()
        self._baton = threading.Event()

    def sleep(self, seconds: float) -> None:
        """Let the others run for so long."""
        mine = self._wake_at(self.now + seconds)
        self._baton.set()
        mine.wait()

    def run(self, works: Sequence[Callable[[], object]]) -> None:
        """Run all side by side; raise what the first of them raised."""
        failures: list[BaseException] = []
        threads = [self._start(work, failures) for work in works]
        while self._waiting:
            self.now, _, event = heapq.heappop(self._waiting)
            self._baton.clear()
            event.set()
            self._baton.wait()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def _start(self, work: Callable[[], object], failures: list[BaseException]) -> threading.Thread:
        first = self._wake_at(self.now + _SECONDS_OF_A_START)

        def run() -> None:
            first.wait()
            try:
                work()
            except BaseException as failure:  # noqa: BLE001 - raised again by run
                failures.append(failure)
            finally:
                self._baton.set()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def _wake_at(self, when: float) -> threading.Event:
        event = threading.Event()
        heapq.heappush(self._waiting, (when, next(self._numbers), event))
        return event


@contextmanager
def crowd_time() -> Iterator[CrowdTime]:
    """Have the provider wait on a time that many registrations share."""
    time = CrowdTime()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timing, "sleep", time.sleep)
        patch.setattr(timing, "monotonic", lambda: time.now)
        yield time
