"""Draws a flow: each field on its way from the source through its tasks to the destination.

It knows where boxes and lines are; how they look is in the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_ROW = 30
_MOST_ROWS = 24
_TOP = 16
_CHARACTER = 7  # pixels that a character takes, about
_LEFT, _MIDDLE, _RIGHT, _WIDTH = 250, 300, 650, 900
_LONGEST_NAME = 30


@dataclass(frozen=True)
class Pill:
    """A task on a field's way, with its left edge and width."""

    x: int
    width: int
    text: str


@dataclass(frozen=True)
class Row:
    """One field of the output: where it comes from, and what is done to it on the way."""

    y: int
    source: str
    target: str
    pills: Sequence[Pill]
    lines: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Drawing:
    """A flow's rows; `everywhere` are the tasks that concern whole records."""

    rows: Sequence[Row]
    everywhere: Sequence[str]
    left_out: int
    width: int = _WIDTH
    left: int = _LEFT
    right: int = _RIGHT

    @property
    def height(self) -> int:
        """In pixels, as the width."""
        return _TOP + _ROW * max(len(self.rows), 1) + (_ROW if self.left_out else 0)


def draw(tasks: Sequence[Mapping[str, Any]], origins: Mapping[str, str]) -> Drawing:
    """Draw a flow.

    Args:
        tasks: the API's.
        origins: the field of the source of each field of the output, as a run found them; empty
            before the first.
    """
    routes = dict(_routes(tasks, origins))
    shown = list(routes.items())[:_MOST_ROWS]
    rows = [
        _row(number, source, target, _steps(tasks, source, target))
        for number, (target, source) in enumerate(shown)
    ]
    return Drawing(rows, list(_everywhere(tasks)), len(routes) - len(rows))


def _routes(
    tasks: Sequence[Mapping[str, Any]], origins: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    if origins:
        yield from origins.items()
        return
    for task in tasks:
        if task["taskType"] == "Map_all":
            yield "all fields", "all fields"
    for task in tasks:
        if task["taskType"] == "Map":
            source = ", ".join(task.get("sourceFields", []))
            yield task.get("destinationField") or source, source


def _steps(tasks: Sequence[Mapping[str, Any]], source: str, target: str) -> Iterable[str]:
    """Yield what happens to a field, in words."""
    for task in tasks:
        kind, fields = task["taskType"], task.get("sourceFields", [])
        if kind in ("Arithmetic", "Merge") and task.get("destinationField") == source:
            yield f"{_operator(task) if kind == 'Arithmetic' else 'merge'} {', '.join(fields)}"
        elif kind in ("Mask", "Truncate") and source in fields:
            yield _shortened(task)
        elif kind == "Map" and source in fields and task.get("destinationField") == target:
            given = task.get("taskProperties", {})
            before, after = given.get("SOURCE_DATA_TYPE"), given.get("DESTINATION_DATA_TYPE")
            if after and before != after:
                yield f"to {after}"
        elif kind == "Partition" and source in fields:
            yield "partition"


def _everywhere(tasks: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    for task in tasks:
        kind, fields = task["taskType"], ", ".join(task.get("sourceFields", []))
        given = task.get("taskProperties", {})
        if kind == "Filter" and _operator(task) != "projection":
            limits = (given.get(name) for name in ("VALUE", "VALUES", "LOWER_BOUND", "UPPER_BOUND"))
            values = " to ".join(each for each in limits if each)
            yield f"Filter: {fields} {_operator(task)} {values}"
        elif kind == "Validate":
            otherwise = {"DropRecord": "drop the record"}.get(
                given.get("VALIDATION_ACTION", ""), "end the run"
            )
            yield f"Validate: {fields} {_operator(task).removeprefix('validate ')}, or {otherwise}"


def _operator(task: Mapping[str, Any]) -> str:
    names = list(task.get("connectorOperator", {}).values())
    return names[0].lower().replace("_", " ") if names else str(task["taskType"]).lower()


def _shortened(task: Mapping[str, Any]) -> str:
    """Say how much of a text a task masks, or leaves."""
    given = task.get("taskProperties", {})
    if task["taskType"] == "Truncate":
        return f"first {given.get('TRUNCATE_LENGTH', '?')} characters"
    return _operator(task).removesuffix(" n") + (
        f" {given.get('MASK_LENGTH', '?')}" if _operator(task).endswith(" n") else ""
    )


def _row(number: int, source: str, target: str, steps: Iterable[str]) -> Row:
    y = _TOP + _ROW * number + _ROW // 2
    pills: list[Pill] = []
    x = _MIDDLE
    for step in steps:
        text = step if len(step) <= _LONGEST_NAME else f"{step[: _LONGEST_NAME - 1]}…"
        width = len(text) * _CHARACTER + 20
        if x + width > _RIGHT - 20:
            break
        pills.append(Pill(x, width, text))
        x += width + 14
    edges = [_LEFT, *(edge for pill in pills for edge in (pill.x, pill.x + pill.width)), _RIGHT]
    lines = list(zip(edges[::2], edges[1::2], strict=True))
    return Row(y, _name(source), _name(target), pills, lines)


def _name(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
