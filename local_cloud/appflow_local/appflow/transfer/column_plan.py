"""A plan for records in columns: the same work as record by record, a field at a time.

It is only for records that need none of the connector's default values, and of which each field is
known. What ends a run is told of the first record that does: whoever meets an end here does the
same records one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.transfer.column_casts import cast_column
from appflow_local.appflow.transfer.columns import Columns
from appflow_local.appflow.transfer.errors import RecordRejected
from appflow_local.appflow.transfer.mappings import Route
from appflow_local.appflow.transfer.validations import Check
from appflow_local.appflow.transfer.value_changes import Change
from appflow_local.appflow.transfer.values import to_text


@dataclass(frozen=True)
class ColumnPlan:
    """What is done with records in columns: checks, then changes, then the fields of the output."""

    checks: tuple[Check, ...]
    changes: tuple[Change, ...]
    routes: tuple[Route, ...]

    def transform(self, records: Columns) -> Columns:
        """Return the output of records, without those that a validation drops.

        Raises:
            FlowTerminated: one of the records ends the run; not always the first that does.
        """
        for check in self.checks:
            records = _checked(check, records)
        for change in self.changes:
            records = records.with_column(change.target, _changed(change, records))
        values = [_routed(route, records) for route in self.routes]
        return Columns([route.column.name for route in self.routes], values, len(records))


def _checked(check: Check, records: Columns) -> Columns:
    broken = list(map(check.is_broken, records.column(check.field)))
    if True not in broken:
        return records
    if check.error is not RecordRejected:
        raise check.error(check.message)
    return records.only([not each for each in broken])


def _changed(change: Change, records: Columns) -> Sequence[Any]:
    if change.text is not None:
        return _changed_texts(change.text, records.column(change.target))
    made = []
    for row in zip(*map(records.column, change.reads), strict=True):
        record = dict(zip(change.reads, row, strict=True))
        change.step(record)
        made.append(record[change.target])
    return made


def _changed_texts(change: Callable[[str], str], values: Sequence[Any]) -> Sequence[Any]:
    return [
        None if value is None else change(value if type(value) is str else to_text(value))
        for value in values
    ]


def _routed(route: Route, records: Columns) -> Sequence[Any]:
    values = records.column(route.source)
    return values if route.cast is None else cast_column(values, route.column.data_type, route.cast)
