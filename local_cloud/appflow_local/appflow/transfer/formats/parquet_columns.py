"""The columns of Parquet files: values of one field, as Arrow takes them for its type.

Inferred (SDK, FieldDataType): each data type has its Parquet type. Nested values are JSON text,
bytes are the connector's text, BigDecimal is rounded to 18 digits after the point, and BigInteger
has 38 digits in all.

A column whose values all have the plain form of its type is converted as a whole; any other one
value by value, which accepts more, and says what is wrong with one that doesn't fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timezone
from decimal import Context, Decimal, InvalidOperation
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from appflow_local.appflow.transfer.casts import BITS, fraction, whole
from appflow_local.appflow.transfer.formats.errors import FormatError
from appflow_local.appflow.transfer.values import to_boolean, to_day, to_instant, to_number, to_text

_SHOWN = 60
_DIGITS = Context(prec=38)
_SMALLEST = Decimal(1).scaleb(-18)
_LARGEST_SINGLE = 3.4028235677973362e38  # what is rounded to the largest of 32 bits
_NOTHING = type(None)
_FIRST_DAY = pa.scalar(date.min)  # Arrow's own calendar has a year 0
_FIRST_INSTANT = pa.scalar(datetime.min.replace(tzinfo=timezone.utc))

Reader = Callable[[object], Any]
Convert = Callable[[Sequence[Any]], pa.Array]


class ParquetColumn:
    """A column: its Arrow type, and how values become an array of it."""

    def __init__(self, name: str, data_type: str) -> None:
        """Describe the column of a field; `data_type` is one of the SDK's FieldDataType."""
        self.name = name
        self.type, self._reader = _TYPES.get(data_type, (pa.string(), to_text))
        self._described = f"The field '{name}' holds '%s', which is not a valid {data_type}."
        self._is_text = self._reader is to_text
        self._plain, self._convert = _PLAIN.get(data_type, (None, _texts))

    def array(self, values: Sequence[Any]) -> pa.Array:
        """Return values as an array.

        Raises:
            FormatError: one doesn't fit the column's type.
        """
        if self._plain is None or self._plain.issuperset(map(type, values)):
            try:
                return self._convert(values) if self._convert else pa.array(values, type=self.type)
            except (pa.ArrowException, OverflowError, UnicodeEncodeError, ValueError):
                pass  # one by one, then
        return self._one_by_one(values)

    def _one_by_one(self, values: Sequence[Any]) -> pa.Array:
        read = [self._read(value) for value in values]
        try:
            return pa.array(read, type=self.type)
        except UnicodeEncodeError:
            # JSON may hold halves of surrogate pairs, which UTF-8 has no bytes for.
            return pa.array([value and _clean(value) for value in read], type=self.type)

    def _read(self, value: object) -> Any:  # noqa: ANN401 - what Arrow takes for the type
        if value is None or (value == "" and not self._is_text):
            return None
        read = self._reader(value)
        if read is None:
            raise FormatError(self._described % to_text(value)[:_SHOWN])
        return read


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _texts(values: Sequence[Any]) -> pa.Array:
    with suppress(pa.ArrowTypeError):  # they aren't all text
        return pa.array(values, type=pa.string())
    kinds = set(map(type, values)) - {_NOTHING, str}
    if kinds == {int}:
        with suppress(pa.ArrowException, OverflowError):
            return pa.array(values, type=pa.int64()).cast(pa.string())
    texts = [None if value is None else to_text(value) for value in values]
    return pa.array(texts, type=pa.string())


def _singles(values: Sequence[Any]) -> pa.Array:
    array = pa.array(values, type=pa.float32())
    if pc.all(pc.is_finite(array)).as_py() is False:
        raise ValueError("not the usual form")
    return array


def _days(values: Sequence[Any]) -> pa.Array:
    return _parsed(values, "2026-01-31", _FIRST_DAY)


def _instants(values: Sequence[Any]) -> pa.Array:
    return _parsed(values, "2026-01-31T12:30:45Z", _FIRST_INSTANT)


def _parsed(values: Sequence[Any], example: str, first: pa.Scalar) -> pa.Array:
    """Parse texts like the example: Arrow takes other forms, too, but none of this length."""
    texts = pa.array(values, type=pa.string())
    are_as_long = pc.all(pc.equal(pc.binary_length(texts), len(example)))
    parsed = texts.cast(first.type)
    are_in_calendar = pc.greater_equal(pc.min(parsed), first)
    if False in (are_as_long.as_py(), are_in_calendar.as_py()):  # None if there are only nulls
        raise ValueError("not the usual form")
    return parsed


def _single(value: object) -> float | None:
    found = fraction(value)
    # Arrow makes infinity of what is too large for it.
    return None if found is None or abs(found) > _LARGEST_SINGLE else found


def _big_integer(value: object) -> Decimal | None:
    found = whole(value)
    return None if found is None else _rounded(Decimal(found), Decimal(1))


def _big_decimal(value: object) -> Decimal | None:
    found = to_number(value)
    return None if found is None else _rounded(found, _SMALLEST)


def _rounded(number: Decimal, smallest: Decimal) -> Decimal | None:
    try:
        return number.quantize(smallest, context=_DIGITS)
    except InvalidOperation:
        return None


_TYPES: dict[str, tuple[pa.DataType, Reader]] = {
    "Short": (pa.int16(), partial(whole, bits=BITS["Short"])),
    "Integer": (pa.int32(), partial(whole, bits=BITS["Integer"])),
    "Long": (pa.int64(), partial(whole, bits=BITS["Long"])),
    "BigInteger": (pa.decimal128(38, 0), _big_integer),
    "Float": (pa.float32(), _single),
    "Double": (pa.float64(), fraction),
    "BigDecimal": (pa.decimal128(38, 18), _big_decimal),
    "Boolean": (pa.bool_(), to_boolean),
    "Date": (_FIRST_DAY.type, to_day),
    "DateTime": (_FIRST_INSTANT.type, to_instant),
}
# The Python types of a column's plain values, if Arrow takes others as well; and what converts them
# if Arrow's own way doesn't.
_PLAIN: dict[str, tuple[frozenset[type] | None, Convert | None]] = {
    "Short": (frozenset({int, _NOTHING}), None),
    "Integer": (frozenset({int, _NOTHING}), None),
    "Long": (frozenset({int, _NOTHING}), None),
    "BigInteger": (frozenset({_NOTHING}), None),
    "Float": (frozenset({float, _NOTHING}), _singles),
    "Double": (frozenset({float, _NOTHING}), None),
    "BigDecimal": (frozenset({_NOTHING}), None),
    "Boolean": (frozenset({bool, _NOTHING}), None),
    "Date": (None, _days),
    "DateTime": (None, _instants),
}
