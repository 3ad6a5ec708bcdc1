"""The figures of a limit on requests.

A module of its own, so that the command line can parse them without loading botocore.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestRate:
    """How many requests an account may make in a Region: a number per second, and a burst.

    Inferred (AWS publishes no figures for AppFlow's requests): `--throttle` is one limit for all
    operations.
    Not emulated: throttling without `--throttle`, and other quotas than those named here.
    """

    per_second: float
    burst: int

    @classmethod
    def parse(cls, text: str) -> RequestRate:
        """Read ``RATE,BURST``, such as ``2,5``.

        Raises:
            ValueError: the text has another form, or a number is not positive.
        """
        rate, comma, burst = text.partition(",")
        try:
            parsed = cls(float(rate), int(burst))
        except ValueError:
            parsed = cls(0, 0)
        if not comma or not 0 < parsed.per_second < float("inf") or parsed.burst < 1:
            raise ValueError(f"{text!r} is not RATE,BURST: give two positive numbers, such as 2,5")
        return parsed

    def __str__(self) -> str:
        return f"{self.per_second:g},{self.burst}"
