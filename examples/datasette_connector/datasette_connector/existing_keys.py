"""Finds out which primary keys a table has already, so that an INSERT doesn't overwrite them."""

import json
import urllib.parse
from collections.abc import Iterator, Sequence

from datasette_connector.client import DatasetteClient
from datasette_connector.schema import Table
from datasette_connector.sql_text import quoted
from datasette_connector.write_values import Stored

Key = tuple[Stored, ...]

# Of a URL, see client.MAX_URL_CHARS.
_MAX_KEY_CHARS = 40_000


def existing_keys(client: DatasetteClient, table: Table, keys: Sequence[Key]) -> set[Key]:
    """Return those of the keys that rows have, compared as the table's own index compares them.

    Args:
        client: For the server.
        table: With a primary key.
        keys: Values of the primary key's columns, in its order.
    """
    sql = _statement(table)
    found: set[Key] = set()
    for some in _portions(keys):
        [[positions]] = client.query(
            table.path.database_route, sql, {"keys": json.dumps(some, ensure_ascii=False)}
        ).rows
        found.update(some[int(position)] for position in (positions or "").split(",") if position)
    return found


def _statement(table: Table) -> str:
    tests = (
        f"t.{quoted(column.name)} = json_extract(k.value, '$[{place}]')"
        for place, column in enumerate(table.primary_key)
    )
    # One row with all positions: the server may limit the number of rows.
    return (
        "SELECT group_concat(k.key) FROM json_each(:keys) k WHERE EXISTS (SELECT 1 FROM "  # noqa: S608 quoted names
        f"{quoted(table.path.table)} t WHERE {' AND '.join(tests)})"
    )


def _portions(keys: Sequence[Key]) -> Iterator[list[Key]]:
    portion: list[Key] = []
    size = 0
    for key in keys:
        length = len(urllib.parse.quote_plus(json.dumps(key, ensure_ascii=False))) + 3
        if portion and size + length > _MAX_KEY_CHARS:
            yield portion
            portion, size = [], 0
        portion.append(key)
        size += length
    if portion:
        yield portion
