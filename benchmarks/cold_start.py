"""A cold start of each handler: from its process's start to its response to CloudFormation.

Machines are noisy: only the ratios within a round are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.measured import turns
from benchmarks.starting import Figures, Variant, start
from benchmarks.stub import Surroundings

FLOOR: Final = "floor"
OURS: Final = "ours"
TUTORIAL: Final = "tutorial"
VARIANTS: Final = {
    "empty": Variant("benchmarks.handlers.empty", answers=False),
    FLOOR: Variant("benchmarks.handlers.floor"),
    OURS: Variant("appflow_connector_provider.handler"),
    "on_event": Variant("benchmarks.handlers.on_event", answers=False),
    "lazy_clients": Variant("benchmarks.handlers.lazy_clients"),
    TUTORIAL: Variant("benchmarks.handlers.tutorial"),
}
IN_NODE: Final = {"aws_custom_resource": "aws_custom_resource", "framework": "provider_framework"}
"""Further variants, the CDK's own functions, by the peer whose app has them."""

NAMES: Final = {
    "empty": "empty handler (answers nobody)",
    FLOOR: "floor",
    "aws_custom_resource": "`AwsCustomResource`",
    "provider_framework": "provider framework, both functions",
    "framework": "provider framework, its own function",
    "on_event": "provider framework, your handler (answers nobody)",
    "lazy_clients": "crhelper, lazy clients",
    TUTORIAL: "crhelper as in tutorials",
    OURS: "**this library**",
}
"""What the variants are called in the documents."""
FRAMEWORK: Final = ("framework", "on_event")
"""What makes up the provider framework."""

_DEPTHS: Final = 40


def cold_starts(
    variants: Mapping[str, Variant], rounds: int, around: Surroundings
) -> list[dict[str, Figures]]:
    """Start each variant once per round, another one first in each round."""
    return [_round(variants, number, around) for number in range(rounds)]


def with_framework(rounds: Sequence[dict[str, Figures]]) -> list[dict[str, Figures]]:
    """Add the provider framework as a whole: one of its two functions waits for the other."""
    return [{**each, "provider_framework": _sum(each, FRAMEWORK)} for each in rounds]


def figures_of(rounds: Sequence[Mapping[str, Figures]], figure: str) -> list[dict[str, float]]:
    """Return one figure of each variant in each round."""
    return [{name: figures[figure] for name, figures in each.items()} for each in rounds]


def _sum(figures: Mapping[str, Figures], names: Sequence[str]) -> Figures:
    return {figure: sum(figures[name][figure] for name in names) for figure in figures[names[0]]}


def _round(
    variants: Mapping[str, Variant], number: int, around: Surroundings
) -> dict[str, Figures]:
    measured = {}
    for name in turns(list(variants), number):
        around.reset()
        # Any depth of the stack can be a bad one: handlers/drive.py.
        measured[name] = start(variants[name], "Create", around, depth=number * 7 % _DEPTHS)
    return measured
