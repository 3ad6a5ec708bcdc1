"""How many calls to AppFlow each event of a connector's life takes."""

from __future__ import annotations

from typing import Final

from benchmarks.starting import Variant, start
from benchmarks.stub import Surroundings

LIFE: Final = {
    "create": ("Create", {}),
    "update": ("Update", {"Revision": "2"}),
    # It changes nothing that AppFlow holds.
    "no-op update": ("Update", {"OnConflict": "ADOPT"}),
    "delete": ("Delete", {}),
}
"""Each step's RequestType, and what it changes of the properties."""


def calls_of_a_life(variant: Variant, around: Surroundings) -> dict[str, int]:
    """Count the calls to AppFlow in each step of one connector's life."""
    around.reset()
    counts = {}
    for step, (request_type, changes) in LIFE.items():
        around.calls.clear()
        start(variant, request_type, around, changes=changes)
        counts[step] = len(around.calls)
    return counts
