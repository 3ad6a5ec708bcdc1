"""The two ends of a run, made for its flow: connector to S3, or S3 to connector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.account import Context
from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.connectors.connector_call import check_admission
from appflow_local.appflow.execution.data_call import DataCall, Pause
from appflow_local.appflow.execution.destinations.connector_destination import ConnectorDestination
from appflow_local.appflow.execution.destinations.error_bucket import ErrorBucket
from appflow_local.appflow.execution.destinations.s3_destination import Labels, S3Destination
from appflow_local.appflow.execution.failures import RunFailed
from appflow_local.appflow.execution.pages import Destination, Source, Tally
from appflow_local.appflow.execution.sources.connector_source import ConnectorSource
from appflow_local.appflow.execution.sources.s3_source import S3Source
from appflow_local.appflow.flows.buckets import buckets_of, check_buckets
from appflow_local.appflow.flows.rules import S3, Side
from appflow_local.appflow.host import Caller
from appflow_local.appflow.metadata.entities import entity_definition
from appflow_local.appflow.profiles.connection import Connection, find_connection
from appflow_local.appflow.profiles.connector_context import connector_context
from appflow_local.appflow.profiles.runtime_settings import DESTINATION, SOURCE
from appflow_local.appflow.transfer.fields import Field, read_fields
from appflow_local.appflow.transfer.plan import Plan, compile_plan, incremental_filter

_TIMESTAMPS = ("Date", "DateTime")


@dataclass(frozen=True)
class Ends:
    """Where a run reads and writes, and what it does between."""

    source: Source
    plan: Plan
    destination: Destination


@dataclass(frozen=True)
class Assignment:
    """One run: its flow, its caller, and how it waits."""

    context: Context
    caller: Caller
    flow: Flow
    execution: Execution
    pause: Pause


def make_ends(run: Assignment, tally: Tally) -> Ends:
    """Make the ends of a run, after a look at what it depends on.

    Raises:
        Exception: an error that ends the run; see `failures`.
    """
    flow, host = run.flow, run.context.host
    connection = find_connection(run.context, run.caller, flow.profile_name)
    connector = connection.connector
    check_admission(host, run.caller, connector.label, connector.function_arn)
    check_buckets(run.context, run.caller, flow.name, buckets_of(flow.source, flow.destination))
    ask = DataCall(host, connection, run.pause)
    make = _from_connector if flow.reads_connector else _to_connector
    return make(run, connection, ask, tally)


def _from_connector(run: Assignment, connection: Connection, ask: DataCall, tally: Tally) -> Ends:
    side = Side(run.flow.source, "sourceFlowConfig", SOURCE)
    definition, connector = _described(run, connection, side)
    fields = read_fields(definition)
    plan = compile_plan(run.flow.definition["tasks"], side.config["connectorType"], fields)
    source = ConnectorSource(
        ask,
        side.properties["entityName"],
        connector,
        plan.selected_fields,
        _filter(run, plan, fields),
        frozenset(field.name for field in fields if field.data_type == "BigDecimal"),
    )
    labels = Labels(run.flow, run.execution.id, run.execution.started_at)
    properties = run.flow.destination["destinationConnectorProperties"][S3]
    return Ends(source, plan, S3Destination(run.context.host, properties, plan, labels, tally))


def _to_connector(run: Assignment, connection: Connection, ask: DataCall, tally: Tally) -> Ends:
    side = Side(run.flow.destination, "destinationFlowConfigList.1.member", DESTINATION)
    host, errors = run.context.host, side.properties.get("errorHandlingConfig", {})
    refused = ErrorBucket(host, errors, run.flow.name, run.execution.id)
    _definition, connector = _described(run, connection, side)
    return Ends(
        S3Source(host, run.flow.source["sourceConnectorProperties"][S3]),
        compile_plan(run.flow.definition["tasks"], S3, None),
        ConnectorDestination(ask, side.properties, connector, tally, refused),
    )


def _described(
    run: Assignment, connection: Connection, side: Side
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the entity's definition, and the connectorContext with it."""
    version, entity = side.config["apiVersion"], side.properties["entityName"]
    definition = entity_definition(run.context, run.caller, connection, entity, version)
    context = connector_context(
        connection,
        version,
        {**connection.profile.settings, **side.settings},
        entity_definition=definition,
        flow_name=run.flow.name,
        execution_id=run.execution.id,
    )
    return definition, context


def _filter(run: Assignment, plan: Plan, fields: Iterable[Field]) -> str | None:
    until = run.execution.data_pull_end
    if until is None:
        return plan.filter_expression
    name = run.flow.source.get("incrementalPullConfig", {}).get("datetimeTypeFieldName")
    field = next((item for item in fields if item.name == name), None)
    if field is None or not _is_timestamp(field):
        raise RunFailed(f"The connector does not support incremental queries by the field {name}.")
    after = run.execution.data_pull_start
    return incremental_filter(plan.filter_expression, field, after, until)


def _is_timestamp(field: Field) -> bool:
    """Tell whether a pull can go by a field. Source: the SDK's README."""
    return field.is_timestamp_for_incremental and field.data_type in _TIMESTAMPS
