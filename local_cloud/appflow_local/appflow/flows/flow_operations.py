"""CreateFlow, UpdateFlow and DeleteFlow. Nothing runs here; see `execution`.

Each request checks the caller's permission, itself, the client token, the connector profile, what
the connector can do and the buckets, in this order; last, the connector validates the flow's
settings.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from appflow_local.appflow.account import Context
from appflow_local.appflow.account.arns import flow_arn, profile_arn
from appflow_local.appflow.account.authorization import NO_RESOURCE_TYPE, authorize
from appflow_local.appflow.account.flows import DEFINITION, Flow
from appflow_local.appflow.account.names import check_free, one_at_a_time
from appflow_local.appflow.connectors.connector_call import check_admission
from appflow_local.appflow.flows import activation
from appflow_local.appflow.flows import execution_records as records
from appflow_local.appflow.flows.buckets import (
    BucketProblem,
    BucketUse,
    authorize_buckets,
    buckets_of,
    check_buckets,
)
from appflow_local.appflow.flows.rules import (
    Side,
    broken,
    check_capabilities,
    check_same_objects,
    connector_side,
)
from appflow_local.appflow.host import Caller
from appflow_local.appflow.profiles.connection import Connection, find_connection
from appflow_local.appflow.profiles.runtime_settings import validate_settings
from appflow_local.appflow.protocol.errors import ConflictException
from appflow_local.appflow.protocol.validation import validate

_KIND = "Flow with name"
_SCHEMA_TASKS = ("Map", "Map_all", "Merge", "Partition")


def create_flow(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Create a flow.

    Source: API reference CreateFlow; Service Authorization Reference for `UseConnectorProfile` and
    `TagResource`; the SDK's example for the validation of settings.

    Raises:
        AppFlowError: nothing was created.
    """
    tags = parameters.get("tags", {})
    keys = {"aws:TagKeys": list(tags)} | {f"aws:RequestTag/{k}": v for k, v in tags.items()}
    authorize(context.host, caller, "appflow:CreateFlow", NO_RESOURCE_TYPE, keys if tags else None)
    validate("CreateFlow", parameters)
    side = _checked(context, caller, "CreateFlow", parameters)
    if tags:
        arn = flow_arn(caller, parameters["flowName"])
        authorize(context.host, caller, "appflow:TagResource", arn, keys)
    return context.tokens.once(
        caller, "CreateFlow", parameters, lambda: _create(context, caller, parameters, side)
    )


def update_flow(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a flow another definition.

    Source: API reference UpdateFlow. Not documented: a description that is left out; here it
    stays, as tags do, which UpdateFlow does not take.

    Raises:
        AppFlowError: nothing was changed.
    """
    validate("UpdateFlow", parameters)
    arn = flow_arn(caller, parameters["flowName"])
    authorize(context.host, caller, "appflow:UpdateFlow", arn)
    side = _checked(context, caller, "UpdateFlow", parameters)
    return context.tokens.once(
        caller, "UpdateFlow", parameters, lambda: _update(context, caller, parameters, side)
    )


def delete_flow(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Forget a flow, its schedule and its records.

    Source: API reference DeleteFlow: with forceDelete "even if it is currently in use". Inferred:
    a flow is in use while it runs; the error and its words; that runs are cancelled by force.

    Raises:
        AppFlowError: nothing was deleted.
    """
    validate("DeleteFlow", parameters)
    name = parameters["flowName"]
    authorize(context.host, caller, "appflow:DeleteFlow", flow_arn(caller, name))
    with one_at_a_time(context.flows, caller, name, _KIND), context.flows.of(caller) as flows:
        find_flow(context, caller, name)
        if records.running(context, caller, name) and not parameters.get("forceDelete", False):
            raise ConflictException(f"{_KIND} {name} is running.")
        flows.remove(name)
        activation.forget(context, caller, name)
        records.forget(context, caller, name)
    return {}


def find_flow(context: Context, caller: Caller, name: str) -> Flow:
    """Return the flow of this name. Inferred: the words, from those for a profile.

    Raises:
        ResourceNotFoundException: there is none.
    """
    return context.flows.find(caller, name, f"{_KIND} {name} does not exist.")


def _checked(
    context: Context, caller: Caller, operation: str, parameters: Mapping[str, Any]
) -> Side:
    side = connector_side(operation, parameters)
    profile = profile_arn(caller, side.config["connectorProfileName"])
    authorize(context.host, caller, "appflow:UseConnectorProfile", profile)
    authorize_buckets(context, caller, _buckets(parameters))
    return side


def _create(
    context: Context, caller: Caller, parameters: Mapping[str, Any], side: Side
) -> dict[str, Any]:
    name, now = parameters["flowName"], context.clock.now()
    with one_at_a_time(context.flows, caller, name, _KIND):
        with context.flows.of(caller) as flows:
            check_free(flows, name, _KIND)
        found = _validated(context, caller, "CreateFlow", parameters, side)
        flow = Flow(
            name=name,
            arn=flow_arn(caller, name),
            status=_first_status(parameters),
            definition=_definition(parameters),
            profile_name=found.profile.name,
            label=found.profile.label,
            created_at=now,
            created_by=caller.arn,
            last_updated_at=now,
            last_updated_by=caller.arn,
        )
        _keep(context, caller, flow)
    return {"flowArn": flow.arn, "flowStatus": flow.status}


def _update(
    context: Context, caller: Caller, parameters: Mapping[str, Any], side: Side
) -> dict[str, Any]:
    name = parameters["flowName"]
    with one_at_a_time(context.flows, caller, name, _KIND):
        before = find_flow(context, caller, name)
        check_same_objects(
            (before.source, parameters["sourceFlowConfig"]),
            (before.destination, parameters["destinationFlowConfigList"][0]),
        )
        found = _validated(context, caller, "UpdateFlow", parameters, side)
        with context.flows.of(caller):
            after = _updated(context, caller, parameters, found)
            _keep(context, caller, after)
            after = _rescheduled(context, caller, after)
    return {"flowStatus": after.status}


def _updated(
    context: Context, caller: Caller, parameters: Mapping[str, Any], found: Connection
) -> Flow:
    before = find_flow(context, caller, parameters["flowName"])  # it may have been started
    after = replace(
        before,
        definition={**before.definition, **_definition(parameters)},
        profile_name=found.profile.name,
        label=found.profile.label,
        last_updated_at=context.clock.now(),
        last_updated_by=caller.arn,
    )
    if _schema(after) != _schema(before):
        after = replace(after, schema_version=before.schema_version + 1)
    if after.trigger_type != before.trigger_type:
        after = replace(after, status=_first_status(parameters), status_message=None)
    return after


def _rescheduled(context: Context, caller: Caller, flow: Flow) -> Flow:
    """Have the schedule follow a flow's new definition. Inferred: a rate starts over."""
    if flow.trigger_type != "Scheduled" or flow.status == "Draft":
        activation.forget(context, caller, flow.name)
    elif flow.status == activation.ACTIVE:
        return activation.activate(context, caller, flow)
    return flow


def _schema(flow: Flow) -> list[Mapping[str, Any]]:
    """Return what the version of a flow's schema counts the changes of.

    Source: API reference DescribeFlow, schemaVersion: mappings, data types and partition keys.
    """
    tasks: list[Mapping[str, Any]] = flow.definition["tasks"]
    return [task for task in tasks if task["taskType"] in _SCHEMA_TASKS]


def _validated(
    context: Context, caller: Caller, operation: str, parameters: Mapping[str, Any], side: Side
) -> Connection:
    found = find_connection(context, caller, side.config["connectorProfileName"])
    connector = found.connector
    check_capabilities(operation, parameters, side, connector)
    check_admission(context.host, caller, connector.label, connector.function_arn)
    try:
        check_buckets(context, caller, parameters["flowName"], _buckets(parameters))
    except BucketProblem as problem:
        raise broken(operation, str(problem)) from None
    validate_settings(context.host, connector, side.scope, side.settings)
    return found


def _buckets(parameters: Mapping[str, Any]) -> tuple[BucketUse, ...]:
    return buckets_of(parameters["sourceFlowConfig"], parameters["destinationFlowConfigList"][0])


def _keep(context: Context, caller: Caller, flow: Flow) -> None:
    with context.flows.of(caller) as flows:
        find_connection(context, caller, flow.profile_name)  # it may have gone meanwhile
        flows.put(flow.name, flow)


def _first_status(parameters: Mapping[str, Any]) -> str:
    """Return a flow's status before it is started or stopped.

    Source: public reports: scheduled flows are created as Draft, and one that becomes scheduled is
    Draft, too. Inferred: UpdateFlow keeps the status unless the trigger type changes.
    """
    return "Active" if parameters["triggerConfig"]["triggerType"] == "OnDemand" else "Draft"


def _definition(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return copy.deepcopy({name: parameters[name] for name in DEFINITION if name in parameters})
