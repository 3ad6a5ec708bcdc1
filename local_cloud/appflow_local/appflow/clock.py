"""The model's clock: one for schedules, tokens, metadata and runs, so that all move together."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from typing import Protocol

# How often a waiting thread checks a clock that stands still.
_GLANCE_SECONDS = 0.001
# How often it checks one that goes, and may be moved.
_LONG_GLANCE_SECONDS = 0.25
_NOTHING = timedelta(0)


def seconds(time: datetime) -> float:
    """Return a time as the API shows it: in seconds since the epoch, to the millisecond."""
    return round(time.timestamp(), 3)


class Clock(Protocol):
    """Tells the time, and waits."""

    skips_pauses: bool
    """Let a pause move the clock instead of passing in real time."""

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of the time that it would show if it was never moved."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    def wait(self, duration: timedelta, interrupt: threading.Event) -> None:
        """Wait for `duration`, or until `interrupt` is set."""
        ...

    def pause(self, duration: timedelta, interrupt: threading.Event) -> timedelta:
        """Wait as a run or a call does; return how much of it was skipped, not waited for."""
        ...

    def advance(self, step: timedelta) -> None:
        """Move forward by `step`."""
        ...

    def reset(self) -> None:
        """Show the time that it would without `advance`."""
        ...


class MovableClock:
    """The machine's clock, ahead by as much as it was moved. Safe between threads.

    While it skips pauses, schedules that become due meanwhile start within a second.
    """

    def __init__(self) -> None:
        """Start with the machine's time."""
        self.skips_pauses = False
        self._ahead = _NOTHING
        self._lock = threading.Lock()

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of the machine's clock."""
        return self._ahead

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(timezone.utc) + self._ahead

    def wait(self, duration: timedelta, interrupt: threading.Event) -> None:
        """Block the thread until the clock has gone, or was moved, far enough."""
        end = self.now() + duration
        while (left := (end - self.now()).total_seconds()) > 0:
            if interrupt.wait(min(left, _LONG_GLANCE_SECONDS)):
                return

    def pause(self, duration: timedelta, interrupt: threading.Event) -> timedelta:
        """Wait, or move the clock if it skips pauses."""
        if not self.skips_pauses:
            self.wait(duration, interrupt)
            return _NOTHING
        self.advance(duration)
        return duration

    def advance(self, step: timedelta) -> None:
        """Move forward by `step`."""
        with self._lock:
            self._ahead += step

    def reset(self) -> None:
        """Show the machine's time again."""
        with self._lock:
            self._ahead = _NOTHING


class ManualClock:
    """A clock that stands still until it is moved, through pauses, too."""

    def __init__(self, start: datetime) -> None:
        """Start at `start`, which must be aware."""
        self.skips_pauses = False
        self._start = self._now = start.astimezone(timezone.utc)

    @property
    def ahead(self) -> timedelta:
        """Nothing: its time is what it was set to."""
        return _NOTHING

    def now(self) -> datetime:
        """Return the time that the clock was last set to."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move the clock forward by `step`."""
        self._now += step

    def reset(self) -> None:
        """Show the time that it started with."""
        self._now = self._start

    def wait(self, duration: timedelta, interrupt: threading.Event) -> None:
        """Block the thread until another one has moved the clock far enough."""
        end = self._now + duration
        while self._now < end and not interrupt.wait(_GLANCE_SECONDS):
            pass

    def pause(self, duration: timedelta, interrupt: threading.Event) -> timedelta:
        """Wait."""
        self.wait(duration, interrupt)
        return _NOTHING
