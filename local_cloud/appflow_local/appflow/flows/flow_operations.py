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

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.flows import DEFINITION, Flow
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
from appflow_local.appflow.profiles.connection import ProfileConnection, find_connection
from appflow_local.appflow.profiles.runtime_settings import validate_settings
from appflow_local.appflow.protocol.errors import ConflictException
from appflow_local.appflow.protocol.validation import validate

_SCHEMA_TASKS = ("Map", "Map_all", "Merge", "Partition")


def create_flow(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Create a flow.

    Source: API reference CreateFlow; Service Authorization Reference for `UseConnectorProfile` and
    `TagResource`; the SDK's example for the validation of settings.

    Raises:
        AppFlowError: nothing was created.
    """
    tags = parameters.get("tags", {})
    keys = {"aws:TagKeys": list(tags)} | {f"aws:RequestTag/{k}": v for k, v in tags.items()}
    account.authorize("appflow:CreateFlow", keys=keys if tags else None)
    validate("CreateFlow", parameters)
    side = _checked(account, "CreateFlow", parameters)
    if tags:
        arn = account.arns.flow(parameters["flowName"])
        account.authorize("appflow:TagResource", arn, keys)
    return account.once("CreateFlow", parameters, lambda: _create(account, parameters, side))


def update_flow(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a flow another definition.

    Source: API reference UpdateFlow. Not documented: a description that is left out; here it
    stays, as tags do, which UpdateFlow does not take.

    Raises:
        AppFlowError: nothing was changed.
    """
    validate("UpdateFlow", parameters)
    arn = account.arns.flow(parameters["flowName"])
    account.authorize("appflow:UpdateFlow", arn)
    side = _checked(account, "UpdateFlow", parameters)
    return account.once("UpdateFlow", parameters, lambda: _update(account, parameters, side))


def delete_flow(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Forget a flow, its schedule and its records.

    Source: API reference DeleteFlow: with forceDelete "even if it is currently in use". Inferred:
    a flow is in use while it runs; the error and its words; that runs are cancelled by force.

    Raises:
        AppFlowError: nothing was deleted.
    """
    validate("DeleteFlow", parameters)
    name = parameters["flowName"]
    account.authorize("appflow:DeleteFlow", account.arns.flow(name))
    with account.flows.changing(name), account.lock:
        account.flows.find(name)
        if records.running(account, name) and not parameters.get("forceDelete", False):
            raise ConflictException(f"{account.flows.kind} {name} is running.")
        account.flows.remove(name)
        activation.forget(account, name)
        records.forget(account, name)
    return {}


def _checked(account: Account, operation: str, parameters: Mapping[str, Any]) -> Side:
    side = connector_side(operation, parameters)
    profile = account.arns.profile(side.config["connectorProfileName"])
    account.authorize("appflow:UseConnectorProfile", profile)
    authorize_buckets(account, _buckets(parameters))
    return side


def _create(account: Account, parameters: Mapping[str, Any], side: Side) -> dict[str, Any]:
    name, now = parameters["flowName"], account.now()
    with account.flows.changing(name):
        account.flows.check_free(name)
        found = _validated(account, "CreateFlow", parameters, side)
        flow = Flow(
            name=name,
            arn=account.arns.flow(name),
            status=_first_status(parameters),
            definition=_definition(parameters),
            profile_name=found.profile.name,
            label=found.profile.label,
            created_at=now,
            created_by=account.caller_arn,
            last_updated_at=now,
            last_updated_by=account.caller_arn,
        )
        _keep(account, flow)
    return {"flowArn": flow.arn, "flowStatus": flow.status}


def _update(account: Account, parameters: Mapping[str, Any], side: Side) -> dict[str, Any]:
    name = parameters["flowName"]
    with account.flows.changing(name):
        before = account.flows.find(name)
        check_same_objects(
            (before.source, parameters["sourceFlowConfig"]),
            (before.destination, parameters["destinationFlowConfigList"][0]),
        )
        found = _validated(account, "UpdateFlow", parameters, side)
        with account.lock:
            after = _updated(account, parameters, found)
            _keep(account, after)
            after = _rescheduled(account, after)
    return {"flowStatus": after.status}


def _updated(account: Account, parameters: Mapping[str, Any], found: ProfileConnection) -> Flow:
    before = account.flows.find(parameters["flowName"])  # it may have been started
    after = replace(
        before,
        definition={**before.definition, **_definition(parameters)},
        profile_name=found.profile.name,
        label=found.profile.label,
        last_updated_at=account.now(),
        last_updated_by=account.caller_arn,
    )
    if _schema(after) != _schema(before):
        after = replace(after, schema_version=before.schema_version + 1)
    if after.trigger_type != before.trigger_type:
        after = replace(after, status=_first_status(parameters), status_message=None)
    return after


def _rescheduled(account: Account, flow: Flow) -> Flow:
    """Have the schedule follow a flow's new definition. Inferred: a rate begins anew."""
    if flow.trigger_type != "Scheduled" or flow.status == "Draft":
        activation.forget(account, flow.name)
    elif flow.status == activation.ACTIVE:
        return activation.activate(account, flow)
    return flow


def _schema(flow: Flow) -> list[Mapping[str, Any]]:
    """Return what the version of a flow's schema counts the changes of.

    Source: API reference DescribeFlow, schemaVersion: mappings, data types and partition keys.
    """
    tasks: list[Mapping[str, Any]] = flow.definition["tasks"]
    return [task for task in tasks if task["taskType"] in _SCHEMA_TASKS]


def _validated(
    account: Account, operation: str, parameters: Mapping[str, Any], side: Side
) -> ProfileConnection:
    found = find_connection(account, side.config["connectorProfileName"])
    check_capabilities(operation, parameters, side, found.connector)
    found.check_admission()
    try:
        check_buckets(account, parameters["flowName"], _buckets(parameters))
    except BucketProblem as problem:
        raise broken(operation, str(problem)) from None
    validate_settings(found, side.scope, side.settings)
    return found


def _buckets(parameters: Mapping[str, Any]) -> tuple[BucketUse, ...]:
    return buckets_of(parameters["sourceFlowConfig"], parameters["destinationFlowConfigList"][0])


def _keep(account: Account, flow: Flow) -> None:
    with account.lock:
        find_connection(account, flow.profile_name)  # it may have gone meanwhile
        account.flows.put(flow.name, flow)


def _first_status(parameters: Mapping[str, Any]) -> str:
    """Return a flow's status before it is started or stopped.

    Source: public reports: scheduled flows are created as Draft, and one that becomes scheduled is
    Draft, too. Inferred: UpdateFlow keeps the status unless the trigger type changes.
    """
    return "Active" if parameters["triggerConfig"]["triggerType"] == "OnDemand" else "Draft"


def _definition(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return copy.deepcopy({name: parameters[name] for name in DEFINITION if name in parameters})
