"""How a table can be written through the plugin datasette-insert.

The plugin has two ways. `insert` is SQLite's INSERT OR REPLACE: a row that shares the value of any
UNIQUE constraint is deleted. `upsert` names one column: a row with the same value there is changed,
and what another constraint forbids is refused. What has a primary key of one column is
therefore written by `upsert`, new rows included.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from custom_connector_sdk.connector.fields import WriteOperationType

from datasette_connector.client import DatasetteClient
from datasette_connector.entity_path import EntityPath
from datasette_connector.errors import invalid
from datasette_connector.schema import Column, Table
from datasette_connector.write_values import is_writable

# A column is null where an index holds an expression.
_UNIQUE_SQL = """
select l.name, i.name, l.partial from pragma_index_list(:table) l
left join pragma_index_info(l.name) i where l."unique" and l.origin <> 'pk'
order by l.name, i.seqno
"""
# The plugin takes names from the URL as they stand there, without decoding them.
_NAME_IN_URL = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", re.ASCII)


@dataclass(frozen=True)
class Route:
    """One way of the plugin: its verb, and the column that identifies a row for `upsert`."""

    verb: str
    pk: str | None = None


@dataclass(frozen=True)
class Target:
    """A table to be written.

    Attributes:
        table: Its definition.
        unique: Columns that no two rows share a value of, besides the primary key.
        has_unique: Whether it has UNIQUE constraints besides the primary key, of any kind.
    """

    table: Table
    unique: tuple[Column, ...]
    has_unique: bool

    def identifying(self, names: list[str] | None) -> Column:
        """Return the column that tells an UPSERT which row is meant.

        Args:
            names: AppFlow's idFieldNames; without any, the primary key is meant.

        Raises:
            ConnectorError: InvalidArgument, if it isn't one field that identifies a row.
        """
        found = (
            [self.table.column(name) for name in names] if names else list(self.table.primary_key)
        )
        if len(found) == 1 and found[0] in self._usable():
            return found[0]
        given = ", ".join(column.name for column in found)
        usable = ", ".join(column.name for column in self._usable())
        raise invalid(
            f"{self.table.path.identifier} can't be upserted by ({given}): the server's API needs "
            "one field that is the primary key or UNIQUE; "
            + (f"set idFieldNames to one of {usable}" if usable else "it has none, so use INSERT")
        )

    def operations(self, column: Column) -> list[WriteOperationType]:
        """Return what can set a column."""
        if not is_writable(column):
            return []
        insert, upsert = WriteOperationType.INSERT, WriteOperationType.UPSERT
        return [insert, upsert] if self._usable() else [insert]

    def insert_route(self, row: Mapping[str, object]) -> Route:
        """Return how a new row gets into the table without replacing another.

        Raises:
            ConnectorError: InvalidArgument, if the plugin has no such way.
        """
        key = self.table.primary_key
        if len(key) == 1 and key[0].name in row:
            return Route("upsert", key[0].name)
        if self.has_unique:
            raise invalid(
                f"{self.table.path.identifier} has UNIQUE constraints, for whose sake the server's "
                "API would replace rows; "
                + ("give each record a primary key" if len(key) == 1 else "use UPSERT by one field")
            )
        return Route("insert")

    def _usable(self) -> tuple[Column, ...]:
        key = self.table.primary_key
        return (*(key if len(key) == 1 else ()), *self.unique)


def read_target(client: DatasetteClient, table: Table) -> Target:
    """Return how a table can be written; whether the caller may is for the server to say.

    Raises:
        ConnectorError: InvalidArgument, if it can't be written at all.
    """
    problem = unwritable(table.path, table.is_view)
    if problem is not None:
        raise invalid(f"{table.path.identifier!r} can't be written: {problem}")
    answer = client.query(table.path.database_route, _UNIQUE_SQL, {"table": table.path.table})
    indexes: dict[str, list[str | None]] = {}
    for index, column, partial in answer.rows:
        indexes.setdefault(index, []).append(None if partial else column)
    single = {columns[0] for columns in indexes.values() if len(columns) == 1}
    unique = tuple(column for column in table.columns if column.name in single)
    return Target(table, unique, bool(indexes))


def unwritable(path: EntityPath, is_view: bool) -> str | None:
    """Return why an entity can't be written, whoever asks; None if it can."""
    if is_view:
        return "it is a view; write to its table"
    if not all(map(_NAME_IN_URL.fullmatch, (path.database, path.table))):
        return "the server's API can't spell its name, only ASCII letters, digits, '_', '-' and '.'"
    return None
