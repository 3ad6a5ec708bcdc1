"""Reads what tables and views a server has and what columns they hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from custom_connector_sdk.connector.fields import FieldDataType
from custom_connector_sdk.lambda_handler.responses import ErrorCode

from datasette_connector.client import DatasetteClient
from datasette_connector.entity_path import EntityPath, tilde_encode
from datasette_connector.errors import ConnectorError, invalid, not_found
from datasette_connector.field_types import data_type
from datasette_connector.sql_text import quoted

# pragma_index_info has rows under a table's own name only if that table is WITHOUT ROWID.
_COLUMNS_SQL = """
select m.type, x.name, x.type, x."notnull", x.pk,
  (select count(*) from pragma_index_info(m.name)), x.dflt_value is not null, x.hidden
from sqlite_master m join pragma_table_xinfo(m.name) x
where m.name = :table and m.type in ('table', 'view') and x.hidden <> 1
order by x.cid
"""
# pragma_table_xinfo's marks for virtual and stored generated columns.
_GENERATED = (2, 3)
_ROWID_NAMES = ("rowid", "_rowid_", "oid")


@dataclass(frozen=True)
class Column:
    """A column as the table declares it.

    Attributes:
        name: Its name.
        declared: Its type, empty if it has none.
        nullable: Whether it may hold null.
        key_position: In the primary key, from 1; 0 if it isn't part of that.
        filled_in: Whether SQLite gives it a value when a new row leaves it out: the row's number,
            or, outside the primary key, a default.
        generated: Whether its value is computed and can't be written.
    """

    name: str
    declared: str
    nullable: bool
    key_position: int
    filled_in: bool
    generated: bool

    @property
    def kind(self) -> FieldDataType:
        """The column's AppFlow type."""
        return data_type(self.declared)


@dataclass(frozen=True)
class Table:
    """A table or view.

    Attributes:
        path: Its name.
        is_view: Whether it is a view.
        columns: In the order of the definition, at least one.
        row_key: SQL expressions whose values name a row for good; empty if there are none.
    """

    path: EntityPath
    is_view: bool
    columns: tuple[Column, ...]
    row_key: tuple[str, ...]

    def column(self, name: object) -> Column:
        """Return a column by its exact name.

        Raises:
            ConnectorError: InvalidArgument, if there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        names = ", ".join(column.name for column in self.columns)
        raise invalid(f"{self.path.identifier} has no field {name!r}; its fields are {names}")

    @property
    def primary_key(self) -> tuple[Column, ...]:
        """The columns of the declared primary key, in its order."""
        return tuple(_in_key(self.columns))


def read_table(client: DatasetteClient, path: EntityPath) -> Table:
    """Return a table's definition, from one call to the server.

    Raises:
        ConnectorError: ResourceNotFoundError, if the database has no such table or view.
    """
    try:
        found = client.query(path.database_route, _COLUMNS_SQL, {"table": path.table}).rows
    except ConnectorError as exc:
        if exc.code is ErrorCode.ResourceNotFoundError:
            raise not_found(f"The server has no database {path.database!r}") from exc
        raise
    if not found:
        raise not_found(f"The database {path.database!r} has no table or view {path.table!r}")
    is_view, without_rowid = found[0][0] == "view", bool(found[0][5])
    columns = tuple(_columns(found, without_rowid))
    row_key = () if is_view else _row_key(columns, without_rowid)
    return Table(path, is_view, columns, row_key)


def list_tables(client: DatasetteClient) -> list[tuple[EntityPath, bool]]:
    """Return every table and view that the key may see and Datasette doesn't hide.

    Returns:
        Pairs of the path, and whether it is a view.
    """
    databases = client.get("/-/databases.json")
    if not isinstance(databases, list):
        raise client.not_datasette()
    try:
        return [found for each in databases for found in _shown(client, each["name"])]
    except (KeyError, TypeError) as exc:
        raise client.not_datasette() from exc


def _shown(client: DatasetteClient, database: str) -> Iterator[tuple[EntityPath, bool]]:
    try:
        content = client.get(f"/{tilde_encode(database)}.json")
    except ConnectorError as exc:
        if exc.code is ErrorCode.AccessDenied:
            return  # the server lists databases that this key may not open
        raise
    for table in content["tables"]:
        if not table["hidden"]:
            yield EntityPath(database, table["name"]), False
    for view in content["views"]:
        yield EntityPath(database, view["name"]), True


def _columns(found: list[list[Any]], without_rowid: bool) -> Iterator[Column]:
    key_size = sum(bool(row[4]) for row in found)
    for _, name, declared, not_null, position, _, has_default, hidden in found:
        is_integer_key = position and key_size == 1 and declared.upper() == "INTEGER"
        is_rowid = bool(is_integer_key and not without_rowid)
        # Elsewhere, SQLite lets primary keys be null.
        required = bool(not_null or is_rowid or (position and without_rowid))
        filled_in = is_rowid or bool(has_default and not position)
        yield Column(name, declared, not required, position, filled_in, hidden in _GENERATED)


def _row_key(columns: tuple[Column, ...], without_rowid: bool) -> tuple[str, ...]:
    if without_rowid:
        return tuple(quoted(column.name) for column in _in_key(columns))
    taken = {column.name.lower() for column in columns}
    # A column may take one of the names, in theory all three.
    return next(((name,) for name in _ROWID_NAMES if name not in taken), ())


def _in_key(columns: tuple[Column, ...]) -> list[Column]:
    key = [column for column in columns if column.key_position]
    return sorted(key, key=lambda column: column.key_position)
