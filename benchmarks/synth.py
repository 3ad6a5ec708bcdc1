"""How long the peers' apps take to synthesise, in CPU time and on the clock.

Each app is a fresh process (Python and the Node.js that jsii starts) with an empty output folder;
their start is left out, which takes longer than all else and differs from time to time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.cpu_time import Figure, Seconds, seconds_of
from benchmarks.measured import turns

EMPTY: Final = ("functions", 0)
MANY: Final = 200
App = tuple[str, int]
"""A peer and its number of connectors."""


def synth(app: App, output: Path) -> Seconds:
    """Synthesise; return the seconds that it took."""
    peer, connectors = app
    return seconds_of("benchmarks.peers.app", peer, str(connectors), output=output)


def synth_rounds(apps: Sequence[App], rounds: int, folder: Path) -> list[dict[App, Seconds]]:
    """Synthesise each app once per round; the first round's assemblies stay, see `assembly`."""
    by_name = {f"{peer}-{connectors}": (peer, connectors) for peer, connectors in apps}
    measured = []
    for number in range(rounds):
        output = folder / str(number)
        order = [by_name[name] for name in turns(list(by_name), number)]
        measured.append({app: synth(app, assembly(output, app)) for app in order})
    return measured


def assembly(folder: Path, app: App) -> Path:
    """Return where an app's assembly is, under the folder of its round."""
    peer, connectors = app
    return folder / f"{peer}-{connectors}"


def over_empty(
    times: Mapping[App, Seconds], ways: Iterable[str], connectors: int
) -> dict[str, float]:
    """Return the CPU seconds that each way takes over an app with an empty stack."""
    return {way: times[way, connectors]["cpu"] - times[EMPTY]["cpu"] for way in ways}


def per_further(
    times: Mapping[App, Seconds], ways: Iterable[str], most: int, figure: Figure = "cpu"
) -> dict[str, float]:
    """Return the milliseconds that each connector after the first one adds, function included."""
    return {way: _per_further(times, way, 1, most, figure) for way in ways}


def growth(times: Mapping[App, Seconds], way: str, most: int, many: int) -> float:
    """Return how many times as much CPU time each connector takes after `most` than up to it."""
    later = _per_further(times, way, most, many, "cpu")
    return later / _per_further(times, way, 1, most, "cpu")


def _per_further(
    times: Mapping[App, Seconds], way: str, least: int, most: int, figure: Figure
) -> float:
    return (times[way, most][figure] - times[way, least][figure]) / (most - least) * 1000
