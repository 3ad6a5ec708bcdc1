"""CreateFlow, UpdateFlow and DeleteFlow: definitions only, nothing runs.

Each request checks the caller's permission, itself, the client token, the connector profile and
what the connector can do, in this order; last, the connector validates the flow's settings.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .arns import flow_arn, profile_arn
from .authorization import NO_RESOURCE_TYPE, authorize
from .connection import Connection, find_connection
from .connector_call import check_admission
from .context import Context
from .errors import ResourceNotFoundException
from .flow_rules import Side, check_capabilities, check_same_destination, connector_side
from .flows import DEFINITION, Flow
from .host import Caller
from .names import check_free, one_at_a_time
from .runtime_settings import validate_settings
from .validation import validate

_KIND = "Flow with name"


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
    """Forget a flow. Nothing runs here, so `forceDelete` changes nothing.

    Raises:
        AppFlowError: nothing was deleted.
    """
    validate("DeleteFlow", parameters)
    name = parameters["flowName"]
    authorize(context.host, caller, "appflow:DeleteFlow", flow_arn(caller, name))
    with one_at_a_time(context.flows, caller, name, _KIND):
        find_flow(context, caller, name)
        with context.flows.of(caller) as flows:
            flows.remove(name)
    return {}


def find_flow(context: Context, caller: Caller, name: str) -> Flow:
    """Return the flow of this name. Inferred: the words, from those for a profile.

    Raises:
        ResourceNotFoundException: there is none.
    """
    with context.flows.of(caller) as flows:
        flow = flows.get(name)
    if flow is None:
        raise ResourceNotFoundException(f"{_KIND} {name} does not exist.")
    return flow


def _checked(
    context: Context, caller: Caller, operation: str, parameters: Mapping[str, Any]
) -> Side:
    side = connector_side(operation, parameters)
    profile = profile_arn(caller, side.config["connectorProfileName"])
    authorize(context.host, caller, "appflow:UseConnectorProfile", profile)
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
        check_same_destination(before.destination, parameters["destinationFlowConfigList"][0])
        found = _validated(context, caller, "UpdateFlow", parameters, side)
        after = replace(
            before,
            definition={**before.definition, **_definition(parameters)},
            profile_name=found.profile.name,
            label=found.profile.label,
            last_updated_at=context.clock.now(),
            last_updated_by=caller.arn,
        )
        if after.trigger_type != before.trigger_type:
            after = replace(after, status=_first_status(parameters))
        _keep(context, caller, after)
    return {"flowStatus": after.status}


def _validated(
    context: Context, caller: Caller, operation: str, parameters: Mapping[str, Any], side: Side
) -> Connection:
    found = find_connection(context, caller, side.config["connectorProfileName"])
    connector = found.connector
    check_capabilities(operation, parameters, side, connector)
    check_admission(context.host, caller, connector.label, connector.function_arn)
    validate_settings(context.host, connector, side.scope, side.settings)
    return found


def _keep(context: Context, caller: Caller, flow: Flow) -> None:
    with context.flows.of(caller) as flows:
        find_connection(context, caller, flow.profile_name)  # it may have gone meanwhile
        flows.put(flow.name, flow)


def _first_status(parameters: Mapping[str, Any]) -> str:
    """Return a flow's status before it is started or stopped.

    Inferred: StartFlow runs an on-demand flow at once and "activates" the others (API reference),
    so that those are Draft before. Inferred, too: UpdateFlow keeps the status unless the trigger
    type changes.
    """
    return "Active" if parameters["triggerConfig"]["triggerType"] == "OnDemand" else "Draft"


def _definition(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return copy.deepcopy({name: parameters[name] for name in DEFINITION if name in parameters})
