"""What each section measures, summed up: the figures that the documents show."""

from __future__ import annotations

import statistics
from typing import Final

from benchmarks.bundling import bundling_rounds
from benchmarks.calls import calls_of_a_life
from benchmarks.chains import Chains, chains_of
from benchmarks.cold_start import IN_NODE, OURS, VARIANTS, cold_starts, figures_of, with_framework
from benchmarks.deployments import calls_of, deploying, deployment_rounds, seconds_of
from benchmarks.edits import edit_rounds
from benchmarks.flow_throughput import throughput_rounds
from benchmarks.measured import FEW_ROUNDS, ROUNDS, SYNTH_ROUNDS, summary
from benchmarks.node_calls import node_calls_of
from benchmarks.node_functions import node_function
from benchmarks.page import OVERVIEW, page_rounds
from benchmarks.peers import PEERS
from benchmarks.results import By, ByNumber, Calls, Deployments, Synths
from benchmarks.stub import surroundings
from benchmarks.synth import EMPTY, MANY, growth, over_empty, per_further, synth_rounds
from benchmarks.templates import Size, size
from benchmarks.warm_calls import warm_rounds
from benchmarks.workbench import check_rounds, journal_rounds
from benchmarks.workplace import Workplace

_CONNECTORS: Final = (1, 10, 50)
_DEPLOYED: Final = (1, 10)
_BUNDLED: Final = (1, 10)
_WAYS: Final = ("functions", *PEERS)
_LIVES: Final = (OURS, "tutorial", "on_event")


def starts(place: Workplace) -> dict[str, By]:
    """Return each figure of a cold start (see `benchmarks.starting`), by variant."""
    folder = place.new("starts")
    in_node = {name: node_function(peer, folder / "node") for name, peer in IN_NODE.items()}
    with surroundings(folder) as around:
        rounds = with_framework(cold_starts({**VARIANTS, **in_node}, ROUNDS, around))
    return {figure: summary(figures_of(rounds, figure), OURS) for figure in rounds[0][OURS]}


def calls(place: Workplace) -> Calls:
    """Count the calls to AppFlow of handlers that can be given events, and of stacks."""
    folder = place.new("calls")
    with surroundings(folder) as around:
        events = {name: calls_of_a_life(VARIANTS[name], around) for name in _LIVES}
    # The local cloud runs the native type's handlers itself: their calls are not counted.
    peers = [peer for peer in PEERS if peer != "native"]
    apps = [(peer, 1) for peer in peers]
    for app in apps:
        place.assembly(app)
    with deploying(folder / "cloud") as cloud:
        rounds = deployment_rounds(cloud, apps, 1, place.assemblies / "0")
    return {"events": events, "stacks": {peer: calls_of(rounds, peer) for peer in peers}}


def synths(place: Workplace) -> Synths:
    """Return what apps of each way take to synthesise."""
    apps = [(way, number) for number in _CONNECTORS for way in _WAYS]
    rounds = synth_rounds([EMPTY, *apps, (OURS, MANY)], SYNTH_ROUNDS, place.assemblies)
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


def templates(place: Workplace) -> dict[str, dict[str, Size]]:
    """Return how large each peer's templates are, by number of connectors."""
    return {
        peer: {str(n): size(place.assembly((peer, n)), n) for n in _CONNECTORS} for peer in PEERS
    }


def chains(place: Workplace) -> dict[str, Chains]:
    """Return each peer's longest chains."""
    return chains_of(PEERS, place.assembly)


def node_calls(_place: Workplace) -> dict[str, float]:
    """Return what each further connector's synth takes over its function, by peer."""
    return {peer: node_calls_of(peer) for peer in PEERS}


def bundling(_place: Workplace) -> ByNumber:
    """Return the CPU seconds of a synth of plain and of bundled functions, by their number."""
    return {str(n): summary(bundling_rounds(FEW_ROUNDS, n), "bundled") for n in _BUNDLED}


def deployments(place: Workplace) -> Deployments:
    """Return the seconds that each peer's stacks take on the local cloud."""
    apps = [(peer, number) for number in _DEPLOYED for peer in PEERS]
    for app in apps:
        place.assembly(app)
    with deploying(place.folder / "deployments") as cloud:
        rounds = deployment_rounds(cloud, apps, FEW_ROUNDS, place.assemblies / "0")
    return {
        "create": {str(n): summary(seconds_of(rounds, "create", n), OURS) for n in _DEPLOYED},
        "delete": {str(n): summary(seconds_of(rounds, "delete", n), OURS) for n in _DEPLOYED},
    }


def edits(_place: Workplace) -> By:
    """Return the seconds from an edit to its records, by way."""
    return summary(edit_rounds(FEW_ROUNDS), "dev")


def flow(_place: Workplace) -> By:
    """Return the seconds of a flow and of its connector's calls."""
    return summary(throughput_rounds(FEW_ROUNDS), "flow")


def check(_place: Workplace) -> By:
    """Return the seconds of a cloud alone, and of a check."""
    return summary(check_rounds(SYNTH_ROUNDS), "check")


def warm(_place: Workplace) -> By:
    """Return the milliseconds of calls of warm functions, and of other requests."""
    return summary(warm_rounds(SYNTH_ROUNDS), "silent")


def journal(_place: Workplace) -> By:
    """Return the CPU seconds of a run with the journal and without it."""
    return summary(journal_rounds(SYNTH_ROUNDS), "with")


def page(_place: Workplace) -> By:
    """Return the milliseconds that screens take to load."""
    return summary(page_rounds(), OVERVIEW)
