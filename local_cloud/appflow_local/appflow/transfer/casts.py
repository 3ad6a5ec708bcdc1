"""Turns values into the data type that a Map task asks for.

Chosen: a value that doesn't fit the data type of its Map task ends the run.
Inferred (SDK README, "Data Format Specification"): null stays null, empty text becomes null unless
the type is text, and dates and times become ISO 8601 in UTC.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from appflow_local.appflow.strict_json import decode
from appflow_local.appflow.transfer.errors import FlowTerminated
from appflow_local.appflow.transfer.values import (
    instant_text,
    to_boolean,
    to_day,
    to_instant,
    to_number,
    to_text,
)

Cast = Callable[[Any], Any]

_SHOWN = 60
EXACT = 1 << 53  # whole numbers that every double holds
BITS = {"Short": 16, "Integer": 32, "Long": 64}


def cast_to(data_type: str, field: str) -> Cast:
    """Return a function that converts a value, not null, to a type of the SDK.

    The function raises FlowTerminated, naming the field, for a value that doesn't fit.
    """
    if data_type == "String":
        return to_text
    convert = _CONVERTERS[data_type]

    def cast(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
        if value == "":
            return None
        converted = convert(value)
        if converted is None:
            shown = to_text(value)[:_SHOWN]
            raise FlowTerminated(
                f"The field '{field}' holds '{shown}', which is not a valid {data_type}."
            )
        return converted

    return cast


def plain_number(number: Decimal) -> int | Decimal:
    """Return a decimal number as records hold it: an int if it is whole, with all its digits."""
    nearest = int(number)
    return nearest if nearest == number else number


def whole(value: object, bits: int | None = None) -> int | None:
    """Read a whole number of at most `bits` bits, sign included; None if it isn't one."""
    number = value if type(value) is int else to_number(value)
    if number is None or number != int(number):
        return None
    fits = bits is None or -(1 << (bits - 1)) <= number < 1 << (bits - 1)
    return int(number) if fits else None


def fraction(value: object) -> float | None:
    """Read a number as a double; None if it isn't a number, or too large for a double."""
    if type(value) is float or (type(value) is int and abs(value) <= EXACT):
        return float(value) if math.isfinite(value) else None
    number = to_number(value)
    double = math.inf if number is None else float(number)
    return double if math.isfinite(double) else None


def _decimal(value: object) -> int | Decimal | None:
    number = to_number(value)
    return None if number is None else plain_number(number)


def _day(value: object) -> str | None:
    day = to_day(value)
    return None if day is None else day.isoformat()


def _instant(value: object) -> str | None:
    instant = to_instant(value)
    return None if instant is None else instant_text(instant)


def _nested(value: object, wanted: type) -> object | None:
    if isinstance(value, str):
        try:
            value = decode(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, wanted) else None


_CONVERTERS: dict[str, Cast] = {
    **{name: partial(whole, bits=bits) for name, bits in BITS.items()},
    "BigInteger": whole,
    "Float": fraction,
    "Double": fraction,
    "BigDecimal": _decimal,
    "Boolean": to_boolean,
    "Date": _day,
    "DateTime": _instant,
    "ByteArray": lambda value: value if isinstance(value, str) else None,
    "Struct": partial(_nested, wanted=dict),
    "Map": partial(_nested, wanted=dict),
    "List": partial(_nested, wanted=list),
}
