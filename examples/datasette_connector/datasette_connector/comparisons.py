"""Writes one comparison of a column with literals as SQL.

The value always travels as a parameter; the column's AppFlow type decides what it is compared as.
"""

import re
from collections.abc import Callable

from custom_connector_sdk.connector.fields import FieldDataType

from datasette_connector import instants
from datasette_connector.errors import ConnectorError, invalid
from datasette_connector.field_types import NUMERIC, TEMPORAL
from datasette_connector.filter_grammar import Kind, Literal
from datasette_connector.schema import Column
from datasette_connector.sql_text import Parameters, quoted

_BOOLEANS = {"true": "1", "false": "0", "1": "1", "0": "0"}


def compare(column: Column, operator: str, value: Literal, params: Parameters) -> str:
    """Return SQL for `column operator value`; operator is one of `= != < <= > >=`.

    Raises:
        ConnectorError: InvalidArgument, if the value can't be compared with the column so.
    """
    if value.kind is Kind.NULL:
        return _compare_null(column, operator)
    return f"{_left(column)} {operator} {_right(column, value, params)}"


def between(column: Column, low: Literal, high: Literal, params: Parameters) -> str:
    """Return SQL for `column BETWEEN low AND high`, both included."""
    bounds = [_right(column, value, params) for value in (low, high)]
    return f"{_left(column)} BETWEEN {bounds[0]} AND {bounds[1]}"


def one_of(column: Column, values: list[Literal], params: Parameters) -> str:
    """Return SQL for `column IN (values)`; a null among them finds nulls."""
    present = [value for value in values if value.kind is not Kind.NULL]
    tests = []
    if present:
        places = ", ".join(_right(column, value, params) for value in present)
        tests.append(f"{_left(column)} IN ({places})")
    if len(present) < len(values):
        tests.append(_compare_null(column, "="))
    return "(" + " OR ".join(tests) + ")"


def contains(column: Column, value: Literal, params: Parameters) -> str:
    """Return SQL for `column CONTAINS value`: the exact text, upper and lower case told apart."""
    if column.kind is not FieldDataType.String:
        raise invalid(
            f"CONTAINS needs a field of text, but {column.name!r} is of type {column.kind.name}"
        )
    # Not LIKE: it ignores the case of ASCII letters alone, and reads % and _ as wildcards.
    text = f"CAST({quoted(column.name)} AS TEXT)"
    return f"instr({text}, {_right(column, value, params)}) > 0"


def _compare_null(column: Column, operator: str) -> str:
    if operator == "=":
        return f"{quoted(column.name)} IS NULL"
    if operator == "!=":
        return f"{quoted(column.name)} IS NOT NULL"
    raise invalid(f"{column.name!r} {operator} null is never true; compare with null by = or !=")


def _left(column: Column) -> str:
    name = quoted(column.name)
    if column.kind in TEMPORAL:
        return instants.comparable(name)
    # Without a declared type, SQLite wouldn't see that 7 and '7' are the same record value.
    return f"CAST({name} AS TEXT)" if column.declared == "" else name


def _right(column: Column, value: Literal, params: Parameters) -> str:
    if value.kind is Kind.NULL:
        raise invalid(f"{column.name!r} can be compared with null by = and != only")
    if column.kind is FieldDataType.ByteArray:
        raise invalid(f"{column.name!r} holds bytes: it can be compared with null only")
    text, sql = _converter(column.kind)(value)
    if text is None:
        raise _wrong_type(column, value)
    return sql.format(params.add(text))


def _converter(kind: FieldDataType) -> Callable[[Literal], tuple[str | None, str]]:
    if kind in NUMERIC:
        return lambda value: (_number(value), "CAST({} AS NUMERIC)")
    if kind in TEMPORAL:
        return lambda value: (_instant(value), "julianday({})")
    if kind is FieldDataType.Boolean:
        return lambda value: (_BOOLEANS.get(value.text.lower()), "CAST({} AS INTEGER)")
    return lambda value: (value.text, "CAST({} AS TEXT)")


def _number(value: Literal) -> str | None:
    return value.text if re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value.text) else None


def _instant(value: Literal) -> str | None:
    if value.kind is Kind.NUMBER:
        return instants.from_milliseconds(value.text)
    return instants.iso_datetime(value.text)


def _wrong_type(column: Column, value: Literal) -> ConnectorError:
    return invalid(
        f"{value.text!r} is no value for the field {column.name!r} of type {column.kind.name}; "
        "give a number, true or false, YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SSZ, as the type needs"
    )
