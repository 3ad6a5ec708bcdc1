"""Turns a record of AppFlow into the values of a row, each as its column's type wants it.

A source may deliver everything as text (CSV has no types), so text is read as what the column
declares. What can't be read so is refused by the field's name, never stored as it came.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from custom_connector_sdk.connector.fields import FieldDataType

from datasette_connector import instants
from datasette_connector.errors import invalid, shorten
from datasette_connector.schema import Column, Table

Stored = str | int | float | None

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_INFINITIES = {"Infinity": math.inf, "-Infinity": -math.inf}
_BOOLEANS = {"true": 1, "false": 0, "1": 1, "0": 0}
# SQLite's integers.
_LONGS = (-(2**63), 2**63 - 1)
_MAX_QUOTED_CHARS = 60


def read_record(text: object, table: Table, *, is_new: bool) -> dict[str, Stored]:
    """Return the row that a record stands for: a value for each column to be written.

    A null in a column that must not be null and that SQLite fills in is left out of a new row, and
    so is the null number of a row.

    Args:
        text: The record, a JSON object.
        table: Where it is to go.
        is_new: Whether the row has to be a new one.

    Raises:
        ConnectorError: InvalidArgument, naming the field that is unknown, missing or malformed.
    """
    given = _object(text)
    row = {name: _stored(table.column(name), value) for name, value in given.items()}
    for column in table.columns:
        if row.get(column.name) is not None:
            continue
        if column.filled_in and not column.nullable and (is_new or column.key_position):
            row.pop(column.name, None)
        elif _is_required(column) or (column.name in row and not column.nullable):
            raise invalid(f"The field {column.name!r} must have a value that is not null")
    if not row:
        raise invalid("The record has no field that can be written")
    return row


def is_writable(column: Column) -> bool:
    """Return whether the server's API can set the column."""
    # JSON has no bytes, and datasette-insert reads no other form of them.
    return not column.generated and column.kind is not FieldDataType.ByteArray


def _is_required(column: Column) -> bool:
    optional = column.filled_in or column.generated
    return not optional and (not column.nullable or column.key_position > 0)


def _object(text: object) -> Mapping[str, Any]:
    try:
        found = json.loads(text, parse_float=Decimal) if isinstance(text, str) else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise invalid("The record is not a JSON object")
    return found


def _stored(column: Column, value: Any) -> Stored:  # noqa: ANN401 JSON
    if not is_writable(column):
        why = (
            "is computed" if column.generated else "holds bytes, which the server's API can't take"
        )
        raise invalid(f"The field {column.name!r} {why}; leave it out of the flow")
    if column.kind is FieldDataType.String:
        return None if value is None else _text(column, value)
    # Where a type has no empty text, CSV has no other way to say null.
    if value is None or value == "":
        return None
    found = _CONVERTERS[column.kind](value)
    if found is None:
        shown = shorten(str(value), _MAX_QUOTED_CHARS)
        raise invalid(f"{shown!r} is no {column.kind.name} for the field {column.name!r}")
    return found


def _text(column: Column, value: Any) -> str:  # noqa: ANN401 JSON
    if isinstance(value, str | Decimal):
        text = str(value)
    else:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise invalid(f"The field {column.name!r} holds text that isn't valid Unicode") from None
    return text


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    text = str(value)
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _long(value: object) -> int | None:
    number = _number(value)
    if number is None or not _LONGS[0] <= number <= _LONGS[1] or number % 1:
        return None
    return int(number)


def _double(value: object) -> float | None:
    if value in _INFINITIES:
        return _INFINITIES[str(value)]
    number = _number(value)
    found = None if number is None else float(number)
    return None if found is None or math.isinf(found) else found


def _decimal(value: object) -> int | float | None:
    whole = _long(value)
    # SQLite would make the same of the text: it has no decimals.
    return _double(value) if whole is None else whole


def _boolean(value: object) -> int | None:
    return _BOOLEANS.get(str(value).lower())


def _date(value: object) -> str | None:
    return instants.iso_date(value) if isinstance(value, str) else None


def _datetime(value: object) -> str | None:
    # Not a number: it may count seconds or milliseconds.
    return instants.iso_datetime(value) if isinstance(value, str) else None


_CONVERTERS: Mapping[FieldDataType, Callable[[object], Stored]] = {
    FieldDataType.Long: _long,
    FieldDataType.Double: _double,
    FieldDataType.BigDecimal: _decimal,
    FieldDataType.Boolean: _boolean,
    FieldDataType.Date: _date,
    FieldDataType.DateTime: _datetime,
}
