"""Two flows at once beside one: how long they take on the clock, and what takes the CPU time.

Each has 200,000 records. Two clouds take turns: one whose processes work on pages, and one whose
server does all. The server's CPU time is its own process's; those of its children are told apart:
the functions', and the processes' that work on pages. Meanwhile, a client asks for the list of
connectors, ten times a second: how long a half and nine tenths of its requests take at most. Each
figure is the median of three rounds.

Taken with one of the formats, JSON unless another is given; with `prepared`, the connector answers
pages that it has made before, so that the server is what takes the time.
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks.flow_cloud import (
    children_cpu,
    connected,
    flow_of,
    page_processes,
    run,
    server_cpu,
)
from harness.model.appflow import Client

RECORDS = 200_000
ROUNDS = 3
_NAMES = ("first", "second")
_ASK_SECONDS = 0.1
_MOST_FAILURES = 3  # of processes that work on pages: then the server works alone

Figures = dict[str, float]
Running = tuple[Client, int]


def at_once(way: str, *, prepared: bool) -> dict[str, Figures]:
    """Return seconds on the clock, and CPU seconds of all processes, of one flow and of two."""
    flows = {name: flow_of(way) for name in _NAMES}
    with (
        tempfile.TemporaryDirectory() as home,
        connected(Path(home) / "alone", flows, RECORDS, prepared=prepared) as alone,
        connected(Path(home) / "helped", flows, RECORDS, prepared=prepared) as helped,
    ):
        _end_page_processes(alone)
        _together(helped, _NAMES)  # starts all processes
        clouds = {"the server alone": alone, "with a process": helped}
        rounds = defaultdict(list)
        for _ in range(ROUNDS):
            for names in (_NAMES[:1], _NAMES):
                for kind, cloud in clouds.items():
                    rounds[f"{len(names)}, {kind}"].append(_measured(cloud, names))
    return {kind: _medians(taken) for kind, taken in rounds.items()}


def _end_page_processes(cloud: Running) -> None:
    for _ in range(_MOST_FAILURES):
        _together(cloud, _NAMES)
        for pid in page_processes(cloud[1]):
            os.kill(pid, signal.SIGKILL)
    _together(cloud, _NAMES)
    assert page_processes(cloud[1]) == []


def _measured(cloud: Running, names: Sequence[str]) -> Figures:
    pid = cloud[1]
    server, children = server_cpu(pid), children_cpu(pid)
    with _asking(cloud[0]) as waits:
        seconds = _together(cloud, names)
    after = children_cpu(pid)
    return {
        "clock": seconds,
        "half of the requests": statistics.median(waits),
        "nine tenths": statistics.quantiles(waits, n=10)[-1],
        "server": server_cpu(pid) - server,
        **{kind: after[kind] - before for kind, before in children.items()},
    }


@contextmanager
def _asking(appflow: Client) -> Iterator[list[float]]:
    waits: list[float] = []
    ended = threading.Event()

    def ask() -> None:
        while not ended.wait(_ASK_SECONDS):
            start = time.perf_counter()
            appflow.list_connectors()
            waits.append(time.perf_counter() - start)

    with ThreadPoolExecutor(1) as asking:
        asked = asking.submit(ask)
        yield waits
        ended.set()
        asked.result()


def _medians(rounds: Sequence[Figures]) -> Figures:
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def _together(cloud: Running, names: Sequence[str]) -> float:
    """Run flows at once; return how many seconds it took, as their records say."""
    with ThreadPoolExecutor(len(names)) as waiting:
        done = [*waiting.map(lambda name: run(cloud[0], name), names)]
    assert all(each["executionResult"]["recordsProcessed"] == RECORDS for each in done), done
    first = min(each["startedAt"] for each in done)
    return float((max(each["lastUpdatedAt"] for each in done) - first).total_seconds())


def main() -> None:
    """Measure, and print."""
    given = [each for each in sys.argv[1:] if each != "prepared"]
    way = given[0] if given else "JSON"
    for kind, took in at_once(way, prepared="prepared" in sys.argv).items():
        figures = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in took.items())
        sys.stdout.write(f"{way}, {kind}: {figures}\n")


if __name__ == "__main__":
    main()
