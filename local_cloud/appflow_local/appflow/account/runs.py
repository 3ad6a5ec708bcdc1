"""The runs that are waiting or running: their threads, and how to stop them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, wait

from appflow_local.appflow.account.workers import Workers
from appflow_local.appflow.page_processes.pool import PageProcesses

# Enough for a laptop: each run keeps one process of a connector's function busy.
# Chosen of StartFlow: 16 runs of each connector are at work at once, 128 of all. Others are
# `InProgress` until it is their turn.
_MOST_PER_CONNECTOR = 16
# Enough that connectors that hang leave room for others.
_MOST_AT_ONCE = 128


class Runs:
    """Runs flows in threads. Holds no state that has to survive a restart.

    `fetchers` fetch each run's next page, one at a time per run, in threads of their own, so that
    runs and fetches cannot wait for each other. `page_processes` are shared by all runs. `reporter`
    tells others of runs, in order. Setting `schedule_changed` wakes the scheduler.
    """

    def __init__(self) -> None:
        """Start with none."""
        self.fetchers = Workers(_MOST_AT_ONCE, "appflow-fetch")
        self.page_processes = PageProcesses()
        self.reporter = Workers(1, "appflow-report")
        self.schedule_changed = threading.Event()
        self._workers = Workers(_MOST_AT_ONCE, "appflow-run", _MOST_PER_CONNECTOR)
        self._stops: dict[str, threading.Event] = {}
        self._begun: dict[str, Future[None]] = {}

    def add(self, execution_id: str) -> threading.Event:
        """Add a run; return the event that tells it to stop."""
        return self._stops.setdefault(execution_id, threading.Event())

    def begin(self, execution_id: str, run: Callable[[], None], connector: Hashable) -> None:
        """Start an added run in a thread, when it is its connector's turn."""
        self._begun[execution_id] = self._workers.submit(run, connector)

    def remove(self, execution_id: str) -> None:
        """Remove a run that has ended."""
        self._stops.pop(execution_id, None)
        self._begun.pop(execution_id, None)

    def wait(self, execution_ids: Iterable[str], seconds: float) -> None:
        """Wait until these runs have ended, at most so long."""
        begun = [future for each in execution_ids if (future := self._begun.get(each))]
        wait(begun, timeout=seconds)

    def stop(self, execution_id: str) -> bool:
        """Tell a run to stop; do nothing if it has ended.

        Returns whether it was still waiting: then it never starts, and is removed.
        """
        if (stop := self._stops.get(execution_id)) is not None:
            stop.set()
        future = self._begun.get(execution_id)
        if future is None or not future.cancel():
            return False
        self.remove(execution_id)
        return True

    def stop_all(self) -> None:
        """Tell all runs to stop; those that were still waiting never start.

        No process that knows of them is left.
        """
        for execution_id in list(self._stops):
            self.stop(execution_id)
        self.page_processes.end()

    def close(self) -> None:
        """Tell all runs to stop, and start no more."""
        self._workers.close()
        for stop in list(self._stops.values()):
            stop.set()
        self.fetchers.close()
        self.page_processes.close()
        self.reporter.close()
