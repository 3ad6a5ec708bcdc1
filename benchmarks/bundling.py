"""What `PythonConnectorFunction` costs a synth, beside a plain function of the same folder.

CPU time of fresh processes, which take turns, without their start. The connector's requirements
are installed once, before.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from benchmarks.cpu_time import seconds_of

_WAYS: Final = ("plain", "bundled")


def bundling_rounds(rounds: int, functions: int) -> list[dict[str, float]]:
    """Return the CPU seconds of so many `plain` and `bundled` functions, in each round."""
    with tempfile.TemporaryDirectory() as name:
        entry = Path(name, "connector")
        _write_connector(entry)
        _synth(entry, "bundled", 1)  # fills the cache
        return [{way: _synth(entry, way, functions) for way in _WAYS} for _ in range(rounds)]


def _write_connector(entry: Path) -> None:
    package = entry / "crm"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "handler.py").write_text("def lambda_handler(event, context): ...\n")
    (entry / "requirements.txt").write_text("custom-connector-sdk==1.0.5\n")


def _synth(entry: Path, way: str, functions: int) -> float:
    arguments = (way, str(functions), str(entry))
    with tempfile.TemporaryDirectory() as output:
        return seconds_of("benchmarks.bundling_app", *arguments, output=Path(output))["cpu"]
