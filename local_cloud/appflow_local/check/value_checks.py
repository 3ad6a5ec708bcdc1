"""Whether a value of a record fits its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from appflow_local.appflow.transfer.values import to_boolean, to_instant, to_number
from appflow_local.check.reply import short

_WHOLE = {
    "Short": 2**15,
    "Integer": 2**31,
    "Long": 2**63,
    "BigInteger": None,
}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # no file that AppFlow writes can hold it
_DECIMAL = ("Float", "Double", "BigDecimal")


def fits(value: object, data_type: str, *, text: bool = False) -> bool:
    """Tell whether a value is of a type of the SDK; `text` admits its text, too.

    Times are ISO 8601 or milliseconds; a connector may send any JSON for what isn't scalar.
    """
    if data_type in _WHOLE:
        return _is_whole(value, data_type, text=text)
    if data_type in _DECIMAL:
        return (text or not isinstance(value, str)) and to_number(value) is not None
    test = _TESTS.get(data_type)
    return (
        test is None
        or (text and data_type != "String" and _reads(value, data_type))
        or (test(value))
    )


def _is_whole(value: object, data_type: str, *, text: bool) -> bool:
    number = to_number(value) if text or not isinstance(value, str) else None
    if number is None or number != number.to_integral_value():
        return False
    most = _WHOLE[data_type]
    return most is None or Decimal(-most) <= number < Decimal(most)


def _reads(value: object, data_type: str) -> bool:
    if data_type == "Boolean":
        return to_boolean(value) is not None
    return data_type in ("Map", "List", "Struct")


_TESTS: Mapping[str, Callable[[object], bool]] = {
    "String": lambda value: isinstance(value, str) and not _LONE_SURROGATE.search(value),
    "Boolean": lambda value: isinstance(value, bool),
    "Date": lambda value: to_instant(value) is not None,
    "DateTime": lambda value: to_instant(value) is not None,
    "ByteArray": lambda value: isinstance(value, str | list),
    "List": lambda value: isinstance(value, list),
    "Map": lambda value: isinstance(value, Mapping),
    "Struct": lambda value: isinstance(value, Mapping),
}


def breaches(value: object, constraints: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a value breaks of its field's constraints."""
    allowed, pattern = constraints.get("allowedValues"), constraints.get(
        "allowedValuesRegexPattern"
    )  # fmt: skip
    if isinstance(allowed, list) and allowed and _text(value) not in map(_text, allowed):
        yield f"{short(value)} is none of the allowedValues"
    if isinstance(pattern, str) and isinstance(value, str) and not _matches(pattern, value):
        yield f"{short(value)} does not match allowedValuesRegexPattern"
    if isinstance(value, str) and _outside(len(value), constraints.get("allowedLengthRange")):
        yield f"{short(value)} has {len(value)} characters, outside allowedLengthRange"
    number = None if isinstance(value, str) else to_number(value)
    if number is not None and _outside(float(number), constraints.get("allowedValueRange")):
        yield f"{short(value)} is outside allowedValueRange"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True


def _outside(size: float, bounds: object) -> bool:
    if not isinstance(bounds, Mapping):
        return False
    low, high = bounds.get("minRange"), bounds.get("maxRange")
    return (isinstance(low, int | float) and size < low) or (
        isinstance(high, int | float) and size > high
    )
