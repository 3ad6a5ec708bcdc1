"""What a run of all benchmarks measures, kept in docs/benchmarks.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, TypedDict

from benchmarks.chains import Chains
from benchmarks.measured import Measured
from benchmarks.templates import Size

DOCS: Final = Path(__file__).parents[1] / "docs"
_FILE: Final = DOCS / "benchmarks.json"

By = dict[str, Measured]
"""By peer, variant or way."""


class Synths(TypedDict):
    """CPU seconds over an empty app, by number of connectors; ms that each further one adds.

    The latter in CPU time (`further`) and on the clock (`wall`). `growth` is how many times as much
    CPU time each connector of this library's takes from the most of these numbers to `many`.
    """

    seconds: dict[str, By]
    further: By
    wall: By
    growth: float
    many: int


class Deployments(TypedDict):
    """Seconds by number of connectors; calls to AppFlow of one connector by operation."""

    create: dict[str, By]
    delete: dict[str, By]
    calls: dict[str, dict[str, int]]


class ColdStarts(TypedDict):
    """By figure (see `benchmarks.starting`), and the calls to AppFlow of each event."""

    figures: dict[str, By]
    calls: dict[str, dict[str, int]]


class Workbench(TypedDict):
    """Seconds of a check and of a cloud alone; CPU seconds of a run with and without the journal.

    These may be measured alone, so they have a `taken` of their own.
    """

    taken: dict[str, str]
    check: By
    journal: By
    warm: By


class Memory(TypedDict):
    """MiB at most, by number of records, of the server: before any run, and in each format's."""

    taken: str
    peaks: dict[str, dict[str, float]]


class Results(TypedDict):
    """All of it; numbers of connectors are texts, as in JSON.

    `node_calls` is what each further connector's synth takes over its function.
    """

    taken: dict[str, str]
    templates: dict[str, dict[str, Size]]
    chains: dict[str, Chains]
    node_calls: dict[str, float]
    synths: Synths
    deployments: Deployments
    cold_starts: ColdStarts
    bundling: dict[str, By]
    edits: By
    flow: By
    page: By
    flow_cpu: dict[str, By]
    flow_memory: Memory
    workbench: Workbench


def read() -> Results:
    """Read what the documents show."""
    results: Results = json.loads(_FILE.read_text(encoding="utf-8"))
    return results


def write(results: Results) -> None:
    """Keep what the documents are to show."""
    _FILE.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
