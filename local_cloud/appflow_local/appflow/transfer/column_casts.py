"""Casts of whole columns: the usual values of a type at once, any other one by one.

What is usual is told from the Python types of the values, or from the form of all texts. Every
short way gives just what the cast of single values gives (`casts`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from appflow_local.appflow.transfer.casts import BITS, EXACT, Cast
from appflow_local.appflow.transfer.columns import kinds_of

Column = Sequence[Any]
_Usual = Callable[[Column], "Column | None"]

# Times are checked by their signs and digits, days by Python: there are few in a page.
_INSTANTS = re.compile(
    "(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)*"
)
_LENGTH = len("2026-01-31T12:30:45Z")
_DAY = len("2026-01-31")


def cast_column(values: Column, data_type: str, cast: Cast) -> Column:
    """Return the values in a type of the SDK; null stays null.

    Args:
        values: what JSON has.
        data_type: the type.
        cast: what `cast_to` returned for it.

    Raises:
        FlowTerminated: a value doesn't fit; not always the first one that doesn't.
    """
    usual = _USUAL.get(data_type)
    made = usual(values) if usual else None
    if made is not None:
        return made
    return [None if value is None else cast(value) for value in values]


def text_column(values: Column) -> Column | None:
    """Return text, whole numbers and fractions as text; None if there are others."""
    kinds = kinds_of(values)
    if kinds <= {str}:
        return values
    if kinds <= {int, float}:
        return [None if value is None else repr(value) for value in values]
    return None


def _doubles(values: Column) -> Column | None:
    kinds = kinds_of(values)
    if kinds <= {float}:
        return values
    if kinds == {int} and _are_within(values, EXACT):
        return [None if value is None else float(value) for value in values]
    return None


def _whole(bits: int) -> _Usual:
    limit = (1 << (bits - 1)) - 1

    def usual(values: Column) -> Column | None:
        return values if kinds_of(values) == {int} and _are_within(values, limit) else None

    return usual


def _decimals(values: Column) -> Column | None:
    if not kinds_of(values) <= {int, float}:
        return None
    return [_decimal(value) if type(value) is float else value for value in values]


def _decimal(number: float) -> int | Decimal:
    if number.is_integer() and abs(number) <= EXACT:
        return int(number)
    exact = Decimal(repr(number))
    return int(exact) if number.is_integer() else exact


def _booleans(values: Column) -> Column | None:
    return values if kinds_of(values) <= {bool} else None


def _days(values: Column) -> Column | None:
    if not _are_instants(values):
        return None
    return [value and value[:_DAY] for value in values]


def _instants(values: Column) -> Column | None:
    if not _are_instants(values):
        return None
    return [value and f"{value[:_DAY]}T{value[_DAY + 1 :]}" for value in values]


def _are_instants(values: Column) -> bool:
    """Whether all are null or like 2026-01-31T12:30:45Z, and days of the calendar."""
    texts = [value for value in values if value is not None]
    if set(map(type, texts)) != {str} or set(map(len, texts)) != {_LENGTH}:
        return False
    if not _INSTANTS.fullmatch("".join(texts)):
        return False
    try:
        for day in {text[:_DAY] for text in texts}:
            date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _are_within(values: Column, limit: int) -> bool:
    numbers = [value for value in values if value is not None]
    return bool(-limit <= min(numbers) and max(numbers) <= limit)


_USUAL: dict[str, _Usual] = {
    "String": text_column,
    **{name: _whole(bits) for name, bits in BITS.items()},
    "BigInteger": lambda values: values if kinds_of(values) <= {int} else None,
    "Float": _doubles,
    "Double": _doubles,
    "BigDecimal": _decimals,
    "Boolean": _booleans,
    "Date": _days,
    "DateTime": _instants,
}
