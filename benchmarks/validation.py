"""What the CDK's own validation of templates takes of a synth: `CDK_VALIDATION=false` is without.

CPU time, Node.js included; both take turns.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
from pathlib import Path
from typing import Final
from unittest.mock import patch

from benchmarks.cold_start import OURS
from benchmarks.measured import turns
from benchmarks.synth import App, synth

WAYS: Final = {"with it": "true", "without it": "false"}
_CONNECTORS: Final = 50
_EMPTY: Final[App] = (OURS, 0)
_FULL: Final[App] = (OURS, _CONNECTORS)
FIGURES: Final = {
    "started": "an empty app, its start included, s",
    "further": f"each of {_CONNECTORS} connectors, function included, ms",
}


def validation(rounds: int) -> dict[str, dict[str, float]]:
    """Return the rounds' medians of each figure, by way."""
    with tempfile.TemporaryDirectory() as folder:
        measured = [
            {way: _taken(WAYS[way], Path(folder)) for way in turns([*WAYS], number)}
            for number in range(rounds)
        ]
    return {
        figure: {way: statistics.median(each[way][figure] for each in measured) for way in WAYS}
        for figure in FIGURES
    }


def _taken(validation: str, folder: Path) -> dict[str, float]:
    with patch.dict(os.environ, CDK_VALIDATION=validation):
        before = _of_processes()
        empty = synth(_EMPTY, folder)["cpu"]
        started = _of_processes() - before
        full = synth(_FULL, folder)["cpu"]
    return {"started": started, "further": (full - empty) / _CONNECTORS * 1000}


def _of_processes() -> float:
    """Return the CPU seconds of all processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
