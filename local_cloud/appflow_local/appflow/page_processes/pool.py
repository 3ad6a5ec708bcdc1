"""The processes that all runs share: started late, and ended when nobody needs them."""

from __future__ import annotations

import logging
import os
import threading
import time

import msgspec

from appflow_local.appflow.page_processes.page_process import PageProcess, ProcessEnded
from appflow_local.appflow.page_processes.page_work import PageFile, PageRequest

_MOST = 2  # more than one server can feed
_IDLE_SECONDS = 60.0
_LONGEST_PAGE_SECONDS = 30.0
_MOST_FAILURES = 3

_write_request = msgspec.msgpack.Encoder().encode
_log = logging.getLogger(__name__)


class PageProcesses:
    """A few processes, fewer than the machine has cores. Safe between threads.

    A page that no process takes, or that one fails at, is the run's own to do: none is lost. After
    three failures no process is started again.

    Args:
        most: how many processes; by default two, and none on a machine with one core.
        idle_seconds: a process that has had no page for so long is ended.
        longest_page_seconds: so is one that takes longer for a page; it has failed.
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
        self._since: dict[PageProcess, float] = {}  # of each, when its page or its leisure began
        self._free: list[PageProcess] = []
        self._failures = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def work(self, work: bytes, texts: list[str]) -> PageFile | None:
        """Return the file of a page; None if the run has to do the page itself.

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
        process = self._take()
        if process is None:
            return None
        try:
            return process.work(request)
        except ProcessEnded:
            self._fail(process, "has ended")
            return None
        finally:
            self._give_back(process)

    def end(self) -> None:
        """End all processes; the next page may start another."""
        with self._changed:
            for process in (*self._since, *([self._starting] if self._starting else [])):
                process.kill()
            self._since.clear()
            self._free.clear()
            self._changed.notify_all()

    def close(self) -> None:
        """End all processes, and start no more."""
        self._is_closed = True
        self.end()

    def _take(self) -> PageProcess | None:
        with self._changed:
            if not self._free and self._may_start():
                self._start()
            self._changed.wait_for(lambda: self._free or not self._since)
            if not self._free:
                return None
            process = self._free.pop()
            self._since[process] = time.monotonic()
            return process

    def _give_back(self, process: PageProcess) -> None:
        with self._changed:
            if process in self._since:
                self._since[process] = time.monotonic()
                self._free.append(process)
                self._changed.notify()

    def _may_start(self) -> bool:
        return (
            self._starting is None
            and len(self._since) < self._most
            and self._failures < _MOST_FAILURES
            and not self._is_closed
        )

    def _start(self) -> None:
        try:
            self._starting = process = PageProcess()
        except OSError as error:  # such as too many processes
            self._failures += 1
            _log.warning("No process for pages can be started: %s", error)
            return
        threading.Thread(
            target=self._tend, args=(process,), name="appflow-page-process", daemon=True
        ).start()

    def _tend(self, process: PageProcess) -> None:
        """Wait until a process is ready, and end it when it is idle, late or over."""
        try:
            process.wait_until_ready()
        except ProcessEnded:
            self._fail(process, "does not start")
        with self._changed:
            self._starting = None
            if not process.is_over.is_set():
                self._since[process] = time.monotonic()
                self._free.append(process)
                self._changed.notify()
        often = min(self._idle_seconds, self._longest_page_seconds) / 4
        while not process.is_over.wait(often):
            self._look_at(process)
        process.end()

    def _look_at(self, process: PageProcess) -> None:
        with self._changed:
            if process not in self._since:
                return
            seconds = time.monotonic() - self._since[process]
            if process in self._free:
                if seconds > self._idle_seconds:
                    self._remove(process)
            elif seconds > self._longest_page_seconds:
                self._fail(process, f"takes more than {self._longest_page_seconds:g} s")

    def _fail(self, process: PageProcess, how: str) -> None:
        with self._changed:
            if process.is_over.is_set():  # it was ended
                return
            self._failures += 1
            self._remove(process)
        _log.warning("A process for pages %s: the run goes on without it", how)

    def _remove(self, process: PageProcess) -> None:
        self._since.pop(process, None)
        if process in self._free:
            self._free.remove(process)
        process.kill()
        self._changed.notify_all()


def _cores() -> int:
    """Return how many cores this process may use, if the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
