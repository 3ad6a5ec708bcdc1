"""Map and Map_all tasks: which fields the output has, under which names and with which types.

Known (public task definitions; cdklabs/cdk-appflow): a Map task has one source field, its
destination field, and the data types of both as SOURCE_DATA_TYPE and DESTINATION_DATA_TYPE; Map_all
has no source fields and EXCLUDE_SOURCE_FIELDS_LIST, a JSON list.
Inferred: without a destination field, a Map task keeps the name; Map_all skips what a Map task
names; columns come in the order of the Map tasks, with Map_all in the source's, then what
Arithmetic and Merge made.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.transfer.casts import Cast, cast_to
from appflow_local.appflow.transfer.data_types import canonical
from appflow_local.appflow.transfer.errors import limit, mistake
from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.tasks import Task

Record = Mapping[str, Any]
Output = Callable[[Record], dict[str, Any]]


@dataclass(frozen=True)
class Map:
    """A Map task; the types are the SDK's names, or None where the task gives none."""

    source: str
    destination: str
    source_type: str | None = None
    destination_type: str | None = None


@dataclass(frozen=True)
class MapAll:
    """A Map_all task."""

    excluded: frozenset[str]


@dataclass(frozen=True)
class Route:
    """Where a column comes from: a field of the changed record, and a cast."""

    source: str
    column: Column
    cast: Cast | None


def read_map(task: Task) -> Map:
    """Read a Map task.

    Raises:
        TaskError: it doesn't have exactly one source field, or has an unknown type.
    """
    types = task.properties
    destination = types.get("DESTINATION_DATA_TYPE", types.get("DATA_TYPE"))
    source = types.get("SOURCE_DATA_TYPE")
    return Map(
        source=task.field,
        destination=task.destination or task.field,
        source_type=canonical(source) if source else None,
        destination_type=canonical(destination) if destination else None,
    )


def read_map_all(task: Task) -> MapAll:
    """Read a Map_all task.

    Raises:
        TaskError: it names source fields, or its properties aren't emulated.
    """
    if task.fields:
        raise limit("A Map_all task with source fields is not emulated.")
    if task.properties.get("INCLUDE_NEW_FIELDS", "true").lower() != "true":
        raise limit("INCLUDE_NEW_FIELDS other than true is not emulated.")
    return MapAll(frozenset(name_list(task, "EXCLUDE_SOURCE_FIELDS_LIST")))


def name_list(task: Task, name: str) -> list[str]:
    """Return a property that is a JSON list of field names; empty names are left out.

    Raises:
        TaskError: it isn't such a list.
    """
    text = task.properties.get(name, "[]")
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(found, str) for found in names):
        raise mistake(f"{name} must be a JSON list of field names, not '{text}'")
    return [found for found in names if found]


def expand(
    maps: Sequence[Map], map_all: MapAll | None, fields: Sequence[str] | None
) -> tuple[Map, ...]:
    """Return a flow's mappings, those of Map_all included, in the order of their columns.

    `fields` are the source's in its order; None if they are not known, so that Map_all adds none.

    Raises:
        TaskError: two mappings have the same destination.
    """
    expanded = tuple(maps)
    if map_all is not None and fields is not None:
        expanded = tuple(_with_all(maps, map_all, fields))
    for name, times in Counter(found.destination for found in expanded).items():
        if times > 1:
            raise mistake(f"Several source fields are mapped to '{name}'")
    return expanded


def route(found: Map, declared: str, held: str | None) -> Route:
    """Return the route of one column.

    A masked value can't become a number again, so a task that names the field's original type
    doesn't ask for a cast.

    Args:
        found: The mapping.
        declared: The type that the source, or the task, says the field has.
        held: The type that its values have by now; None if it isn't certain, as with files, which
            may hold text for everything.
    """
    asked = found.destination_type
    if asked is None or asked == held or (asked == declared and held is not None):
        return Route(found.source, Column(found.destination, held or declared), None)
    cast = cast_to(asked, found.source)
    return Route(found.source, Column(found.destination, asked), cast)


def output_of(routes: Sequence[Route]) -> Output:
    """Return a function that makes the output of a changed record."""
    plain = _plain([(found.column.name, found.source) for found in routes])
    casts = [(found.column.name, found.cast) for found in routes if found.cast is not None]
    if not casts:
        return plain

    def output(record: Record) -> dict[str, Any]:
        made = dict(plain(record))  # may be the record itself
        for name, cast in casts:
            value = made[name]
            if value is not None:
                made[name] = cast(value)
        return made

    return output


def output_with_all(routes: Sequence[Route], map_all: MapAll, derived: frozenset[str]) -> Output:
    """Return the same, plus every other field of a record that Map_all doesn't exclude."""
    mapped = output_of(routes)
    hidden = map_all.excluded | derived | {found.source for found in routes}

    def output(record: Record) -> dict[str, Any]:
        made = {name: value for name, value in record.items() if name not in hidden}
        made.update(mapped(record))
        return made

    return output


def _plain(pairs: Sequence[tuple[str, str]]) -> Output:
    names = tuple(name for name, _source in pairs)
    keeps_names = all(name == source for name, source in pairs)

    def output(record: Record) -> dict[str, Any]:
        if keeps_names and tuple(record) == names:  # the usual answer of a connector
            return record if isinstance(record, dict) else dict(record)
        get = record.get
        return {name: get(source) for name, source in pairs}

    return output


def _with_all(maps: Sequence[Map], map_all: MapAll, fields: Sequence[str]) -> Iterator[Map]:
    named = defaultdict(list)
    for found in maps:
        named[found.source].append(found)
    for name in fields:
        if name not in map_all.excluded or name in named:
            yield from named.pop(name, [Map(name, name)])
    for rest in named.values():
        yield from rest
