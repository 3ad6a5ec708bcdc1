"""Two flows at once beside one: how long they take on the clock, and what takes the CPU time.

Each has 200,000 records; the server's time is its own process's, the functions' and that of the
processes that work on pages is that of its children. Taken with one of the formats, JSON unless
another is given; with `prepared`, the connector answers pages that it has made before, so that the
server is what takes the time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.flow_cloud import connected, flow_of, run, server_cpu
from harness.model.appflow import Client

RECORDS = 200_000
_NAMES = ("first", "second")


def at_once(way: str, *, prepared: bool) -> dict[str, dict[str, float]]:
    """Return seconds on the clock, and CPU seconds of server and functions, of one and of two."""
    flows = {name: flow_of(way) for name in _NAMES}
    with (
        tempfile.TemporaryDirectory() as folder,
        connected(Path(folder) / "home", flows, RECORDS, prepared=prepared) as (appflow, pid),
    ):
        _together(appflow, _NAMES)  # starts both functions' processes
        return {
            "one": _measured(appflow, pid, _NAMES[:1]),
            "two": _measured(appflow, pid, _NAMES),
        }


def _measured(appflow: Client, pid: int, names: Sequence[str]) -> dict[str, float]:
    server, functions, start = server_cpu(pid), _functions_cpu(pid), time.perf_counter()
    _together(appflow, names)
    return {
        "clock": time.perf_counter() - start,
        "server": server_cpu(pid) - server,
        "functions": _functions_cpu(pid) - functions,
    }


def _together(appflow: Client, names: Sequence[str]) -> None:
    with ThreadPoolExecutor(len(names)) as waiting:
        for done in waiting.map(lambda name: run(appflow, name), names):
            assert done["executionResult"]["recordsProcessed"] == RECORDS, done


def _functions_cpu(pid: int) -> float:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(each) for task in tasks for each in task.read_text().split()]
    return sum(server_cpu(each) for each in children)


def main() -> None:
    """Measure, and print."""
    given = [each for each in sys.argv[1:] if each != "prepared"]
    way = given[0] if given else "JSON"
    for number, took in at_once(way, prepared="prepared" in sys.argv).items():
        figures = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in took.items())
        sys.stdout.write(f"{way}, {number}: {figures}\n")


if __name__ == "__main__":
    main()
