"""Records as tables: of one kind, or before and after a flow's tasks, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.account.run_traces import RunTrace

_MOST_COLUMNS = 60


@dataclass(frozen=True)
class Column:
    """A field; numbers are aligned to the right. `is_dropped`: the output has none of it."""

    name: str
    is_number: bool
    is_dropped: bool = False


@dataclass(frozen=True)
class Cell:
    """A value. `state` is "", "changed", "missing" (the record has no such field)."""

    value: object
    state: str = ""


@dataclass(frozen=True)
class Pair:
    """A record before and after; `why` says why there is none after."""

    before: Sequence[Cell]
    after: Sequence[Cell]
    why: str | None


@dataclass(frozen=True)
class SideBySide:
    """The first records of a run."""

    before: Sequence[Column]
    after: Sequence[Column]
    pairs: Sequence[Pair]

    @property
    def has_changes(self) -> bool:
        """Whether a task has changed a value."""
        return any(cell.state == "changed" for pair in self.pairs for cell in pair.after)


@dataclass(frozen=True)
class Table:
    """Some records."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def side_by_side(trace: RunTrace) -> SideBySide:
    """Return the records that were kept of a run."""
    read = [
        (_record(each.before), None if each.after is None else _record(each.after), each.why)
        for each in trace.samples
    ]
    befores = [before for before, _, _ in read]
    afters = [after for _, after, _ in read if after is not None]
    arrived = {trace.origins.get(name, name) for after in afters for name in after}
    before, after = _columns(befores, arrived if afters else None), _columns(afters)
    pairs = [
        Pair(
            [_cell(given, column.name) for column in before],
            [] if made is None else [_after(given, made, each.name, trace) for each in after],
            why,
        )
        for given, made, why in read
    ]
    return SideBySide(before, after, pairs)


def table(texts: Iterable[object]) -> Table:
    """Return the records of an answer, which should be JSON texts."""
    records = [_record(each) for each in texts]
    columns = _columns(records)
    return Table(columns, [[_cell(each, column.name) for column in columns] for each in records])


def _record(text: object) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        found = text
    return found if isinstance(found, dict) else {"(not a record)": found}


def _columns(
    records: Sequence[Mapping[str, Any]], arrived: Iterable[str] | None = None
) -> list[Column]:
    names = list(dict.fromkeys(name for record in records for name in record))[:_MOST_COLUMNS]
    kept = None if arrived is None else frozenset(arrived)
    return [
        Column(name, _is_number(records, name), kept is not None and name not in kept)
        for name in names
    ]


def _is_number(records: Sequence[Mapping[str, Any]], name: str) -> bool:
    values = [record[name] for record in records if record.get(name) is not None]
    return bool(values) and all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in values
    )


def _cell(record: Mapping[str, Any], name: str) -> Cell:
    return Cell(record[name]) if name in record else Cell("", "missing")


def _after(before: Mapping[str, Any], after: Mapping[str, Any], name: str, trace: RunTrace) -> Cell:
    if name not in after:
        return Cell("", "missing")
    origin = trace.origins.get(name, name)
    same = origin in before and _same(before[origin], after[name])
    return Cell(after[name], "" if same else "changed")


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
