"""What would start faster than a bare botocore client: docs/decisions/cold-start.md.

Usage: python -m benchmarks.below_floor, with BENCH_ROUNDS rounds.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Final

from botocore.loaders import create_loader

from benchmarks.cold_start import FLOOR, OURS, VARIANTS, cold_starts, figures_of
from benchmarks.measured import ROUNDS, ratio
from benchmarks.starting import Variant
from benchmarks.stub import surroundings

_OPERATION: Final = "RegisterConnector"
_FIGURES: Final = ("ready", "answered", "cpu", "peak")
_IDEAS: Final = {
    "one TLS context": "one_tls_context",
    "no list of services": "one_service",
    "no endpoints.json": "no_endpoints",
    "no docstrings": "no_docs",
    "no garbage collection": "no_collection",
}


def main() -> int:
    """Measure, and print each idea's ratio to the floor."""
    floor = VARIANTS[FLOOR]
    with tempfile.TemporaryDirectory() as name, surroundings(Path(name)) as around:
        ideas = {n: Variant(f"benchmarks.handlers.below.{m}") for n, m in _IDEAS.items()}
        ideas["a model of one operation"] = floor._replace(variables=_small_model(Path(name)))
        variants = {FLOOR: floor, **ideas, OURS: VARIANTS[OURS]}
        rounds = cold_starts(variants, ROUNDS, around)
    for name in variants:
        ratios = {each: ratio(figures_of(rounds, each), name, FLOOR) for each in _FIGURES}
        print(f"{name:26}", *(f"{figure} x{value:.2f}" for figure, value in ratios.items()))
    return 0


def _small_model(folder: Path) -> dict[str, str]:
    """Have botocore read a model with one operation and the shapes that it needs."""
    model = create_loader().load_service_model("appflow", "service-2")
    operation = model["operations"][_OPERATION]
    shapes: dict[str, Any] = {}
    wanted = [operation["input"], operation["output"], *operation["errors"]]
    while wanted:
        name = wanted.pop()["shape"]
        if name not in shapes:
            shapes[name] = shape = model["shapes"][name]
            wanted += shape.get("members", {}).values()
            wanted += [shape[member] for member in ("member", "key", "value") if member in shape]
    file = folder / "appflow" / model["metadata"]["apiVersion"] / "service-2.json"
    file.parent.mkdir(parents=True)
    small = {**model, "operations": {_OPERATION: operation}, "shapes": shapes}
    file.write_text(json.dumps(small))
    return {"AWS_DATA_PATH": str(folder)}


if __name__ == "__main__":
    raise SystemExit(main())
