"""Serves AppFlow's metadata operations: which entities there are, and their fields."""

from collections.abc import Iterator

from custom_connector_sdk.connector.context import Entity, EntityDefinition
from custom_connector_sdk.connector.fields import (
    FieldDataType,
    FieldDefinition,
    ReadOperationProperty,
    WriteOperationProperty,
    WriteOperationType,
)
from custom_connector_sdk.connector.settings import CacheControl, TimeUnit
from custom_connector_sdk.lambda_handler import requests, responses
from custom_connector_sdk.lambda_handler.handlers import MetadataHandler

from datasette_connector.client import DatasetteClient
from datasette_connector.connection import connect_in
from datasette_connector.cursor import bad_token, decode_token, encode_token
from datasette_connector.deadline import METADATA
from datasette_connector.entity_path import EntityPath, parse_entity
from datasette_connector.errors import answers, invalid
from datasette_connector.field_types import TEMPORAL, filter_operators
from datasette_connector.filter_grammar import is_identifier
from datasette_connector.insert_api import may_write
from datasette_connector.records import page_size
from datasette_connector.schema import Column, Table, list_tables, read_table
from datasette_connector.write_target import Target, read_target, unwritable

# The shortest that AppFlow admits: a new column shows up soon.
_CACHE = CacheControl(time_to_live=600, time_to_live_unit=TimeUnit.SECONDS)


class DatasetteMetadata(MetadataHandler):  # type: ignore[misc]  # the SDK has no types
    """The operations behind AppFlow's lists of objects and fields."""

    @answers(responses.ListEntitiesResponse)
    def list_entities(
        self, request: requests.ListEntitiesRequest
    ) -> responses.ListEntitiesResponse:
        """Return a page of all tables and views of all databases, sorted by identifier.

        Whether they are writable is asked once for each database: for its first table here.
        """
        if request.entities_path:
            raise invalid(f"{request.entities_path!r} has no nested entities; list without a path")
        size, after = page_size(request.max_result), _after(request.next_token)
        client = connect_in(request.connector_context, METADATA)
        found = {path.identifier: (path, is_view) for path, is_view in list_tables(client)}
        names = sorted(name for name in found if name > after)
        return responses.ListEntitiesResponse(
            is_success=True,
            entities=list(_entities(client, [found[name] for name in names[:size]])),
            next_token=encode_token(names[size - 1]) if len(names) > size else None,
            cache_control=_CACHE,
        )

    @answers(responses.DescribeEntityResponse)
    def describe_entity(
        self, request: requests.DescribeEntityRequest
    ) -> responses.DescribeEntityResponse:
        """Return an entity's fields, one for each column."""
        client = connect_in(request.connector_context, METADATA)
        table = read_table(client, parse_entity(request.entity_identifier))
        target = _target(client, table)
        definition = EntityDefinition(
            entity=_entity(table.path, table.is_view, is_writable=target is not None),
            fields=[_field(column, target) for column in table.columns],
        )
        return responses.DescribeEntityResponse(
            is_success=True, entity_definition=definition, cache_control=_CACHE
        )


def _after(token: str | None) -> str:
    if token is None:
        return ""
    name = decode_token(token)
    if not isinstance(name, str):
        raise bad_token(token)
    return name


def _entities(client: DatasetteClient, tables: list[tuple[EntityPath, bool]]) -> Iterator[Entity]:
    # To ask for every table would take longer than AppFlow waits.
    writable: dict[str, bool] = {}
    for path, is_view in tables:
        possible = unwritable(path, is_view) is None
        if possible and path.database not in writable:
            writable[path.database] = may_write(client, path)
        yield _entity(path, is_view, is_writable=possible and writable[path.database])


def _target(client: DatasetteClient, table: Table) -> Target | None:
    if unwritable(table.path, table.is_view) is None and may_write(client, table.path):
        return read_target(client, table)
    return None


def _entity(path: EntityPath, is_view: bool, *, is_writable: bool) -> Entity:
    kind = "View" if is_view else "Table"
    return Entity(
        entity_identifier=path.identifier,
        has_nested_entities=False,
        is_writable=is_writable,
        label=path.table,
        description=f"{kind} {path.table} of the database {path.database}",
    )


def _field(column: Column, target: Target | None) -> FieldDefinition:
    kind = column.kind
    queryable = kind is not FieldDataType.ByteArray and is_identifier(column.name)
    return FieldDefinition(
        field_name=column.name,
        data_type=kind,
        data_type_label=column.declared or kind.name,
        label=column.name,
        is_primary_key=column.key_position > 0,
        is_deprecated=False,
        read_properties=ReadOperationProperty(
            is_retrievable=True,
            is_nullable=column.nullable,
            is_queryable=queryable,
            is_timestamp_field_for_incremental_queries=queryable and kind in TEMPORAL,
        ),
        write_properties=_write_properties(column, target) if target else None,
        filter_operators=filter_operators(kind) if queryable else [],
    )


def _write_properties(column: Column, target: Target) -> WriteOperationProperty:
    operations = target.operations(column)
    return WriteOperationProperty(
        is_creatable=WriteOperationType.INSERT in operations,
        is_updatable=False,
        is_nullable=column.nullable,
        is_upsertable=WriteOperationType.UPSERT in operations,
        is_defaulted_on_create=column.filled_in,
        supported_write_operations=operations,
    )
