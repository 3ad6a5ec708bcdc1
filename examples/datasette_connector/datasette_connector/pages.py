"""Reads one page of a table: as many rows as asked for, as fit, and as the server gives."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from datasette_connector.client import BodyTooLarge, DatasetteClient, ResultSet
from datasette_connector.cursor import Cursor
from datasette_connector.errors import ConnectorError, invalid
from datasette_connector.filter_sql import Filter
from datasette_connector.schema import Column, Table
from datasette_connector.sql_text import Parameters, quoted
from datasette_connector.values import record, selection

# Lambda admits 6 MB. The rest is for the response around the records.
MAX_RECORD_BYTES = 5_500_000


@dataclass(frozen=True)
class Query:
    """What to read: some columns of the rows of a table that match a filter."""

    table: Table
    columns: tuple[Column, ...]
    filter: Filter
    params: Parameters


@dataclass(frozen=True)
class Page:
    """Records as JSON texts; `next` is where the following page starts, None after the last."""

    records: list[str]
    next: Cursor | None


def read_page(client: DatasetteClient, query: Query, cursor: Cursor, max_rows: int) -> Page:
    """Return the rows from `cursor` on, at most `max_rows`.

    A page may be shorter than asked for: what counts is whether it has a `next`.

    Raises:
        ConnectorError: A single row is too large, or the server failed.
    """
    limit = query.filter.limit
    left = max_rows if limit is None else min(max_rows, limit - cursor.sent)
    if left <= 0:
        return Page([], None)
    result, asked = _fetch(client, query, cursor, left)
    # One row more than the page shows whether there is another page.
    more = result.truncated or len(result.rows) >= asked
    return _page(query, cursor, result.rows[: max(asked - 1, 1)], more)


def _page(query: Query, cursor: Cursor, rows: list[list[Any]], more: bool) -> Page:
    records = fitting([record(query.columns, _selected(query, row)) for row in rows])
    if rows and not records:
        raise _row_too_large(query, cursor)
    sent = cursor.sent + len(records)
    more = more or len(records) < len(rows)
    if not more or not records or sent == query.filter.limit:
        return Page(records, None)
    after = _key(query.table, rows[len(records) - 1])
    return Page(records, Cursor(sent, after))


def _fetch(
    client: DatasetteClient, query: Query, cursor: Cursor, left: int
) -> tuple[ResultSet, int]:
    for asked in _sizes(left):
        params = replace(query.params, values=dict(query.params.values))
        sql = _statement(query, cursor, asked, params)
        try:
            return client.query(query.table.path.database_route, sql, params.values), asked
        except BodyTooLarge:
            continue
    raise _row_too_large(query, cursor)


def _sizes(left: int) -> Iterator[int]:
    while left >= 1:
        yield left + 1
        left //= 10  # each miss costs a whole MAX_BODY_BYTES, so there may be few
    yield 1  # the row itself may fit where the one after it doesn't


def _statement(query: Query, cursor: Cursor, asked: int, params: Parameters) -> str:
    table = query.table
    # The key's types come along: a key of bytes or floats doesn't survive JSON and text.
    key = [part for name in table.row_key for part in (name, f"typeof({name})")]
    selected = ", ".join([*key, *map(selection, query.columns)])
    tests = [query.filter.condition] if query.filter.condition else []
    offset = ""
    if cursor.after is not None:
        tests.append(_after(table.row_key, cursor.after, params))
    elif cursor.sent:
        offset = f" OFFSET {cursor.sent:d}"
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    # Names are quoted identifiers of the table's own columns, values are parameters.
    return (
        f"SELECT {selected} FROM {quoted(table.path.table)}{where} "  # noqa: S608
        f"ORDER BY {_order(table)} LIMIT {asked:d}{offset}"
    )


def _order(table: Table) -> str:
    # Rows that are equal in every column may swap places unseen.
    everything = (f"{quoted(column.name)} COLLATE BINARY" for column in table.columns)
    return ", ".join(table.row_key or everything)


def _after(row_key: tuple[str, ...], values: tuple[int | str, ...], params: Parameters) -> str:
    # The unary plus keeps SQLite from converting the column to the value's type.
    places = [
        f"+CAST({params.add(str(value))} AS {'INTEGER' if isinstance(value, int) else 'TEXT'})"
        for value in values
    ]
    return f"({', '.join(row_key)}) > ({', '.join(places)})"


def _key(table: Table, row: list[Any]) -> tuple[int | str, ...] | None:
    width = 2 * len(table.row_key)
    values, types = row[0:width:2], row[1:width:2]
    portable = values and all(kind in ("integer", "text") for kind in types)
    return tuple(values) if portable else None


def _selected(query: Query, row: list[Any]) -> list[Any]:
    return row[2 * len(query.table.row_key) :]


def fitting(records: list[str]) -> list[str]:
    """Return the first of the records, as many as fit in one response."""
    size = 0
    for count, text in enumerate(records):
        # Lambda escapes each record once more; non-ASCII at worst as \uXXXX.
        size += len(json.dumps(text)) + 1
        if size > MAX_RECORD_BYTES:
            return records[:count]
    return records


def _row_too_large(query: Query, cursor: Cursor) -> ConnectorError:
    return invalid(
        f"Row {cursor.sent + 1} of {query.table.path.identifier} is larger than the "
        f"{MAX_RECORD_BYTES:,} bytes that AppFlow admits; leave its largest field out of the flow"
    )
