"""How long tests with the pytest plugin take, and what emptying the cloud after one does.

Each test deploys the documents' connector, registers it, creates a profile and runs a flow, in one
process or in two. Its CPU time is compared with that of a Python process that imports boto3, as the
connector's function does; emptying a cloud, with a flow whose function is warm.
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypedDict

from harness.cloud.local_cloud import REPOSITORY, command

TESTS: Final = 50
_WORKERS: Final = (1, 2)
_COLD_STARTS: Final = 5
_SHOP: Final = REPOSITORY / "docs" / "snippets" / "without_cdk" / "connector"
_KEY: Final = '{"type": "apiKey", "apiKey": "open-sesame"}'
_RESETS: Final = 20
_RUNNING: Final = f"""
import pytest

@pytest.mark.parametrize("number", range(NUMBER))
def test_run(appflow_local, number):
    run = appflow_local.connector("connector").profile({_KEY}).run("products")
    assert len(run.records) == 5
"""
_EMPTYING: Final = f"""
import json, pathlib, time

def test_reset(appflow_local):
    taken = []

    def timed(work, *arguments):
        start = time.perf_counter()
        work(*arguments)
        return 1000 * (time.perf_counter() - start)

    for _ in range({_RESETS}):
        appflow_local.sources.clear()
        profile = appflow_local.connector("connector").profile({_KEY})
        profile.run("products")
        run = timed(profile.run, "products")
        taken.append({{"run": run, "reset": timed(appflow_local.workbench.reset)}})
    pathlib.Path("taken.json").write_text(json.dumps(taken))
"""


class Used(TypedDict):
    """Seconds on the clock and of CPU time, the cloud's and its functions' included."""

    seconds: float
    cpu: float


class Reset(TypedDict):
    """Milliseconds of so many; `over_run` is the median ratio to a flow before each."""

    median: float
    most: float
    number: int
    over_run: float


class PluginTests(TypedDict):
    """What so many tests took, by the number of their processes.

    `over_cold_start` is the CPU time of one of them, over that of a process that imports boto3.
    """

    tests: int
    processes: dict[str, Used]
    over_cold_start: float
    reset: Reset


def plugin_tests(tests: int = TESTS, workers: Sequence[int] = _WORKERS) -> PluginTests:
    """Run so many tests in so many processes, one after the other."""
    with _folder() as folder:
        (folder / "test_running.py").write_text(_RUNNING.replace("NUMBER", str(tests)))
        by = {str(number): _used(folder, number) for number in workers}
        cpu = by[str(workers[0])]["cpu"] / tests
        over = round(cpu / _cold_start(folder), 3)
        reset = _reset(folder)
    return {"tests": tests, "processes": by, "over_cold_start": over, "reset": reset}


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(_SHOP, Path(name, "connector"))
        yield Path(name)


def _used(folder: Path, workers: int) -> Used:
    cpu, start = _cpu_seconds(), time.perf_counter()
    _python(folder, "-m", "pytest", "-q", "test_running.py", *_spread(workers))
    seconds = time.perf_counter() - start
    return {"seconds": round(seconds, 2), "cpu": round(_cpu_seconds() - cpu, 2)}


def _spread(workers: int) -> list[str]:
    return ["-n", str(workers)] if workers > 1 else []


def _cold_start(folder: Path) -> float:
    taken = []
    for _ in range(_COLD_STARTS):
        before = _cpu_seconds()
        _python(folder, "-c", "import boto3")
        taken.append(_cpu_seconds() - before)
    return statistics.median(taken)


def _reset(folder: Path) -> Reset:
    (folder / "test_emptying.py").write_text(_EMPTYING)
    _python(folder, "-m", "pytest", "-q", "test_emptying.py")
    taken = json.loads((folder / "taken.json").read_text())
    resets = [each["reset"] for each in taken]
    return {
        "median": round(statistics.median(resets), 2),
        "most": round(max(resets), 2),
        "number": len(resets),
        "over_run": round(statistics.median(each["reset"] / each["run"] for each in taken), 3),
    }


def _cpu_seconds() -> float:
    """The CPU time of all processes that have ended: how busy the machine is does not matter."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _python(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [command("python"), *arguments],
        cwd=folder,
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
