"""How long one request may take, and how long to wait between two attempts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from appflow_connector_provider import timing

_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 10.0


@dataclass
class Budget:
    """The time left for AppFlow calls, in seconds, with a margin kept back for the answer.

    No call is begun that could outlast the answer: CloudFormation would not hear of its effect.

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

    def admits_call(self) -> bool:
        """Whether a call would end before the answer is due, whatever becomes of it."""
        return self.remaining() >= self.margin + self.longest_call

    def wait(self, attempt: int, *, too_new: bool) -> bool:
        """Sleep before the next attempt; False when there is no time for one.

        The wait has full jitter: connectors of one stack are created side by side, and must not
        come back in step after they were throttled together.
        """
        longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
        pause = timing.jitter(0, longest)
        left = self.remaining() - 2 * self.margin - self.longest_call
        if too_new:
            left = min(left, self._grace_left())
        if pause >= left:
            return False
        timing.sleep(pause)
        return True

    def _grace_left(self) -> float:
        now = timing.monotonic()
        if self._too_new_since is None:
            self._too_new_since = now
        return self.grace - (now - self._too_new_since)
