"""The two ends of a run: connector to S3, or S3 to connector."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.connectors.connection import Pause
from appflow_local.appflow.execution.destinations.connector_destination import ConnectorDestination
from appflow_local.appflow.execution.destinations.error_bucket import ErrorBucket
from appflow_local.appflow.execution.destinations.s3_destination import Labels, S3Destination
from appflow_local.appflow.execution.failures import RunFailed
from appflow_local.appflow.execution.pages import Destination, Source, Tally
from appflow_local.appflow.execution.sources.connector_source import ConnectorSource
from appflow_local.appflow.execution.sources.s3_source import S3Source
from appflow_local.appflow.flow_definition.ends import (
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

_TIMESTAMPS = ("Date", "DateTime")


@dataclass(frozen=True)
class Ends:
    """Where a run reads and writes, and what it does in between."""

    source: Source
    plan: Plan
    destination: Destination


@dataclass(frozen=True)
class Assignment:
    """One run: its account, its flow, its record, and how it waits."""

    account: Account
    flow: Flow
    execution: Execution
    pause: Pause


@dataclass(frozen=True)
class _Requests:
    """How a run asks its connector, and the connectorContext of each request."""

    ask: Callable[..., dict[str, Any]]
    context: Mapping[str, Any]


def make_ends(run: Assignment, tally: Tally) -> Ends:
    """Make the ends of a run, after checking what it depends on.

    Raises:
        Exception: any error that ends a run; see `failures`.
    """
    flow, definition = run.flow, run.flow.definition
    connection = find_connection(run.account, flow.profile_name)
    connection.check_admission()
    check_buckets(run.account, flow.name, buckets_of(definition))
    entity = entity_definition(
        run.account, connection, definition.connector.entity, definition.connector.api_version
    )
    requests = _Requests(
        partial(connection.ask_patiently, pause=run.pause), _context(run, connection, entity)
    )
    fields = read_fields(entity) if definition.reads_connector else ()
    plan = compile_plan(definition.tasks, definition.source.kind, fields)
    source = _source(run, requests, plan, fields)
    return Ends(source, plan, _destination(run, requests, plan, tally))


def _source(run: Assignment, requests: _Requests, plan: Plan, fields: Sequence[Field]) -> Source:
    source = run.flow.definition.source
    if isinstance(source, S3SourceEnd):
        return S3Source(run.account.host, source)
    return ConnectorSource(
        requests.ask,
        source.entity,
        requests.context,
        plan.selected_fields,
        _filter(run.execution, source, plan, fields),
        frozenset(field.name for field in fields if field.data_type == "BigDecimal"),
    )


def _destination(run: Assignment, requests: _Requests, plan: Plan, tally: Tally) -> Destination:
    destination, host = run.flow.definition.destination, run.account.host
    if isinstance(destination, S3DestinationEnd):
        labels = Labels(run.flow, run.execution.id, run.execution.started_at)
        return S3Destination(host, destination, plan, labels, tally)
    refused = ErrorBucket(host, destination.error_handling, run.flow.name, run.execution.id)
    return ConnectorDestination(requests.ask, destination, requests.context, tally, refused)


def _context(
    run: Assignment, connection: ProfileConnection, entity: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the connectorContext, with the definition of the entity."""
    end = run.flow.definition.connector
    return connector_context(
        connection,
        end.api_version,
        {**connection.profile.settings, **end.settings},
        entity_definition=entity,
        flow_name=run.flow.name,
        execution_id=run.execution.id,
    )


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
    """Tell whether incremental pulls can use a field. Source: the SDK's README."""
    return field.is_timestamp_for_incremental and field.data_type in _TIMESTAMPS
