"""The two ends of a run: a connector or S3 each, and at least one of them a connector."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.executions import Execution, Registration
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.run_traces import RunTrace
from appflow_local.appflow.connectors.connection import Pause
from appflow_local.appflow.customer_keys import check_key
from appflow_local.appflow.execution.catalog_tables import CatalogTables
from appflow_local.appflow.execution.cataloging import Cataloging
from appflow_local.appflow.execution.destinations.connector_destination import ConnectorDestination
from appflow_local.appflow.execution.destinations.error_bucket import ErrorBucket
from appflow_local.appflow.execution.destinations.s3_destination import Labels, S3Destination
from appflow_local.appflow.execution.failures import RunFailed
from appflow_local.appflow.execution.handing_over import hand_over_of
from appflow_local.appflow.execution.objects import Objects
from appflow_local.appflow.execution.pages import Destination, Source, Tally
from appflow_local.appflow.execution.sources.connector_source import ConnectorSource, HandOver
from appflow_local.appflow.execution.sources.s3_source import S3Source
from appflow_local.appflow.flow_definition.ends import (
    ConnectorEnd,
    ConnectorSourceEnd,
    S3DestinationEnd,
    S3SourceEnd,
)
from appflow_local.appflow.flows.buckets import buckets_of, check_buckets
from appflow_local.appflow.metadata.entities import entity_definition
from appflow_local.appflow.profiles.connection import ProfileConnection, find_connection
from appflow_local.appflow.profiles.connector_context import connector_context
from appflow_local.appflow.transfer.fields import Field, read_fields
from appflow_local.appflow.transfer.plan import Plan, compile_plan, incremental_filter
from appflow_local.appflow.transfer.write_rules import read_write_rules

_TIMESTAMPS = ("Date", "DateTime")


@dataclass(frozen=True)
class Ends:
    """Where a run reads and writes, and what it does in between.

    `register` registers what was written with the flow's data catalog, if it has one.
    """

    source: Source
    plan: Plan
    destination: Destination
    register: Callable[[], tuple[Registration, ...]]


@dataclass(frozen=True)
class Assignment:
    """One run: its account, its flow, its record, how it waits, and what is kept of it."""

    account: Account
    flow: Flow
    execution: Execution
    pause: Pause
    trace: RunTrace


@dataclass(frozen=True)
class _Connector:
    """The custom connector at one end: how a run asks it, and what each request has in it."""

    ask: Callable[..., dict[str, Any]]
    context: Mapping[str, Any]
    entity: Mapping[str, Any]


def make_ends(run: Assignment, tally: Tally) -> Ends:
    """Make the ends of a run, after checking what it depends on.

    Raises:
        Exception: any error that ends a run; see `failures`.
    """
    definition = run.flow.definition
    connections = [find_connection(run.account, end.profile_name) for end in definition.connectors]
    for connection in connections:
        connection.check_admission()
    check_buckets(run.account, run.flow.name, buckets_of(definition))
    if definition.key_arn is not None:
        check_key(run.account, definition.key_arn)
    pairs = zip(definition.connectors, connections, strict=True)
    connectors = {end.scope: _connector(run, end, connection) for end, connection in pairs}
    source = definition.source
    fields: Sequence[Field] = ()
    if isinstance(source, ConnectorSourceEnd):
        fields = read_fields(connectors[source.scope].entity)
    plan = compile_plan(definition.tasks, source.kind, fields)
    written = _destination(run, connectors, plan, tally)
    register = partial(_register, run, plan, fields, written)
    hand_over = hand_over_of(definition, fields, plan, written, run.account.runs.page_processes)
    return Ends(_source(run, connectors, plan, fields, hand_over), plan, written, register)


def _register(
    run: Assignment, plan: Plan, fields: Sequence[Field], written: Destination
) -> tuple[Registration, ...]:
    definition = run.flow.definition
    end, catalog = definition.destination, definition.catalog
    if catalog is None or not isinstance(end, S3DestinationEnd):
        return ()
    labels = _labels(run)
    tables = CatalogTables(end, plan, labels, fields)
    own = "EXECUTION_ID" in end.format.prefixes.hierarchy
    cataloging = Cataloging(run.account, run.flow, run.execution.id, catalog, tables, own)
    return cataloging.register(written.folders if isinstance(written, S3Destination) else ())


def _source(
    run: Assignment,
    connectors: Mapping[str, _Connector],
    plan: Plan,
    fields: Sequence[Field],
    hand_over: HandOver | None,
) -> Source:
    source = run.flow.definition.source
    if isinstance(source, S3SourceEnd):
        return S3Source(run.account.host, source, _period(run.execution))
    connector = connectors[source.scope]
    return ConnectorSource(
        connector.ask,
        source.entity,
        connector.context,
        plan.selected_fields,
        _filter(run.execution, source, plan, fields),
        frozenset(field.name for field in fields if field.data_type == "BigDecimal"),
        in_columns=plan.takes_columns,
        hand_over=hand_over,
    )


def _destination(
    run: Assignment, connectors: Mapping[str, _Connector], plan: Plan, tally: Tally
) -> Destination:
    destination, host = run.flow.definition.destination, run.account.host
    objects = Objects(host, run.flow.definition.key_arn, run.trace)
    if isinstance(destination, S3DestinationEnd):
        return S3Destination(objects, destination, plan, _labels(run), tally)
    connector = connectors[destination.scope]
    refused = ErrorBucket(objects, destination.error_handling, run.flow.name, run.execution.id)
    rules = read_write_rules(connector.entity, destination.operation)
    return ConnectorDestination(
        connector.ask, destination, connector.context, tally, refused, rules
    )


def _labels(run: Assignment) -> Labels:
    return Labels(run.flow, run.execution.id, run.execution.started_at)


def _connector(run: Assignment, end: ConnectorEnd, connection: ProfileConnection) -> _Connector:
    entity = entity_definition(run.account, connection, end.entity, end.api_version)
    context = connector_context(
        connection,
        end.api_version,
        {**connection.profile.settings, **end.settings},
        entity_definition=entity,
        flow_name=run.flow.name,
        execution_id=run.execution.id,
    )
    return _Connector(partial(connection.ask_patiently, pause=run.pause), context, entity)


def _period(execution: Execution) -> tuple[datetime, datetime] | None:
    after, until = execution.data_pull_start, execution.data_pull_end
    return None if after is None or until is None else (after, until)


def _filter(
    execution: Execution, source: ConnectorSourceEnd, plan: Plan, fields: Iterable[Field]
) -> str | None:
    until = execution.data_pull_end
    if until is None:
        return plan.filter_expression
    name = source.timestamp_field
    field = next((item for item in fields if item.name == name), None)
    if field is None or not _is_timestamp(field):
        raise RunFailed(f"The connector does not support incremental queries by the field {name}.")
    after = execution.data_pull_start
    return incremental_filter(plan.filter_expression, field, after, until)


def _is_timestamp(field: Field) -> bool:
    """Tell whether incremental pulls can use a field.

    Known of Incremental pulls (SDK README, "FieldDefinition"): the field must be a Date or DateTime
    with `isTimestampFieldForIncrementalQueries`.
    """
    return field.is_timestamp_for_incremental and field.data_type in _TIMESTAMPS
