"""How long one request may take, and how long to wait between two attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from appflow_connector_provider import timing

_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 10.0
_LOOK_SECONDS: Final = 2.0
"""What a look takes at most, as a rule: the write that follows the last one must be in time."""


@dataclass
class Budget:
    """The time left for AppFlow calls, in seconds, with a margin kept back for the answer.

    No call is begun that could outlast the answer: CloudFormation would not learn of its effect.

    Args:
        remaining: gives the seconds until Lambda ends the invocation.
        margin: seconds that stay reserved for answering, and as many for undoing.
        longest_call: seconds after which a call is given up.
        grace: seconds, from the first such error, to wait for a permission or a function that
            is too new to be seen. IAM and Lambda publish changes with a delay.
    """

    remaining: Callable[[], float]
    margin: float
    longest_call: float
    grace: float
    _too_new_since: float | None = field(default=None, init=False)
    _overtime: bool = field(default=False, init=False)

    def admits_call(self, *, leaves_time_to_undo: bool = False) -> bool:
        """Whether a call would end before the answer is due, however it ends."""
        spare = self.margin if leaves_time_to_undo and not self._overtime else 0
        return self.remaining() >= self.margin + self._call_seconds + spare

    def wait(self, attempt: int, *, too_new: bool) -> bool:
        """Sleep before the next attempt; False when there is no time for one.

        The wait has full jitter: connectors of one stack are created side by side, and must not
        be throttled together again.
        """
        longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
        pause = timing.jitter(0, longest)
        left = self._left()
        if too_new:
            left = min(left, self._grace_left())
        if pause >= left:
            return False
        timing.sleep(pause)
        return True

    def looks(self, seconds: float) -> Iterator[None]:
        """Pace looks at what may be too new to be seen: the first at once, then pauses that grow.

        Args:
            seconds: for how long. It ends earlier when the time for calls does.
        """
        end = timing.monotonic() + seconds
        yield from _paced(lambda: min(end - timing.monotonic(), self._left() - _LOOK_SECONDS))

    def looks_until_earlier_requests_end(self) -> Iterator[None]:
        """Pace looks for as long as a request that began earlier can still write to AppFlow.

        It runs in the same function, with the same time, and its last write ends `2 * margin`
        before that time does. What follows a look here has an effect that nobody needs to learn
        of, so calls may begin until the answer is due.
        """
        end = timing.monotonic() + self.remaining() - 2 * self.margin
        self._overtime = True
        yield from _paced(lambda: min(end - timing.monotonic(), self.remaining() - 2 * self.margin))

    @property
    def _call_seconds(self) -> float:
        return 0 if self._overtime else self.longest_call

    def _left(self) -> float:
        kept = self.margin if self._overtime else 2 * self.margin + self.longest_call
        return self.remaining() - kept

    def _grace_left(self) -> float:
        now = timing.monotonic()
        if self._too_new_since is None:
            self._too_new_since = now
        return self.grace - (now - self._too_new_since)


def _paced(left: Callable[[], float]) -> Iterator[None]:
    pause = _FIRST_WAIT
    yield
    while (rest := left()) > 0:
        timing.sleep(min(pause, rest))
        pause = min(pause * 2, _LONGEST_WAIT)
        yield
