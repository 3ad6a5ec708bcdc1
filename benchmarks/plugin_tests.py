"""`python -m benchmarks.plugin_tests`: how long tests with the pytest plugin take.

Fifty tests that each deploy the documents' connector, register it, create a profile and run a flow,
in one process and in two; and what emptying the cloud takes after such a run.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from harness.cloud.local_cloud import REPOSITORY, command

_SHOP: Final = REPOSITORY / "docs" / "snippets" / "without_cdk" / "connector"
_TESTS: Final = 50
_RESETS: Final = 20
_KEY: Final = '{"type": "apiKey", "apiKey": "open-sesame"}'
_FIFTY: Final = f"""
import pytest

@pytest.mark.parametrize("number", range({_TESTS}))
def test_run(appflow_local, number):
    run = appflow_local.connector("connector").profile({_KEY}).run("products")
    assert len(run.records) == 5
"""
_EMPTYING: Final = f"""
import json, pathlib, time

def test_reset(appflow_local):
    taken = []
    for _ in range({_RESETS}):
        appflow_local.sources.clear()
        appflow_local.connector("connector").profile({_KEY}).run("products")
        start = time.perf_counter()
        appflow_local.workbench.reset()
        taken.append(1000 * (time.perf_counter() - start))
    pathlib.Path("taken.json").write_text(json.dumps(taken))
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(_SHOP, folder / "connector")
        (folder / "test_fifty.py").write_text(_FIFTY)
        (folder / "test_reset.py").write_text(_EMPTYING)
        _pytest(folder, "test_reset.py")
        taken = json.loads((folder / "taken.json").read_text())
        first, median, third = statistics.quantiles(taken, n=4)
        print(f"reset, ms: {median:.0f} ({first:.0f} to {third:.0f}), at most {max(taken):.0f}")
        for workers in (1, 2):
            before = _cpu_seconds()
            seconds = _pytest(folder, "test_fifty.py", *(["-n", "2"] if workers > 1 else []))
            rate, cpu = _TESTS / seconds, _cpu_seconds() - before
            print(
                f"{_TESTS} tests, {workers} process(es): {seconds:.1f} s, {rate:.1f} a second; "
                f"{cpu:.1f} s of CPU time, its clouds and functions included"
            )


def _cpu_seconds() -> float:
    """The CPU time of all processes that have ended: how busy the machine is does not matter."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _pytest(folder: Path, *arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run(
        [command("python"), "-m", "pytest", "-q", *arguments],
        cwd=folder,
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(folder / "home")},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
