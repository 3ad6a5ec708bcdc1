"""Time, as the provider uses it: the one place to replace it in tests."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import Protocol

sleep: Callable[[float], None] = time.sleep
"""Wait some seconds."""

monotonic: Callable[[], float] = time.monotonic
"""Seconds on a clock that never goes back."""

now: Callable[[], datetime] = partial(datetime.now, timezone.utc)
"""The date and time."""

jitter: Callable[[float, float], float] = random.uniform
"""A number between two others, to spread attempts over time."""


class Scheduled(Protocol):
    """A call that is still to come."""

    def cancel(self) -> None:
        """Prevent the call."""


def _call_later(seconds: float, function: Callable[[], None]) -> Scheduled:
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()
    return timer


call_later: Callable[[float, Callable[[], None]], Scheduled] = _call_later
"""Call a function in some seconds, while this thread does something else."""
