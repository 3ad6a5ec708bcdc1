"""What `PythonConnectorFunction` costs a synth, beside a plain function of the same folder.

Each way is a fresh process that synthesises an app into a fresh folder; they take turns. CPU time,
because the machine is shared. The connector's requirements are installed once, before.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "10"))
CONNECTORS = 10
BUDGET = 1.10
"""The synth of one unchanged connector over that of a plain function; measured at about 1.0."""
FURTHER_MS = 40.0
"""CPU time that each further connector may add to what a plain function adds."""

_APP = """
from aws_cdk import App, Stack, aws_lambda as lambda_
from cdk_appflow_connector import PythonConnectorFunction

def plain(stack, number):
    lambda_.Function(stack, f"F{number}", code=lambda_.Code.from_asset("connector"),
        handler="crm.handler.lambda_handler", runtime=lambda_.Runtime.PYTHON_3_12)

def bundled(stack, number):
    PythonConnectorFunction(stack, f"F{number}", entry="connector",
        handler="crm.handler.lambda_handler")

app = App()
stack = Stack(app, "Bench")
for number in range(COUNT):
    WAY(stack, number)
app.synth()
"""


def main() -> int:
    """Measure, print, and fail beyond the budgets."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_connector(folder)
        _synth(folder, "bundled", 1)  # fills the cache
        rounds = [_round(folder) for _ in range(ROUNDS)]
    ratio = statistics.median(bundled / plain for plain, bundled, _, _ in rounds)
    plain, bundled, *_ = (statistics.median(times) for times in zip(*rounds, strict=True))
    own = _per_connector((many - one) for one, _, many, _ in rounds)
    further = _per_connector((many - one) for _, one, _, many in rounds)
    print(f"synth, CPU time, medians of {ROUNDS}: plain {plain:.2f} s, bundled {bundled:.2f} s")
    print(f"ratio {ratio:.2f} (budget {BUDGET:.2f})")
    print(f"each further one: plain {own:.0f} ms, bundled {further:.0f} ms", end=" ")
    print(f"(budget {FURTHER_MS:.0f} ms more)")
    return 0 if ratio <= BUDGET and further - own <= FURTHER_MS else 1


def _per_connector(seconds: Iterable[float]) -> float:
    return statistics.median(seconds) / CONNECTORS * 1000


def _round(folder: Path) -> tuple[float, float, float, float]:
    """One and many of plain functions and of bundled ones, in turns."""
    plain, bundled = _synth(folder, "plain", 1), _synth(folder, "bundled", 1)
    many = 1 + CONNECTORS
    return plain, bundled, _synth(folder, "plain", many), _synth(folder, "bundled", many)


def _write_connector(folder: Path) -> None:
    package = folder / "connector" / "crm"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "handler.py").write_text("def lambda_handler(event, context): ...\n")
    (folder / "connector" / "requirements.txt").write_text("custom-connector-sdk==1.0.5\n")


def _synth(folder: Path, way: str, count: int) -> float:
    """Synthesise in a process of its own; return the CPU seconds that it and jsii took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as output:
        subprocess.run(
            [sys.executable, "-c", _APP.replace("WAY", way).replace("COUNT", str(count))],
            cwd=folder,
            env={**os.environ, "CDK_OUTDIR": output},
            check=True,
            capture_output=True,
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
