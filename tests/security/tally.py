"""Counts what the tests of this folder tried, for the last lines of `make test-security`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    events: int = 0
    response_urls: int = 0
    mutations_tried: int = 0
    mutations_caught: int = 0
    needed_on_aws: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)


TALLY = Tally()
