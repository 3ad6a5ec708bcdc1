"""Calls the plugin datasette-insert: whether a table may be written, and rows to write.

It knows the plugin's HTTP API and the size of its transactions, not AppFlow's records.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from custom_connector_sdk.lambda_handler.responses import ErrorCode

from datasette_connector.client import DatasetteClient
from datasette_connector.entity_path import EntityPath
from datasette_connector.errors import ConnectorError, invalid
from datasette_connector.write_target import Route
from datasette_connector.write_values import Stored

Values = Mapping[str, Stored]

# The plugin hands rows to sqlite-utils, whose transactions end after so many rows or values.
MAX_ROWS = 100
_MAX_VALUES = 999
# Datasette sets no limit; web servers in front of it often admit 1 MiB.
MAX_BODY_BYTES = 1_000_000
_NO_ANSWER = (ErrorCode.RequestTimeout, ErrorCode.ServiceUnavailable, ErrorCode.RateLimitExceeded)


def may_write(client: DatasetteClient, path: EntityPath) -> bool:
    """Ask whether the caller may write to a table, by writing no rows to it.

    Raises:
        ConnectorError: The server is too slow, too busy, or not there.
    """
    try:
        write_rows(client, path, Route("insert"), [])
    except ConnectorError as exc:
        if exc.code in _NO_ANSWER:
            raise
        return False
    return True


def write_rows(
    client: DatasetteClient, path: EntityPath, route: Route, rows: Sequence[Values]
) -> None:
    """Write rows: all of them, or none if it raises.

    Args:
        client: For the server.
        path: The table.
        route: The plugin's way to write.
        rows: Of the same columns, no more than one of `transactions`.

    Raises:
        RejectedError: The server refuses a row, and has written none.
        ConnectorError: The server failed, isn't there, or denies it.
    """
    body = json.dumps(rows).encode()
    try:
        # Names stand in this URL as they are, see write_target.unwritable.
        where = f"/-/{route.verb}/{path.database}/{path.table}"
        client.post(where, {"pk": route.pk} if route.pk else {}, body)
    except ConnectorError as exc:
        if exc.code is ErrorCode.ResourceNotFoundError:
            raise invalid(
                f"{path.identifier!r} can't be written: the server is a source only; install the "
                "plugin datasette-insert on it, or choose another destination for the flow"
            ) from exc
        raise


def transactions(rows: Sequence[Values]) -> Iterator[int]:
    """Yield how many of the rows fit into one transaction, then how many of the rest, and so on.

    Args:
        rows: All of the same columns.
    """
    most = min(MAX_ROWS, max(1, _MAX_VALUES // len(rows[0]))) if rows else 0
    count, size = 0, 0
    for row in rows:
        length = len(json.dumps(row)) + 2
        if count and (count == most or size + length > MAX_BODY_BYTES):
            yield count
            count, size = 0, 0
        count, size = count + 1, size + length
    if count:
        yield count
