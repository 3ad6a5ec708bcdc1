"""What the CDK's own validation of templates takes of a synth: `CDK_VALIDATION=false` is without.

Usage: python -m benchmarks.validation. Prints medians of CPU time, Node.js included.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from unittest.mock import patch

from benchmarks.cold_start import OURS
from benchmarks.measured import FEW_ROUNDS, turns
from benchmarks.synth import App, synth

_WAYS: Final = {"with it": "true", "without it": "false"}
_CONNECTORS: Final = 50
_EMPTY: Final[App] = (OURS, 0)
_FULL: Final[App] = (OURS, _CONNECTORS)
_STARTED: Final = "an empty app, its start included, s"
_FURTHER: Final = f"each of {_CONNECTORS} connectors, ms"


def validation_rounds(rounds: int) -> list[dict[str, dict[str, float]]]:
    """Return what each way took, in each round."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            {way: _taken(_WAYS[way], Path(folder)) for way in turns([*_WAYS], number)}
            for number in range(rounds)
        ]


def _taken(validation: str, folder: Path) -> dict[str, float]:
    with patch.dict(os.environ, CDK_VALIDATION=validation):
        before = _of_processes()
        empty = synth(_EMPTY, folder)["cpu"]
        started = _of_processes() - before
        full = synth(_FULL, folder)["cpu"]
    return {_STARTED: started, _FURTHER: (full - empty) / _CONNECTORS * 1000}


def _of_processes() -> float:
    """Return the CPU seconds of all processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def medians(rounds: list[dict[str, dict[str, float]]]) -> Mapping[str, Mapping[str, float]]:
    """Return the rounds' medians of each figure, by way."""
    return {
        figure: {way: statistics.median(each[way][figure] for each in rounds) for way in _WAYS}
        for figure in (_STARTED, _FURTHER)
    }


def main() -> None:
    """Measure and print."""
    print(json.dumps(medians(validation_rounds(FEW_ROUNDS)), indent=1))


if __name__ == "__main__":
    main()
