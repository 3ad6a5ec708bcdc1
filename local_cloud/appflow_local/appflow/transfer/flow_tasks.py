"""All tasks of a flow, read and checked against each other, without the source's fields.

Public flow definitions do Arithmetic and Merge in two tasks: one makes a new field, a Map task maps
it.

Inferred of Tasks (public flow definitions): the field that an Arithmetic or Merge task makes is in
the output only if a Map task maps it. It has a name of its own, and can't be filtered, validated,
masked or merged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.transfer.errors import limit, mistake
from appflow_local.appflow.transfer.filters import Filter, check_filter, read_filter
from appflow_local.appflow.transfer.mappings import (
    Map,
    MapAll,
    expand,
    name_list,
    read_map,
    read_map_all,
)
from appflow_local.appflow.transfer.tasks import PROJECTION, Task, is_projection, read_task
from appflow_local.appflow.transfer.validations import Validation, read_validation
from appflow_local.appflow.transfer.value_changes import (
    Change,
    read_arithmetic,
    read_mask,
    read_merge,
    read_truncation,
)

_MOST_PARTITIONS = 10
_NO_PROJECTION = "You must specify a projection task or a MAP_ALL task"


@dataclass(frozen=True)
class FlowTasks:
    """The tasks of a flow, read.

    Attributes:
        projected: The fields that the projections name, each once.
        partitions: The fields by which the output is split into folders.
    """

    projected: tuple[str, ...]
    filters: tuple[Filter, ...]
    validations: tuple[Validation, ...]
    arithmetic: tuple[Change, ...]
    masks: tuple[Change, ...]
    truncations: tuple[Change, ...]
    merges: tuple[Change, ...]
    maps: tuple[Map, ...]
    map_all: MapAll | None
    partitions: tuple[str, ...]

    @property
    def made(self) -> tuple[Change, ...]:
        """The changes that make new fields."""
        return (*self.arithmetic, *self.merges)

    @property
    def changed(self) -> tuple[Change, ...]:
        """The changes that turn fields of the source into text."""
        return (*self.masks, *self.truncations)

    @property
    def reads(self) -> tuple[str, ...]:
        """The fields of the source that a run reads, each once; filters don't count."""
        made = {change.target for change in self.made}
        return unique(name for name in self._named() if name not in made)

    def _named(self) -> Iterator[str]:
        yield from self.projected
        yield from (found.source for found in self.maps)
        yield from (found.field for found in self.validations)
        for change in (*self.changed, *self.made):
            yield from change.reads


def read_tasks(tasks: Sequence[Mapping[str, Any]], source_type: str) -> FlowTasks:
    """Read and check tasks, whose shape is checked; `source_type` is CustomConnector or S3.

    Raises:
        TaskError: they are invalid, or not emulated.
    """
    if not any(is_projection(task) for task in tasks):
        raise mistake(_NO_PROJECTION)
    found = _group([read_task(task) for task in tasks])
    for each in found.filters:
        check_filter(each, source_type)
    if not found.maps and not found.map_all:
        # AppFlow creates such flows: terraform-provider-aws#29879.
        raise limit("What a flow without Map tasks moves is not known.")
    expand(found.maps, found.map_all, None)
    _check_made(found)
    for changes in (found.masks, found.truncations):
        _check_once(change.target for change in changes)
    if found.partitions and source_type == "S3":
        raise mistake("Only output in Amazon S3 can be partitioned")
    return found


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names without repetitions, in their order."""
    return tuple(dict.fromkeys(names))


def _group(tasks: Sequence[Task]) -> FlowTasks:
    of_type: dict[str, list[Task]] = {}
    for task in tasks:
        of_type.setdefault(task.type, []).append(task)
    filters = of_type.get("Filter", [])
    projections = [task for task in filters if task.operator == PROJECTION]
    return FlowTasks(
        projected=unique(name for task in projections for name in task.fields),
        filters=tuple(read_filter(task) for task in filters if task.operator != PROJECTION),
        validations=tuple(read_validation(task) for task in of_type.get("Validate", [])),
        arithmetic=tuple(read_arithmetic(task) for task in of_type.get("Arithmetic", [])),
        masks=tuple(read_mask(task) for task in of_type.get("Mask", [])),
        truncations=tuple(read_truncation(task) for task in of_type.get("Truncate", [])),
        merges=tuple(read_merge(task) for task in of_type.get("Merge", [])),
        maps=tuple(read_map(task) for task in of_type.get("Map", [])),
        map_all=_map_all(of_type.get("Map_all", [])),
        partitions=_partitions(of_type.get("Partition", [])),
    )


def _map_all(tasks: Sequence[Task]) -> MapAll | None:
    if len(tasks) > 1:
        raise mistake("A flow can have only one Map_all task")
    return read_map_all(tasks[0]) if tasks else None


def _partitions(tasks: Sequence[Task]) -> tuple[str, ...]:
    """Return the partition fields in order.

    Inferred of Object keys (EXCLUDE_SOURCE_FIELDS_LIST is one): ORDERED_PARTITION_KEYS_LIST is a
    JSON list; without it, the partition fields are the task's source fields in their order.
    Known of Object keys (AppFlow User Guide, "Partitioning and aggregating data output"): ten
    partition fields at most.
    """
    names = unique(
        name
        for task in tasks
        for name in name_list(task, "ORDERED_PARTITION_KEYS_LIST") or task.fields
    )
    if len(names) > _MOST_PARTITIONS:
        raise mistake(f"A flow can have at most {_MOST_PARTITIONS} partition fields")
    return names


def _check_made(tasks: FlowTasks) -> None:
    made = [change.target for change in tasks.made]
    _check_once(made)
    mapped = {found.source for found in tasks.maps}
    for name in made:
        if name not in mapped:
            raise limit(f"No Map task maps '{name}', which an Arithmetic or Merge task makes.")
    taken = {found.field for found in tasks.filters}
    taken.update(found.field for found in tasks.validations)
    for change in (*tasks.changed, *tasks.made):
        taken.update(change.reads)
    for name in sorted(taken.intersection(made)):
        raise limit(f"'{name}', which an Arithmetic or Merge task makes, can only be mapped.")


def _check_once(targets: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in targets:
        if name in seen:
            raise limit(f"Several tasks of one type that change '{name}' are not emulated.")
        seen.add(name)
