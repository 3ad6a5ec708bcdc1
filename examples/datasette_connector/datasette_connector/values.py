"""Turns a value as Datasette writes it into the one that AppFlow's field type promises.

SQLite lets any column hold any value. What can't be put into the declared type without loss stays
as it was found.
"""

import base64
import json
import math
from typing import Any

from custom_connector_sdk.connector.fields import FieldDataType

from datasette_connector import instants
from datasette_connector.schema import Column
from datasette_connector.sql_text import quoted


def selection(column: Column) -> str:
    """Return the SQL that reads a column.

    Datasette writes a BLOB that happens to be UTF-8 as text; `hex` tells bytes from text.
    """
    name = quoted(column.name)
    if column.kind is FieldDataType.ByteArray:
        return f"CASE WHEN {name} IS NULL THEN NULL ELSE hex({name}) END"
    return name


def record(columns: tuple[Column, ...], row: list[Any]) -> str:
    """Return a row as the JSON text of one AppFlow record."""
    pairs = zip(columns, row, strict=True)
    values = {column.name: _value(column.kind, found) for column, found in pairs}
    return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _value(kind: FieldDataType, found: Any) -> object:  # noqa: ANN401 JSON
    if found is None:
        return None
    if kind is FieldDataType.ByteArray:
        return base64.b64encode(bytes.fromhex(found)).decode("ascii")
    if isinstance(found, dict):
        return str(found.get("encoded", ""))  # bytes in a column of another type, in base64
    if isinstance(found, float) and math.isinf(found):
        return "Infinity" if found > 0 else "-Infinity"  # JSON has no number for it
    return _as_declared(kind, found)


def _as_declared(kind: FieldDataType, found: str | int | float) -> object:
    if kind is FieldDataType.Boolean and found in (0, 1):
        return bool(found)
    if kind is FieldDataType.String:
        return str(found)
    if kind is FieldDataType.Date:
        return instants.iso_date(found) or found
    if kind is FieldDataType.DateTime:
        return instants.iso_datetime(found) or found
    return found
