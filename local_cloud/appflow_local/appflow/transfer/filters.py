"""Filter tasks: which records of the source a flow moves.

Known (AppFlow User Guide, "Creating flows"): several values of one filter are OR-ed, several
filters are AND-ed.
Inferred (the same): this holds for NOT_EQUAL_TO, too, so that with two values it leaves nothing
out.
Known (SDK README, "Filter Expression DSL and Parser"): filters on a connector become an expression
in the SDK's filter language. On S3 they are applied here.
Inferred: BETWEEN includes both bounds; no filter matches null; VALUES is split at every comma; the
connector's own data type of a field counts, not the task's DATA_TYPE.

A connector gets an expression and filters by itself. The records of files are filtered here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from appflow_local.appflow.transfer.data_types import Kind, canonical, kind_of
from appflow_local.appflow.transfer.errors import limit, mistake
from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.literals import identifier, literal
from appflow_local.appflow.transfer.tasks import Task
from appflow_local.appflow.transfer.values import to_boolean, to_day, to_instant, to_number, to_text

Operand = str | Decimal | bool | date | datetime
Matcher = Callable[[Mapping[str, Any]], bool]

_SIGNS = {
    "EQUAL_TO": "=",
    "NOT_EQUAL_TO": "!=",
    "LESS_THAN": "<",
    "LESS_THAN_OR_EQUAL_TO": "<=",
    "GREATER_THAN": ">",
    "GREATER_THAN_OR_EQUAL_TO": ">=",
    "CONTAINS": "contains",
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "EQUAL_TO": operator.eq,
    "NOT_EQUAL_TO": operator.ne,
    "LESS_THAN": operator.lt,
    "LESS_THAN_OR_EQUAL_TO": operator.le,
    "GREATER_THAN": operator.gt,
    "GREATER_THAN_OR_EQUAL_TO": operator.ge,
}
_READERS: dict[Kind, Callable[[object], Operand | None]] = {
    Kind.TEXT: to_text,
    Kind.COLLECTION: to_text,
    Kind.NUMBER: to_number,
    Kind.BOOLEAN: to_boolean,
    Kind.DATE: to_day,
    Kind.DATETIME: to_instant,
}
_EQUALITY = frozenset({"EQUAL_TO", "NOT_EQUAL_TO"})
_ORDERED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME})


@dataclass(frozen=True)
class Filter:
    """A filter as its task states it; `data_type` is the task's own, if it has one."""

    field: str
    operator: str
    values: tuple[str, ...]
    data_type: str | None


@dataclass(frozen=True)
class Condition:
    """A filter whose values are parsed for the type of its field."""

    field: str
    operator: str
    operands: tuple[Operand, ...]
    kind: Kind


def read_filter(task: Task) -> Filter:
    """Read a Filter task that is not a projection.

    Raises:
        TaskError: its properties don't fit its operator, or aren't emulated.
    """
    data_type = task.properties.get("DATA_TYPE")
    return Filter(
        field=task.field,
        operator=task.operator,
        values=_values(task),
        data_type=canonical(data_type) if data_type else None,
    )


def check_filter(found: Filter, source_type: str) -> None:
    """Check what can be checked of a filter without the source's fields.

    Raises:
        TaskError: no field of its type can be filtered so, or its expression can't be written.
    """
    if source_type == "S3":
        bind_filter(found, None)
        return
    identifier(found.field)
    for value in found.values:
        literal(value)
    if found.data_type:
        _condition(found, found.data_type)


def bind_filter(found: Filter, field: Field | None) -> Condition:
    """Parse a filter's values for the type of its field; `field` is None for files.

    Inferred: the fields of files are text unless the task says otherwise, and text that the task
    doesn't call text has no order.

    Raises:
        TaskError: the field can't be filtered so, or a value isn't of its type.
    """
    if field is not None:
        if not field.supports(found.operator):
            raise mistake(f"The field '{field.name}' cannot be filtered by {found.operator}")
        return _condition(found, field.data_type)
    if found.operator == "CONTAINS":
        raise mistake("Files in Amazon S3 cannot be filtered by CONTAINS")
    if found.data_type is None and found.operator not in _EQUALITY:
        raise mistake(f"The filter {found.operator} on '{found.field}' needs a DATA_TYPE")
    return _condition(found, found.data_type or "String")


def expression(conditions: Sequence[Condition]) -> str | None:
    """Return conditions in the filter language of the SDK; None if there are none.

    Raises:
        TaskError: the grammar has no unambiguous form for one of them.
    """
    return " AND ".join(_clause(condition) for condition in conditions) or None


def matcher(conditions: Sequence[Condition]) -> Matcher:
    """Return a function that tells whether a record meets all conditions."""
    tests = [(condition.field, _test(condition)) for condition in conditions]

    def matches(record: Mapping[str, Any]) -> bool:
        return all(test(record.get(field)) for field, test in tests)

    return matches


def _values(task: Task) -> tuple[str, ...]:
    if task.operator == "BETWEEN":
        return task.needed("LOWER_BOUND"), task.needed("UPPER_BOUND")
    given = [name for name in ("VALUE", "VALUES") if name in task.properties]
    if len(given) != 1:
        raise mistake(f"A filter with the operator {task.operator} needs one of VALUE and VALUES")
    value = task.properties[given[0]]
    return (value,) if given == ["VALUE"] else tuple(value.split(","))


def _condition(found: Filter, data_type: str) -> Condition:
    kind = kind_of(data_type)
    if not _makes_sense(found.operator, kind):
        raise limit(
            f"A filter {found.operator} on a field of the type {data_type} is not emulated."
        )
    operands = []
    for value in found.values:
        operand = _READERS[kind](value)
        if operand is None:
            raise mistake(f"The filter on '{found.field}' needs a {data_type}, not '{value}'")
        operands.append(operand)
    return Condition(found.field, found.operator, tuple(operands), kind)


def _makes_sense(operator_name: str, kind: Kind) -> bool:
    if operator_name == "CONTAINS":
        return kind in (Kind.TEXT, Kind.COLLECTION)
    if operator_name in _EQUALITY:
        return kind in _ORDERED or kind is Kind.BOOLEAN
    return kind in _ORDERED


def _clause(condition: Condition) -> str:
    name = identifier(condition.field)
    values = [literal(operand) for operand in condition.operands]
    if condition.operator == "BETWEEN":
        return f"{name} BETWEEN {values[0]} AND {values[1]}"
    sign = _SIGNS[condition.operator]
    clauses = [f"{name} {sign} {value}" for value in values]
    return clauses[0] if len(clauses) == 1 else f"({' OR '.join(clauses)})"


def _test(condition: Condition) -> Callable[[object], bool]:
    read, accepts = _READERS[condition.kind], _acceptance(condition)

    def test(value: object) -> bool:
        found = None if value is None else read(value)
        return found is not None and accepts(found)

    return test


def _acceptance(condition: Condition) -> Callable[[Any], bool]:
    operands: tuple[Any, ...] = condition.operands
    if condition.operator == "BETWEEN":
        low, high = operands
        return lambda value: bool(low <= value <= high)
    compare = _COMPARISONS[condition.operator]
    return lambda value: any(compare(value, operand) for operand in operands)
