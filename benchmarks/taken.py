"""When, and with what, sections were measured: noted then, and told in sentences."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping

from benchmarks.node_sdk import node
from benchmarks.results import Kept, Results, Taken


def taken_now(rounds: int, load_before: float) -> Taken:
    """Note this machine and the day; the load now, and that of before it was measured."""
    version = subprocess.run([node(), "--version"], capture_output=True, check=True, text=True)
    loads = sorted({f"{each:.1f}" for each in (load_before, load())}, key=float)
    return {
        "date": str(datetime.datetime.now(tz=datetime.timezone.utc).date()),
        "cores": os.cpu_count() or 1,
        "system": f"{platform.system()} on {platform.machine()}",
        "python": platform.python_version(),
        "node": version.stdout.strip().lstrip("v"),
        "rounds": rounds,
        "load": f"under a load of {' to '.join(loads)}",
    }


def load() -> float:
    """Return how many processes wanted to run in the last minute, what is measured included."""
    return os.getloadavg()[0]


def sentences(results: Results, names: Iterable[str]) -> str:
    """Say of these sections, in this order, when they were measured: a sentence for each run."""
    runs: dict[tuple[str, str], dict[str, Kept]] = {}
    for name in names:
        if name in results:
            taken = results[name]["taken"]
            runs.setdefault((taken["date"], _machine(taken)), {})[name] = results[name]
    return "\n".join(["", *(_sentence(*run, runs[run]) for run in sorted(runs)), ""])


def _machine(taken: Taken) -> str:
    cores = f"{taken['cores']} core" + ("" if taken["cores"] == 1 else "s")
    return f"{cores}, {taken['system']}, Python {taken['python']}, Node.js {taken['node']}"


def _sentence(date: str, machine: str, kept: Mapping[str, Kept]) -> str:
    by_rounds: dict[int, list[str]] = {}
    for name, each in kept.items():
        by_rounds.setdefault(each["taken"]["rounds"], []).append(f"`{name}`")
    told = [f"{_often(rounds)} {_listed(by_rounds[rounds])}" for rounds in sorted(by_rounds)[::-1]]
    return f"Taken on {date} with {machine}: {'; '.join(told)}.\n"


def _often(rounds: int) -> str:
    if not rounds:
        return "counts of"
    return f"{rounds} round{'' if rounds == 1 else 's'} of"


def _listed(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
