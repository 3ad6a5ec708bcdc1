"""Compiles a flow's tasks into what a run asks its source for and does with each record.

Known (aws/aws-cdk-rfcs#483): the place of a task in the list doesn't matter.
Inferred: tasks work in this order: filters, validations, arithmetic, masks, truncations, merges,
mappings.

1. Filters, on the source's values. A connector filters by itself; its records arrive filtered.
   Then the connector's default values, in the fields that a record leaves out.
2. Null in a field that isn't nullable, then the Validate tasks in order.
3. Arithmetic, on the source's values.
4. Mask, then Truncate.
5. Merge, so that it can't show what a mask hides.
6. Map and Map_all, with their casts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from appflow_local.appflow.transfer.column_plan import ColumnPlan
from appflow_local.appflow.transfer.columns import Columns
from appflow_local.appflow.transfer.default_values import Defaults, defaults_of
from appflow_local.appflow.transfer.errors import (
    FlowTerminated,
    RecordRejected,
    TaskError,
    limit,
    mistake,
)
from appflow_local.appflow.transfer.fields import Column, Field
from appflow_local.appflow.transfer.filters import Matcher, bind_filter, expression, matcher
from appflow_local.appflow.transfer.flow_tasks import FlowTasks, unique
from appflow_local.appflow.transfer.incremental import incremental_filter
from appflow_local.appflow.transfer.mappings import (
    Map,
    Output,
    Route,
    expand,
    output_of,
    output_with_all,
    route,
)
from appflow_local.appflow.transfer.validations import Check, check_of, not_null_checks
from appflow_local.appflow.transfer.value_changes import Change, Step

__all__ = [
    "Column",
    "FlowTerminated",
    "Plan",
    "RecordRejected",
    "TaskError",
    "compile_plan",
    "incremental_filter",
]


@dataclass(frozen=True)
class Plan:
    """What a run asks the source for and does with each record; threads may share it.

    Attributes:
        selected_fields: What to ask a connector for.
        filter_expression: What a connector filters by, in the SDK's filter language; None for all
            records, or if the source isn't a connector.
        columns: The fields of the output in order; None if they aren't known, as with Map_all
            over files.
        partition_fields: The fields of the output by which it is split into folders.
        origins: The field that each known column comes from.
    """

    selected_fields: tuple[str, ...]
    filter_expression: str | None
    columns: tuple[Column, ...] | None
    partition_fields: tuple[str, ...]
    origins: Mapping[str, str] = field(repr=False)
    _matches: Matcher | None = field(repr=False)
    _defaults: Defaults | None = field(repr=False)
    _checks: tuple[Check, ...] = field(repr=False)
    _steps: tuple[Step, ...] = field(repr=False)
    _output: Output = field(repr=False)
    _in_columns: ColumnPlan | None = field(repr=False)

    @property
    def takes_columns(self) -> bool:
        """Whether null is to the plan what a missing field is, so that records can be columns."""
        return self._in_columns is not None

    def transform_all(self, records: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Return the output of records, without those that a filter or a validation leaves out.

        Raises:
            FlowTerminated: see `transform`.
        """
        if self._in_columns is not None and isinstance(records, Columns):
            # The first record that ends the run says why; nesting may be too deep here only.
            with suppress(FlowTerminated, RecursionError):
                return self._in_columns.transform(records)
        return [after for record in records if (after := self._kept(record)) is not None]

    def transform(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the output of a record, which isn't changed; None if a filter leaves it out.

        Raises:
            RecordRejected: a validation drops it.
            FlowTerminated: a validation, or a value that doesn't fit, ends the run.
        """
        if self._matches is not None and not self._matches(record):
            return None
        if self._defaults is not None:
            record = self._defaults(record)
        for check in self._checks:
            check(record)
        if not self._steps:
            return self._output(record)
        changed = dict(record)
        for step in self._steps:
            step(changed)
        return self._output(changed)

    def _kept(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        try:
            return self.transform(record)
        except RecordRejected:
            return None


def compile_plan(tasks: FlowTasks, source_type: str, fields: Sequence[Field] | None = None) -> Plan:
    """Compile tasks for a run.

    Args:
        tasks: What `flow_tasks.read_tasks` returned for this source type.
        source_type: CustomConnector or S3.
        fields: The fields of the connector's entity; unused for S3, whose files name their own.

    Raises:
        TaskError: the tasks don't fit these fields, or aren't emulated.
    """
    if source_type == "S3":
        return _plan_for_files(tasks)
    return _plan_for_connector(tasks, fields or ())


def _plan_for_connector(tasks: FlowTasks, fields: Sequence[Field]) -> Plan:
    known = {found.name: found for found in fields}
    for change in tasks.made:
        if change.target in known:
            raise limit(f"'{change.target}', which a task makes, is a field of the source, too.")
    mapped = expand(
        tasks.maps, tasks.map_all, [found.name for found in fields if found.retrievable]
    )
    made = {change.target for change in tasks.made}
    sources = (found.source for found in mapped if found.source not in made)
    selected = unique((*tasks.reads, *sources))
    read = [_retrievable(known, name) for name in selected]
    types = {found.name: found.data_type for found in read}
    routes = _routes(tasks, mapped, types)
    checks = (*not_null_checks(read), *_checks(tasks, empty_is_null=False))
    defaults, changes = defaults_of(read), _changes(tasks)
    return Plan(
        selected_fields=selected,
        filter_expression=expression(
            [bind_filter(found, _known(known, found.field)) for found in tasks.filters]
        ),
        columns=tuple(found.column for found in routes),
        partition_fields=_partition_fields(tasks, routes),
        origins={found.column.name: found.source for found in routes},
        _matches=None,
        _defaults=defaults,
        _checks=checks,
        _steps=tuple(change.step for change in changes),
        _output=output_of(routes),
        _in_columns=None if defaults else ColumnPlan(checks, changes, tuple(routes)),
    )


def _plan_for_files(tasks: FlowTasks) -> Plan:
    routes = _routes(tasks, tasks.maps, None)
    conditions = [bind_filter(found, None) for found in tasks.filters]
    columns, output = None, output_of(routes)
    if tasks.map_all is None:
        columns = tuple(found.column for found in routes)
    else:
        made = frozenset(change.target for change in tasks.made)
        output = output_with_all(routes, tasks.map_all, made)
    return Plan(
        selected_fields=tasks.reads,
        filter_expression=None,
        columns=columns,
        partition_fields=(),
        origins={found.column.name: found.source for found in routes},
        _matches=matcher(conditions) if conditions else None,
        _defaults=None,
        _checks=_checks(tasks, empty_is_null=True),
        _steps=tuple(change.step for change in _changes(tasks)),
        _output=output,
        _in_columns=None,
    )


def _known(known: Mapping[str, Field], name: str) -> Field:
    if name not in known:
        raise mistake(f"The source has no field '{name}'")
    return known[name]


def _retrievable(known: Mapping[str, Field], name: str) -> Field:
    found = _known(known, name)
    if not found.retrievable:
        raise mistake(f"The source's field '{name}' cannot be retrieved")
    return found


def _routes(
    tasks: FlowTasks, mapped: Sequence[Map], types: Mapping[str, str] | None
) -> list[Route]:
    """Return the route of every column; `types` are those of the source's fields, if known."""
    certain = dict(types or {})
    certain.update((change.target, change.data_type) for change in tasks.made)
    held = {**certain, **{change.target: change.data_type for change in tasks.changed}}
    return [
        route(
            found,
            certain.get(found.source, found.source_type or "String"),
            held.get(found.source),
        )
        for found in mapped
    ]


def _checks(tasks: FlowTasks, *, empty_is_null: bool) -> tuple[Check, ...]:
    return tuple(check_of(found, empty_is_null=empty_is_null) for found in tasks.validations)


def _changes(tasks: FlowTasks) -> tuple[Change, ...]:
    return (*tasks.arithmetic, *tasks.masks, *tasks.truncations, *tasks.merges)


def _partition_fields(tasks: FlowTasks, routes: Sequence[Route]) -> tuple[str, ...]:
    """Return the partition fields by their output names; a task may use the source's names."""
    names = {found.column.name for found in routes}
    return unique(
        name if name in names else _destination(name, routes) for name in tasks.partitions
    )


def _destination(source: str, routes: Sequence[Route]) -> str:
    found = [way.column.name for way in routes if way.source == source]
    if len(found) != 1:
        raise mistake(f"The output has no field '{source}' to be partitioned by")
    return found[0]
