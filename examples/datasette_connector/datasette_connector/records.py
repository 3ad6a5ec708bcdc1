"""Serves AppFlow's record operations: query, retrieve by id, and write."""

from collections.abc import Iterator

from custom_connector_sdk.lambda_handler import requests, responses
from custom_connector_sdk.lambda_handler.handlers import RecordHandler

from datasette_connector import comparisons
from datasette_connector.client import DatasetteClient
from datasette_connector.connection import connect_in
from datasette_connector.cursor import Cursor, from_token, to_token
from datasette_connector.deadline import RECORDS
from datasette_connector.entity_path import parse_entity
from datasette_connector.errors import answers, invalid
from datasette_connector.filter_grammar import Kind, Literal
from datasette_connector.filter_sql import Filter, translate
from datasette_connector.pages import Query, fitting, read_page
from datasette_connector.schema import Column, Table, read_table
from datasette_connector.sql_text import Parameters
from datasette_connector.write_target import read_target
from datasette_connector.writes import write_records

# Ids travel in the URL.
IDS_PER_CALL = 200


class DatasetteRecords(RecordHandler):  # type: ignore[misc]  # the SDK has no types
    """The operations that AppFlow calls while a flow runs."""

    @answers(responses.QueryDataResponse)
    def query_data(self, request: requests.QueryDataRequest) -> responses.QueryDataResponse:
        """Return a page of an entity's records."""
        max_rows = page_size(request.max_results)
        client = connect_in(request.connector_context, RECORDS)
        table = read_table(client, parse_entity(request.entity_identifier))
        params = Parameters()
        query = Query(
            table,
            _columns(table, request.selected_field_names),
            translate(request.filter_expression, table, params),
            params,
        )
        cursor = from_token(request.next_token, len(table.row_key))
        page = read_page(client, query, cursor, max_rows)
        return responses.QueryDataResponse(
            is_success=True,
            records=page.records,
            next_token=to_token(page.next) if page.next else None,
        )

    @answers(responses.RetrieveDataResponse)
    def retrieve_data(
        self, request: requests.RetrieveDataRequest
    ) -> responses.RetrieveDataResponse:
        """Return the records with the given primary keys, in the table's order.

        An id that no record has is left out of the answer.
        """
        client = connect_in(request.connector_context, RECORDS)
        table = read_table(client, parse_entity(request.entity_identifier))
        columns = _columns(table, request.selected_field_names)
        id_column = _id_column(table, request.id_field_name)
        records: list[str] = []
        for ids in _batches(request.ids):
            records += _with_ids(client, table, columns, id_column, ids)
        if len(fitting(records)) < len(records):
            raise invalid("The records are larger than AppFlow admits; ask for fewer ids")
        return responses.RetrieveDataResponse(is_success=True, records=records)

    @answers(responses.WriteDataResponse)
    def write_data(self, request: requests.WriteDataRequest) -> responses.WriteDataResponse:
        """Insert or upsert records through the plugin datasette-insert.

        Records that can't be written are named in the answer, each with its reason.
        """
        client = connect_in(request.connector_context, RECORDS)
        table = read_table(client, parse_entity(request.entity_identifier))
        return write_records(client, read_target(client, table), request).response()


def page_size(asked: object) -> int:
    """Return how many items a page may have, 1,000 if AppFlow doesn't say.

    Raises:
        ConnectorError: InvalidArgument, if it isn't a positive whole number.
    """
    if asked is None:
        return requests.DEFAULT_MAX_RESULT  # type: ignore[no-any-return]  # the SDK has no types
    if type(asked) is not int or asked < 1:
        raise invalid(f"The page size {asked!r} is not a positive whole number")
    return asked


def _columns(table: Table, selected: list[str] | None) -> tuple[Column, ...]:
    return tuple(map(table.column, selected)) if selected else table.columns


def _id_column(table: Table, name: str | None) -> Column:
    key = table.primary_key
    if len(key) != 1:
        raise invalid(
            f"{table.path.identifier} has no primary key of one field; "
            "read it with a query instead of by ids"
        )
    if name is not None and table.column(name) != key[0]:
        raise invalid(
            f"{name!r} is not the primary key of {table.path.identifier}; use {key[0].name!r}"
        )
    return key[0]


def _batches(ids: list[str] | None) -> Iterator[list[str]]:
    unique = list(dict.fromkeys(map(str, ids or [])))
    for start in range(0, len(unique), IDS_PER_CALL):
        yield unique[start : start + IDS_PER_CALL]


def _with_ids(
    client: DatasetteClient,
    table: Table,
    columns: tuple[Column, ...],
    id_column: Column,
    ids: list[str],
) -> Iterator[str]:
    params = Parameters()
    literals = [Literal(Kind.TEXT, each) for each in ids]
    condition = comparisons.one_of(id_column, literals, params)
    query = Query(table, columns, Filter(condition), params)
    cursor: Cursor | None = Cursor()
    while cursor is not None:
        page = read_page(client, query, cursor, IDS_PER_CALL)
        yield from page.records
        cursor = page.next
