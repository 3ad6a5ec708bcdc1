"""The runs that are at work now: their threads, and how to stop them."""

from __future__ import annotations

import threading

from .workers import Workers

# Enough for a laptop: each run keeps one process of the connector's function busy.
_MOST_AT_ONCE = 16


class Runs:
    """The runs at work. Holds no state that would have to survive a restart.

    `workers` do the runs; `fetchers` make each run's next page, one per run, so that none of the
    two ever waits for itself. `schedule_changed` wakes whoever waits for the next scheduled run.
    """

    def __init__(self) -> None:
        """Start with none."""
        self.workers = Workers(_MOST_AT_ONCE, "appflow-run")
        self.fetchers = Workers(_MOST_AT_ONCE, "appflow-fetch")
        self.schedule_changed = threading.Event()
        self._stops: dict[str, threading.Event] = {}

    def add(self, execution_id: str) -> threading.Event:
        """Return the event by which a new run is told to stop."""
        return self._stops.setdefault(execution_id, threading.Event())

    def remove(self, execution_id: str) -> None:
        """Forget a run that has come to its end."""
        self._stops.pop(execution_id, None)

    def stop(self, execution_id: str) -> None:
        """Tell a run to stop; one that has ended does not mind."""
        if (stop := self._stops.get(execution_id)) is not None:
            stop.set()

    def close(self) -> None:
        """Tell all runs to stop, and start none any more."""
        self.workers.close()
        for stop in list(self._stops.values()):
            stop.set()
        self.fetchers.close()
