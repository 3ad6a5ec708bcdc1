"""Writes the records of one WriteData request, as few requests to the server as that needs.

The server writes each of our requests whole or not at all. One that it refuses is halved until the
record is found that it refuses, unless AppFlow wants all or none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from custom_connector_sdk.connector.fields import WriteOperationType
from custom_connector_sdk.lambda_handler.requests import WriteDataRequest

from datasette_connector.client import DatasetteClient
from datasette_connector.errors import ConnectorError, RejectedError, invalid
from datasette_connector.existing_keys import Key, existing_keys
from datasette_connector.insert_api import transactions, write_rows
from datasette_connector.write_results import WriteResults
from datasette_connector.write_target import Route, Target
from datasette_connector.write_values import Stored, read_record

_OPERATIONS = (WriteOperationType.INSERT, WriteOperationType.UPSERT)


@dataclass(frozen=True)
class _Row:
    position: int
    values: Mapping[str, Stored]
    route: Route
    key: Key | None  # of the primary key's columns; None where the row doesn't give them all


def write_records(
    client: DatasetteClient, target: Target, request: WriteDataRequest
) -> WriteResults:
    """Write what can be written and return what became of each record.

    INSERT never overwrites a row that was there when the request began. With allOrNone, no record
    is written if one can't be read or is there already; beyond that, "all" is the server's
    transaction, and what comes after a refused one is not tried.

    Raises:
        ConnectorError: The operation can't be served, or the server failed before anything was
            written.
    """
    if request.operation not in _OPERATIONS:
        raise invalid(f"The operation {_name(request)} is not supported; use INSERT or UPSERT")
    results = WriteResults(len(request.records))
    rows = list(_read_rows(target, request, results))
    if request.operation is WriteOperationType.INSERT:
        rows = _without_existing(client, target, rows, results)
    _write_all(client, target, list(_transactions(rows)), results, bool(request.all_or_none))
    return results


def _name(request: WriteDataRequest) -> str:
    return request.operation.name if request.operation else "(none)"


def _read_rows(target: Target, request: WriteDataRequest, results: WriteResults) -> Iterator[_Row]:
    is_new = request.operation is WriteOperationType.INSERT
    identifying = None if is_new else target.identifying(request.id_field_names).name
    for position, text in enumerate(request.records):
        try:
            values = read_record(text, target.table, is_new=is_new)
            route = _route(target, values, identifying)
        except ConnectorError as exc:
            results.refuse([position], exc.message)
        else:
            row = _Row(position, values, route, _key(target, values))
            results.name(position, _record_id(row, identifying))
            yield row


def _route(target: Target, values: Mapping[str, Stored], identifying: str | None) -> Route:
    if identifying is None:
        return target.insert_route(values)
    if values.get(identifying) is None:
        raise invalid(f"The field {identifying!r} identifies the record and must not be null")
    return Route("upsert", identifying)


def _key(target: Target, values: Mapping[str, Stored]) -> Key | None:
    names = [column.name for column in target.table.primary_key]
    return tuple(values[name] for name in names) if names and set(names) <= set(values) else None


def _record_id(row: _Row, identifying: str | None) -> str | None:
    if identifying is not None:
        return str(row.values[identifying])
    return None if row.key is None else ",".join(map(str, row.key))


def _without_existing(
    client: DatasetteClient, target: Target, rows: list[_Row], results: WriteResults
) -> list[_Row]:
    keys = list(dict.fromkeys(row.key for row in rows if row.key is not None))
    there = existing_keys(client, target.table, keys) if keys else set()
    claimed: set[Key] = set()
    new = []
    for row in rows:
        if row.key in there:
            results.refuse([row.position], "A record with this primary key is already there")
        elif row.key in claimed:
            results.refuse([row.position], "A record before it has the same primary key")
        else:
            new.append(row)
            claimed.update([row.key] if row.key is not None else [])
    return new


def _transactions(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    for group in _groups(rows):
        start = 0
        for count in transactions([row.values for row in group]):
            yield group[start : start + count]
            start += count


def _groups(rows: Sequence[_Row]) -> list[list[_Row]]:
    # The server would null the fields that some rows of a request have and others lack. Rows of
    # one identity keep their order: each change of fields puts the next one a round later.
    rounds: dict[object, tuple[int, object]] = {}
    groups: dict[tuple[int, object], list[_Row]] = {}
    for row in rows:
        fields = (row.route, frozenset(row.values))
        identity = (row.route, row.values[row.route.pk] if row.route.pk else row.position)
        turn, before = rounds.get(identity, (0, fields))
        place = (turn if before == fields else turn + 1, fields)
        rounds[identity] = place
        groups.setdefault(place, []).append(row)
    return [groups[place] for place in sorted(groups, key=lambda place: place[0])]


def _write_all(
    client: DatasetteClient,
    target: Target,
    batches: list[list[_Row]],
    results: WriteResults,
    all_or_none: bool,
) -> None:
    try:
        for batch in batches:
            if all_or_none and results.any_refused:
                break
            _write(client, target, batch, results, halve=not all_or_none)
    except ConnectorError as exc:
        if not results.any_written:
            raise
        results.refuse_rest(exc.message)
    results.refuse_rest("Not written: another record was refused, and AppFlow wants all or none")


def _write(
    client: DatasetteClient, target: Target, rows: list[_Row], results: WriteResults, *, halve: bool
) -> None:
    positions = [row.position for row in rows]
    try:
        write_rows(client, target.table.path, rows[0].route, [row.values for row in rows])
    except RejectedError as exc:
        if not halve or len(rows) == 1:
            results.refuse(positions, exc.message)
            return
        middle = len(rows) // 2
        for half in (rows[:middle], rows[middle:]):
            _write(client, target, half, results, halve=True)
    else:
        results.accept(positions)
