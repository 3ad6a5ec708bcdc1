"""The runs that wait or are at work now: their threads, and how to stop them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future

from appflow_local.appflow.account.workers import Workers

# Enough for a laptop: each run keeps one process of a connector's function busy.
_MOST_PER_CONNECTOR = 16
# So many that connectors that hang leave room for others.
_MOST_AT_ONCE = 128


class Runs:
    """The runs at work. Holds no state that would have to survive a restart.

    `fetchers` make each run's next page, one per run, in other threads than those of the runs, so
    that none of the two ever waits for itself. `schedule_changed` wakes whoever waits for the next
    scheduled run.
    """

    def __init__(self) -> None:
        """Start with none."""
        self.fetchers = Workers(_MOST_AT_ONCE, "appflow-fetch")
        self.schedule_changed = threading.Event()
        self._workers = Workers(_MOST_AT_ONCE, "appflow-run", _MOST_PER_CONNECTOR)
        self._stops: dict[str, threading.Event] = {}
        self._begun: dict[str, Future[None]] = {}

    def add(self, execution_id: str) -> threading.Event:
        """Return the event by which a new run is told to stop."""
        return self._stops.setdefault(execution_id, threading.Event())

    def begin(self, execution_id: str, run: Callable[[], None], connector: Hashable) -> None:
        """Have a thread do a run that was added, when it is the turn of its connector."""
        self._begun[execution_id] = self._workers.submit(run, connector)

    def remove(self, execution_id: str) -> None:
        """Forget a run that has come to its end."""
        self._stops.pop(execution_id, None)
        self._begun.pop(execution_id, None)

    def stop(self, execution_id: str) -> bool:
        """Tell a run to stop; one that has ended does not mind.

        Returns whether it was still waiting: it will never be at work, and is forgotten.
        """
        if (stop := self._stops.get(execution_id)) is not None:
            stop.set()
        future = self._begun.get(execution_id)
        if future is None or not future.cancel():
            return False
        self.remove(execution_id)
        return True

    def close(self) -> None:
        """Tell all runs to stop, and start none any more."""
        self._workers.close()
        for stop in list(self._stops.values()):
            stop.set()
        self.fetchers.close()
