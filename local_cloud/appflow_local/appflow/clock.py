"""The model's clock, so that tests can let eight hours pass at once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from typing import Protocol

# How often a waiting thread checks a clock that stands still.
_GLANCE_SECONDS = 0.001


def seconds(time: datetime) -> float:
    """Return a time as the API shows it: in seconds since the epoch, to the millisecond."""
    return round(time.timestamp(), 3)


class Clock(Protocol):
    """Tells the time, and waits."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    def wait(self, duration: timedelta, interrupt: threading.Event) -> None:
        """Wait for `duration`, or until `interrupt` is set."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(timezone.utc)

    def wait(self, duration: timedelta, interrupt: threading.Event) -> None:
        """Block the thread."""
        interrupt.wait(duration.total_seconds())


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        """Start at `start`, which must be aware."""
        self._now = start.astimezone(timezone.utc)

    def now(self) -> datetime:
        """Return the time that the clock was last set to."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move the clock forward by `step`."""
        self._now += step

    def wait(self, duration: timedelta, interrupt: threading.Event) -> None:
        """Block the thread until another one has moved the clock far enough."""
        end = self._now + duration
        while self._now < end and not interrupt.wait(_GLANCE_SECONDS):
            pass
