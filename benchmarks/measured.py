"""Makes medians, quartiles and ratios of what took turns."""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS", "30"))
"""Cold starts of each variant; what takes longer is repeated less often."""
FEW_ROUNDS: Final = max(1, ROUNDS // 10)
SYNTH_ROUNDS: Final = max(1, ROUNDS // 5)
"""What a connector adds is small beside what differs from one synth to the next."""


class Measured(TypedDict):
    """Median and quartiles; `ours` is how many times as much ours takes, the rounds' median."""

    median: float
    first: float
    third: float
    ours: float


def summary(rounds: Sequence[Mapping[str, float]], ours: str) -> dict[str, Measured]:
    """Sum up what was measured under each name, in ratio to what was measured under `ours`."""
    return {name: _measured(rounds, name, ours) for name in rounds[0]}


def ratio(rounds: Sequence[Mapping[str, float]], name: str, other: str) -> float:
    """Return the median of the rounds' ratios: within a round, the machine is the same."""
    return statistics.median(each[name] / each[other] for each in rounds)


def turns(names: Sequence[str], number: int) -> list[str]:
    """Return the names in the order for a round: each time another one is first."""
    first = number % len(names)
    return [*names[first:], *names[:first]]


def _measured(rounds: Sequence[Mapping[str, float]], name: str, ours: str) -> Measured:
    values = [each[name] for each in rounds]
    first, median, third = statistics.quantiles(values * 2 if len(values) == 1 else values, n=4)
    return {
        "median": round(median, 3),
        "first": round(first, 3),
        "third": round(third, 3),
        "ours": round(ratio(rounds, ours, name), 3),
    }
