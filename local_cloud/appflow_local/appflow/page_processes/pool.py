"""The processes that all runs share: started late, and ended when nobody needs them."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError

import msgspec

from appflow_local.appflow.page_processes.page_process import PageProcess, ProcessEnded
from appflow_local.appflow.page_processes.page_work import PageFile, PageRequest

_MOST = 2  # more than one server can feed
_IDLE_SECONDS = 60.0
_LONGEST_PAGE_SECONDS = 30.0
_MOST_FAILURES = 3

_write_request = msgspec.msgpack.Encoder().encode
_log = logging.getLogger(__name__)

Answer = Future[PageFile | None]


class PageProcesses:
    """A few processes, fewer than the machine has cores. Safe between threads.

    A page that no process takes, or that one fails at, is the run's own to do: none is lost. After
    three failures no process is started again.

    Args:
        most: how many processes; by default two, and none on a machine with one core.
        idle_seconds: a process that has had no page for so long is ended.
        longest_page_seconds: when a page takes longer, all are ended, as a failure.
    """

    def __init__(
        self,
        most: int | None = None,
        idle_seconds: float = _IDLE_SECONDS,
        longest_page_seconds: float = _LONGEST_PAGE_SECONDS,
    ) -> None:
        """Start without a process."""
        self._most = min(_MOST, _cores() - 1) if most is None else most
        self._idle_seconds = idle_seconds
        self._longest_page_seconds = longest_page_seconds
        self._starting: PageProcess | None = None
        self._ready: set[PageProcess] = set()
        self._idle = 0
        self._waiting: deque[tuple[bytes, Answer]] = deque()  # empty if no process is ready
        self._failures = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def begin(self, work: bytes, texts: list[str]) -> Answer | None:
        """Hand a page over, and return what `finish` takes; None if no process is ready.

        While a process is being started, pages don't wait for it.

        Args:
            work: an encoded PageWork.
            texts: the page's records.
        """
        if not self._most:
            return None
        try:
            request = _write_request(PageRequest(work, texts))
        except (TypeError, ValueError, OverflowError, RecursionError):
            return None  # a text has half of a surrogate pair, or is none
        with self._changed:
            if len(self._waiting) >= self._idle and self._may_start():
                self._start()
            if not self._ready:
                return None
            answer: Answer = Future()
            self._waiting.append((request, answer))
            self._changed.notify()
        return answer

    def finish(self, answer: Answer) -> PageFile | None:
        """Wait for the file of a page; None if the run has to do the page itself."""
        try:
            return answer.result(self._longest_page_seconds)
        except FutureTimeoutError:
            with self._changed:
                if self._ready:  # else another page has ended them
                    self._fail(f"takes more than {self._longest_page_seconds:g} s for a page")
                    self._end_all()
            return None

    def end(self) -> None:
        """End all processes; the next page may start another."""
        with self._changed:
            self._end_all()

    def close(self) -> None:
        """End all processes, and start no more."""
        with self._changed:
            self._is_closed = True
            self._end_all()

    def _may_start(self) -> bool:
        return (
            self._starting is None
            and len(self._ready) < self._most
            and self._failures < _MOST_FAILURES
            and not self._is_closed
        )

    def _start(self) -> None:
        try:
            process = PageProcess()
        except OSError as error:  # such as too many processes
            self._fail(f"can't be started: {error}")
            return
        self._starting = process
        feed = threading.Thread(
            target=self._feed, args=(process,), name="appflow-page-process", daemon=True
        )
        try:
            feed.start()
        except RuntimeError as error:  # too many threads
            self._fail(f"can't be used: {error}")
            self._remove(process)
            process.end()

    def _feed(self, process: PageProcess) -> None:
        """Give a process its pages, until it fails, is ended or has had none for long."""
        try:
            process.wait_until_ready()
            self._add(process)
            while (page := self._next(process)) is not None:
                request, answer = page
                try:
                    answer.set_result(process.work(request))
                finally:
                    if not answer.done():
                        answer.set_result(None)
                del page, request, answer  # or the last one would live while the thread waits
        except ProcessEnded:
            with self._changed:
                if not process.is_killed:
                    self._fail("has ended")
        finally:
            self._remove(process)
            process.end()

    def _add(self, process: PageProcess) -> None:
        with self._changed:
            if not process.is_killed:
                self._starting = None
                self._ready.add(process)

    def _next(self, process: PageProcess) -> tuple[bytes, Answer] | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._waiting or process.is_killed, self._idle_seconds)
            self._idle -= 1
            if self._waiting and not process.is_killed:
                return self._waiting.popleft()
            self._remove(process)
            return None

    def _remove(self, process: PageProcess) -> None:
        with self._changed:
            self._ready.discard(process)
            if self._starting is process:
                self._starting = None
            while self._waiting and not self._ready:
                self._waiting.popleft()[1].set_result(None)

    def _end_all(self) -> None:
        for process in (*self._ready, *([self._starting] if self._starting else [])):
            process.kill()
            self._remove(process)
        self._changed.notify_all()

    def _fail(self, how: str) -> None:
        self._failures += 1
        _log.warning("A process for pages %s: the run goes on without it", how)


def _cores() -> int:
    """Return how many cores this process may use, if the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
