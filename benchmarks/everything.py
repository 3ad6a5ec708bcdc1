"""Runs every benchmark and sums up what each one measured."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.bundling import bundling_rounds
from benchmarks.calls import calls_of_a_life
from benchmarks.chains import chains_of
from benchmarks.cold_start import IN_NODE, OURS, VARIANTS, cold_starts, figures_of, with_framework
from benchmarks.deployments import calls_of, deploying, deployment_rounds, seconds_of
from benchmarks.edits import edit_rounds
from benchmarks.flow_cpu import flow_cpu
from benchmarks.flow_throughput import throughput_rounds
from benchmarks.measured import FEW_ROUNDS, ROUNDS, SYNTH_ROUNDS, summary
from benchmarks.node_calls import node_calls_of
from benchmarks.node_functions import node_function
from benchmarks.page import page_rounds
from benchmarks.peers import PEERS
from benchmarks.results import ColdStarts, Deployments, Results, Synths, Workbench, read
from benchmarks.stub import surroundings
from benchmarks.synth import EMPTY, MANY, assembly, growth, over_empty, per_further, synth_rounds
from benchmarks.templates import Size, size
from benchmarks.warm_calls import warm_rounds
from benchmarks.workbench import check_rounds, journal_rounds

_CONNECTORS: Final = (1, 10, 50)
_DEPLOYED: Final = (1, 10)
_BUNDLED: Final = (1, 10)
_WAYS: Final = ("functions", *PEERS)
_LIVES: Final = (OURS, "tutorial", "on_event")


def measure() -> Results:
    """Measure one thing after the other, each beside what it is compared with."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = _measure_starts(folder)
        synths = _measure_synths(folder)
        deployments = _measure_deployments(folder)
        templates = {peer: _sizes(folder, peer) for peer in PEERS}
        chains = chains_of(PEERS, folder / "chains")
    _say("PythonConnectorFunction, edits, flows, the page")
    return {
        "taken": _taken(),
        "templates": templates,
        "chains": chains,
        "node_calls": {peer: node_calls_of(peer) for peer in PEERS},
        "synths": synths,
        "deployments": deployments,
        "cold_starts": started,
        "bundling": {str(n): summary(bundling_rounds(FEW_ROUNDS, n), "bundled") for n in _BUNDLED},
        "edits": summary(edit_rounds(FEW_ROUNDS), "dev"),
        "flow": summary(throughput_rounds(FEW_ROUNDS), "flow"),
        "page": summary(page_rounds(), "the overview"),
        "flow_cpu": flow_cpu(FEW_ROUNDS),
        "flow_memory": read()["flow_memory"],  # it has a command of its own
        "workbench": measure_workbench(),
    }


def measure_workbench() -> Workbench:
    """Measure a check, the journal and calls of warm functions, which take a minute."""
    _say("a check, the journal, warm calls")
    return {
        "taken": _taken(),
        "check": summary(check_rounds(SYNTH_ROUNDS), "check"),
        "journal": summary(journal_rounds(SYNTH_ROUNDS), "with"),
        "warm": summary(warm_rounds(SYNTH_ROUNDS), "silent"),
    }


def _measure_starts(folder: Path) -> ColdStarts:
    _say("cold starts")
    in_node = {name: node_function(peer, folder / "node") for name, peer in IN_NODE.items()}
    with surroundings(folder) as around:
        calls = {name: calls_of_a_life(VARIANTS[name], around) for name in _LIVES}
        rounds = with_framework(cold_starts({**VARIANTS, **in_node}, ROUNDS, around))
    figures = {f: summary(figures_of(rounds, f), OURS) for f in rounds[0][OURS]}
    return {"figures": figures, "calls": calls}


def _measure_synths(folder: Path) -> Synths:
    _say("synths")
    apps = [(way, number) for number in _CONNECTORS for way in _WAYS]
    rounds = synth_rounds([EMPTY, *apps, (OURS, MANY)], SYNTH_ROUNDS, folder)
    most = max(_CONNECTORS)
    return {
        "seconds": {
            str(n): summary([over_empty(each, _WAYS, n) for each in rounds], OURS)
            for n in _CONNECTORS
        },
        "further": summary([per_further(each, _WAYS, most) for each in rounds], OURS),
        "wall": summary([per_further(each, _WAYS, most, "wall") for each in rounds], OURS),
        "growth": round(statistics.median(growth(each, OURS, most, MANY) for each in rounds), 2),
        "many": MANY,
    }


def _measure_deployments(folder: Path) -> Deployments:
    _say("deployments")
    apps = [(peer, number) for number in _DEPLOYED for peer in PEERS]
    with deploying(folder / "cloud") as cloud:
        rounds = deployment_rounds(cloud, apps, FEW_ROUNDS, folder / "0")
    return {
        "create": {str(n): summary(seconds_of(rounds, "create", n), OURS) for n in _DEPLOYED},
        "delete": {str(n): summary(seconds_of(rounds, "delete", n), OURS) for n in _DEPLOYED},
        "calls": {peer: calls_of(rounds, peer) for peer in PEERS if peer != "native"},
    }


def _sizes(folder: Path, peer: str) -> dict[str, Size]:
    return {str(n): size(assembly(folder / "0", (peer, n)), n) for n in _CONNECTORS}


def _taken() -> dict[str, str]:
    node = subprocess.run(["node", "--version"], capture_output=True, check=True, text=True)  # noqa: S607 - on PATH
    chosen = os.environ.get("BENCH_ROUNDS")
    return {
        "command": "make bench" + (f" BENCH_ROUNDS={chosen}" if chosen else ""),
        "date": str(datetime.datetime.now(tz=datetime.timezone.utc).date()),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} on {platform.machine()}",
        "python": platform.python_version(),
        "node": node.stdout.strip().lstrip("v"),
        "cold_starts": str(ROUNDS),
        "synths": str(SYNTH_ROUNDS),
        "others": str(FEW_ROUNDS),
    }


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr, flush=True)
