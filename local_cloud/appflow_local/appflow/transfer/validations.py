"""Validate tasks, and fields that the source declares not nullable.

Known (SDK README, "FieldDefinition"): null in a connector's field that isn't nullable ends the run.
Known (cdklabs/cdk-appflow, ValidationAction): the action is `DropRecord` or `DropDataset`.
Inferred (their names): `DropRecord` leaves the record out, `DropDataset` ends the run.
Chosen: `TerminateFlow` is taken as another name for `DropDataset`.
Inferred: null passes every validation but VALIDATE_NON_NULL, and in files empty text counts as null
there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.transfer.errors import FlowTerminated, RecordRejected, limit
from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.tasks import Task
from appflow_local.appflow.transfer.values import to_number

Check = Callable[[Mapping[str, Any]], None]

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
    """Return a function that raises the validation's error for a record that breaks the rule."""
    field, error, broken = validation.field, validation.error, _BROKEN[validation.operator]
    message = f"The field '{field}' breaks the validation {validation.operator}."
    nothing = (None, "") if empty_is_null else (None,)

    def check(record: Mapping[str, Any]) -> None:
        value = record.get(field)
        if broken(None if value in nothing else value):
            raise error(message)

    return check


def check_not_null(fields: Iterable[Field]) -> Check | None:
    """Return a function that ends the run at null in a field that isn't nullable."""
    names = tuple(field.name for field in fields if not field.nullable)
    if not names:
        return None

    def check(record: Mapping[str, Any]) -> None:
        for name in names:
            if record.get(name) is None:
                raise FlowTerminated(f"The field '{name}' is not nullable, but a record has none.")

    return check


def _is_zero(value: object) -> bool:
    return to_number(value) == 0


def _is_negative(value: object) -> bool:
    number = to_number(value)
    return number is not None and number < 0


_BROKEN: dict[str, Callable[[object], bool]] = {
    "NO_OP": lambda _: False,
    "VALIDATE_NON_NULL": lambda value: value is None,
    "VALIDATE_NON_ZERO": _is_zero,
    "VALIDATE_NON_NEGATIVE": _is_negative,
    "VALIDATE_NUMERIC": lambda value: value is not None and to_number(value) is None,
}
