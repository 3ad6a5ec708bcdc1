"""Validate tasks, and fields that the source declares not nullable.

Known (SDK README, "FieldDefinition"): null in a connector's field that isn't nullable ends the run.
Known (cdklabs/cdk-appflow, ValidationAction): the action is `DropRecord` or `DropDataset`.
Inferred (their names): `DropRecord` leaves the record out, `DropDataset` ends the run.
Chosen: `TerminateFlow` is taken as another name for `DropDataset`.
Inferred: null passes every validation but VALIDATE_NON_NULL, and in files empty text counts as null
there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from appflow_local.appflow.transfer.errors import FlowTerminated, RecordRejected, limit
from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.tasks import Task
from appflow_local.appflow.transfer.values import to_number

_ACTIONS: dict[str, type[Exception]] = {
    "DropRecord": RecordRejected,
    "DropDataset": FlowTerminated,
    "TerminateFlow": FlowTerminated,
}


@dataclass(frozen=True)
class Validation:
    """A Validate task: the field, the operator, and the error that a broken rule raises."""

    field: str
    operator: str
    error: type[Exception]


@dataclass(frozen=True)
class Check:
    """A rule for one field of a record: whether a value breaks it, and what that raises."""

    field: str
    is_broken: Callable[[object], bool]
    error: type[Exception]
    message: str

    def __call__(self, record: Mapping[str, Any]) -> None:
        """Raise the rule's error if the record breaks it."""
        if self.is_broken(record.get(self.field)):
            raise self.error(self.message)


def read_validation(task: Task) -> Validation:
    """Read a Validate task.

    Raises:
        TaskError: its action is missing or unknown.
    """
    action = task.needed("VALIDATION_ACTION")
    if action not in _ACTIONS:
        raise limit(f"The VALIDATION_ACTION '{action}' is not known.")
    return Validation(task.field, task.operator, _ACTIONS[action])


def check_of(validation: Validation, *, empty_is_null: bool) -> Check:
    """Return what checks records by a validation."""
    broken = _BROKEN[validation.operator]
    message = f"The field '{validation.field}' breaks the validation {validation.operator}."
    if empty_is_null:
        is_broken = partial(_with_empty_as_null, broken)
        return Check(validation.field, is_broken, validation.error, message)
    return Check(validation.field, broken, validation.error, message)


def not_null_checks(fields: Iterable[Field]) -> Iterator[Check]:
    """Yield what ends the run at null in a field that isn't nullable."""
    for field in fields:
        if not field.nullable:
            message = f"The field '{field.name}' is not nullable, but a record has none."
            yield Check(field.name, _is_null, FlowTerminated, message)


def _with_empty_as_null(is_broken: Callable[[object], bool], value: object) -> bool:
    return is_broken(None if value == "" else value)


def _is_null(value: object) -> bool:
    return value is None


def _is_zero(value: object) -> bool:
    return to_number(value) == 0


def _is_negative(value: object) -> bool:
    number = to_number(value)
    return number is not None and number < 0


_BROKEN: dict[str, Callable[[object], bool]] = {
    "NO_OP": lambda _: False,
    "VALIDATE_NON_NULL": _is_null,
    "VALIDATE_NON_ZERO": _is_zero,
    "VALIDATE_NON_NEGATIVE": _is_negative,
    "VALIDATE_NUMERIC": lambda value: value is not None and to_number(value) is None,
}
