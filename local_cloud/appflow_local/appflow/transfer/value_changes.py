"""Mask, Truncate, Arithmetic and Merge tasks: values that differ from the source's.

Inferred: null stays null, but is empty in a Merge; a masked or truncated value is text; MASK_ALL
replaces every character and ignores the MASK_LENGTH that consoles send.
Inferred: Arithmetic is exact decimal arithmetic with 38 digits, and ends the run at a value that
isn't a number and at a division by zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from appflow_local.appflow.transfer.casts import plain_number
from appflow_local.appflow.transfer.errors import FlowTerminated, limit, mistake
from appflow_local.appflow.transfer.tasks import Task
from appflow_local.appflow.transfer.values import to_number, to_text

Record = dict[str, Any]
Step = Callable[[Record], None]

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
# Python takes seconds to write out whole numbers far beyond a double's range.
_CONTEXT = Context(prec=38, Emin=-999, Emax=999, traps=[DivisionByZero, InvalidOperation, Overflow])
_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "ADDITION": _CONTEXT.add,
    "SUBTRACTION": _CONTEXT.subtract,
    "MULTIPLICATION": _CONTEXT.multiply,
    "DIVISION": _CONTEXT.divide,
}


@dataclass(frozen=True)
class Change:
    """A change to a record before its fields are mapped.

    Attributes:
        reads: The source fields that it needs.
        target: The field that it sets: one of the source's, or for Arithmetic and Merge a new one.
        data_type: The type of what it sets.
        step: Changes the record in place.
        text: For a change of the field's text alone, what it makes of a text.
    """

    reads: tuple[str, ...]
    target: str
    data_type: str
    step: Step
    text: Callable[[str], str] | None = None


def read_mask(task: Task) -> Change:
    """Read a Mask task.

    Raises:
        TaskError: its properties are invalid.
    """
    mask = task.properties.get("MASK_VALUE", "*")
    if len(mask) != 1:
        raise limit(f"A mask of several characters, such as '{mask}', is not emulated.")
    length = 0 if task.operator == "MASK_ALL" else task.length("MASK_LENGTH")

    def mask_all(text: str) -> str:
        return mask * len(text)

    def mask_first(text: str) -> str:
        return mask * min(length, len(text)) + text[length:]

    def mask_last(text: str) -> str:
        return text[:-length] + mask * min(length, len(text))

    masks = {"MASK_ALL": mask_all, "MASK_FIRST_N": mask_first, "MASK_LAST_N": mask_last}
    return _text_change(task, masks[task.operator])


def read_truncation(task: Task) -> Change:
    """Read a Truncate task: the first TRUNCATE_LENGTH characters stay.

    Raises:
        TaskError: its properties are invalid.
    """
    length = task.length("TRUNCATE_LENGTH")
    return _text_change(task, lambda text: text[:length])


def read_arithmetic(task: Task) -> Change:
    """Read an Arithmetic task: of two fields, or of a field and VALUE.

    Raises:
        TaskError: its fields or properties are invalid.
    """
    order, constant = _operands(task)
    compute, shown = _OPERATIONS[task.operator], task.operator.lower()
    target = _target(task)

    def step(record: Record) -> None:
        operands = [_operand(record.get(name), name) for name in order]
        first, second = operands if constant is None else (operands[0], constant)
        if first is None or second is None:
            record[target] = None
            return
        try:
            record[target] = plain_number(compute(first, second))
        except DecimalException:
            raise FlowTerminated(f"The {shown} of {first} and {second} has no result.") from None

    return Change(order, target, "BigDecimal", step)


def read_merge(task: Task) -> Change:
    """Read a Merge task, whose CONCAT_FORMAT names its source fields as `${field}`.

    Raises:
        TaskError: the format names other fields.
    """
    parts = _REFERENCE.split(task.needed("CONCAT_FORMAT"))
    strangers = set(parts[1::2]) - set(task.fields)
    if strangers or not task.fields:
        raise mistake(f"CONCAT_FORMAT names {sorted(strangers)}, which are not source fields")
    target = _target(task)

    def step(record: Record) -> None:
        get = record.get
        record[target] = "".join(
            _merged(get(part)) if index % 2 else part for index, part in enumerate(parts)
        )

    return Change(task.fields, target, "String", step)


def _merged(value: object) -> str:
    return "" if value is None else to_text(value)


def _text_change(task: Task, change: Callable[[str], str]) -> Change:
    field = task.field

    def step(record: Record) -> None:
        value = record.get(field)
        if value is not None:
            record[field] = change(to_text(value))

    return Change((field,), field, "String", step, change)


def _operands(task: Task) -> tuple[tuple[str, ...], Decimal | None]:
    order = task.properties.get("MATH_OPERATION_FIELDS_ORDER", ",".join(task.fields))
    # Joined, not split: a field's name may hold a comma.
    orders = {",".join(fields): fields for fields in (task.fields[::-1], task.fields)}
    if order not in orders:
        raise mistake(f"MATH_OPERATION_FIELDS_ORDER names '{order}', not the source fields")
    value = task.properties.get("VALUE")
    if len(task.fields) + (value is not None) != 2:
        raise mistake("An Arithmetic task needs two source fields, or one and a VALUE")
    constant = None if value is None else to_number(value)
    if value is not None and constant is None:
        raise mistake(f"An Arithmetic task needs a number, not '{value}'")
    return orders[order], constant


def _operand(value: object, field: str) -> Decimal | None:
    if value is None or value == "":
        return None
    number = to_number(value)
    if number is None:
        raise FlowTerminated(
            f"The field '{field}' holds '{to_text(value)[:60]}', which is not a number."
        )
    return number


def _target(task: Task) -> str:
    if not task.destination:
        raise mistake(f"A {task.type} task needs a destination field, for Map tasks to map")
    return task.destination
