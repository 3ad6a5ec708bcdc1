"""Draws docs/benchmarks.svg: four figures of every way, as bars.

Its greys can be read on white and on black.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmarks.cold_start import FRAMEWORK, NAMES, OURS
from benchmarks.peers import PEERS
from benchmarks.results import By, Results

SECTIONS: Final = ("cold-start", "deployments", "templates")
"""What it shows, by their names."""
_BAR: Final = 22
_HEAD: Final = 34
_WIDTH: Final = 720
_FIGURES: Final = 60
_STARTED: Final = {key: name for key, name in NAMES.items() if key not in FRAMEWORK}
_CHARACTER: Final = 8
"""As wide as a name's characters are on average at most, in a wide font: DejaVu Sans."""
_GAP: Final = 8
_LABELS: Final = _GAP + _CHARACTER * max(map(len, [*_STARTED.values(), *PEERS.values()]))


def chart(results: Results) -> str:
    """Draw what was measured."""
    starts, deployments, templates = (results[name]["figures"] for name in SECTIONS)
    create = deployments["create"]
    most, deployed = max(templates[OURS], key=int), max(create, key=int)
    resources = {name: float(by[most]["resources"]) for name, by in templates.items()}
    panels = [
        ("Cold start until the response, ms", _medians(starts["answered"]), _STARTED, 0),
        ("Its peak memory, MiB", _medians(starts["peak"]), _STARTED, 0),
        (f"Resources of {most} connectors", resources, PEERS, 0),
        (f"Creating {deployed} on the local cloud, s", _medians(create[deployed]), PEERS, 1),
    ]
    drawn, y = "", 0
    for title, values, names, digits in panels:
        drawn += f'<text x="0" y="{y + 22}" font-weight="bold">{title}</text>\n'
        shown = {key: values[key] for key in names}
        drawn += _bars(shown, names, y + _HEAD, digits)
        y += _HEAD + _BAR * len(shown)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 4}" '
        f'font-family="sans-serif" font-size="14" fill="#808080">\n{drawn}</svg>\n'
    )


def _medians(by: By) -> dict[str, float]:
    return {name: measured["median"] for name, measured in by.items()}


def _bars(values: Mapping[str, float], names: Mapping[str, str], top: int, digits: int) -> str:
    scale = (_WIDTH - _LABELS - _FIGURES) / max(values.values())
    return "".join(
        _bar(
            top + row * _BAR,
            names[key].strip("*`"),
            value * scale,
            f"{value:.{digits}f}",
            "#3b82c4" if key == OURS else "#808080",
        )
        for row, (key, value) in enumerate(values.items())
    )


def _bar(y: int, name: str, width: float, shown: str, colour: str) -> str:
    return (
        f'<text x="{_LABELS - _GAP}" y="{y + 14}" text-anchor="end">{name}</text>'
        f'<rect x="{_LABELS}" y="{y}" width="{width:.0f}" height="{_BAR - 4}" fill="{colour}"/>'
        f'<text x="{_LABELS + width + 6:.0f}" y="{y + 14}">{shown}</text>\n'
    )
