"""What the benchmarks have measured, a section each, kept in docs/benchmarks.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypedDict

from benchmarks.measured import Measured

DOCS: Final = Path(__file__).parents[1] / "docs"
_NAME: Final = "benchmarks.json"

By = dict[str, Measured]
"""By peer, variant or way."""
ByNumber = dict[str, By]
"""By number of connectors or functions, which is a text, as in JSON."""


class Synths(TypedDict):
    """CPU seconds over an empty app, by number of connectors; ms that each further one adds.

    The latter in CPU time (`further`) and on the clock (`wall`). `growth` is how many times as much
    CPU time each connector of this library's takes from the most of these numbers to `many`.
    """

    seconds: ByNumber
    further: By
    wall: By
    growth: float
    many: int


class Deployments(TypedDict):
    """Seconds by number of connectors."""

    create: ByNumber
    delete: ByNumber


class Calls(TypedDict):
    """Calls to AppFlow of one connector: of handlers' events, and of stacks' operations."""

    events: dict[str, dict[str, int]]
    stacks: dict[str, dict[str, int]]


class Taken(TypedDict):
    """When and with what a section was measured; `rounds` is 0 for counts.

    `load` is a phrase about what else the machine did, or empty where nobody looked.
    """

    date: str
    cores: int
    system: str
    python: str
    node: str
    rounds: int
    load: str


class Kept(TypedDict):
    """A section's figures, in a shape of its own."""

    taken: Taken
    figures: Any


Results = Mapping[str, Kept]
"""By the section's name."""


def read(docs: Path = DOCS) -> Results:
    """Read what the documents show."""
    results: Results = json.loads((docs / _NAME).read_text(encoding="utf-8"))
    return results


def write(results: Results, docs: Path = DOCS) -> None:
    """Keep what the documents are to show."""
    text = json.dumps(results, indent=1) + "\n"
    (docs / _NAME).write_text(text, encoding="utf-8")
