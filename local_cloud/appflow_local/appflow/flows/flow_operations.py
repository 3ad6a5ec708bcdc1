"""CreateFlow, UpdateFlow and DeleteFlow. Nothing runs here; see `execution`.

CreateFlow and UpdateFlow check the caller's permission, the request, the client token, the
connector profile, what the connector can do and the buckets, in this order; last, the connector
validates the flow's settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.customer_keys import KeyProblem, authorize_key
from appflow_local.appflow.flow_definition import (
    DefinitionError,
    FlowDefinition,
    read_definition,
)
from appflow_local.appflow.flows import activation, execution_records
from appflow_local.appflow.flows.buckets import (
    BucketProblem,
    authorize_buckets,
    buckets_of,
)
from appflow_local.appflow.flows.catalog_access import (
    CatalogProblem,
    authorize_catalog,
)
from appflow_local.appflow.flows.definition_checks import check_services, check_tasks
from appflow_local.appflow.flows.rules import broken, check_capabilities, check_same_objects
from appflow_local.appflow.metadata.entities import entity_definition
from appflow_local.appflow.profiles.connection import find_connection
from appflow_local.appflow.profiles.runtime_settings import validate_settings
from appflow_local.appflow.protocol.errors import ConflictException
from appflow_local.appflow.protocol.validation import validate


def create_flow(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Create a flow.

    Known (API reference CreateFlow): the members of a flow.
    Known (Service Authorization Reference, Amazon AppFlow): the caller needs
    `appflow:UseConnectorProfile` on the profile, and for tags `appflow:TagResource` on the flow.
    Tags are condition keys of `appflow:CreateFlow`.
    Known (SDK example's README): the connector gets `ValidateConnectorRuntimeSettings`, scope
    `SOURCE` or `DESTINATION`, when a flow is created.
    Inferred (the same): that request has the settings of the profile and of the flow.

    Raises:
        AppFlowError: nothing was created.
    """
    tags = parameters.get("tags", {})
    keys = {"aws:TagKeys": list(tags)} | {f"aws:RequestTag/{k}": v for k, v in tags.items()}
    account.authorize("appflow:CreateFlow", keys=keys if tags else None)
    validate("CreateFlow", parameters)
    name, definition = parameters["flowName"], _checked(account, "CreateFlow", parameters)
    if tags:
        account.authorize("appflow:TagResource", account.arns.flow(name), keys)
    return account.once("CreateFlow", parameters, lambda: _create(account, name, definition))


def update_flow(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the definition of a flow.

    Known (API reference UpdateFlow): the operation takes a whole definition.
    Inferred (SDK example's README, which says it of new flows): the connector validates the
    settings again.

    Raises:
        AppFlowError: nothing was changed.
    """
    validate("UpdateFlow", parameters)
    name = parameters["flowName"]
    account.authorize("appflow:UpdateFlow", account.arns.flow(name))
    definition = _checked(account, "UpdateFlow", parameters)
    return account.once("UpdateFlow", parameters, lambda: _update(account, name, definition))


def delete_flow(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Remove a flow, its schedule and its records.

    Known (API reference DeleteFlow): with `forceDelete` a flow goes "even if it is currently in
    use".
    Inferred (the same): a flow is in use while it runs, and is a `ConflictException` then; its
    words; `forceDelete` cancels the runs.

    Raises:
        AppFlowError: nothing was deleted.
    """
    validate("DeleteFlow", parameters)
    name = parameters["flowName"]
    account.authorize("appflow:DeleteFlow", account.arns.flow(name))
    with account.flows.changing(name), account.lock:
        account.flows.find(name)
        if execution_records.running(account, name) and not parameters.get("forceDelete", False):
            raise ConflictException(f"{account.flows.kind} {name} is running.")
        account.flows.remove(name)
        activation.forget(account, name)
        execution_records.forget(account, name)
    return {}


def _checked(account: Account, operation: str, parameters: Mapping[str, Any]) -> FlowDefinition:
    try:
        definition = read_definition(parameters)
    except DefinitionError as error:
        raise broken(operation, str(error)) from None
    for end in definition.connectors:
        profile = account.arns.profile(end.profile_name)
        account.authorize("appflow:UseConnectorProfile", profile)
    authorize_buckets(account, buckets_of(definition))
    if definition.key_arn is not None:
        authorize_key(account, definition.key_arn)
    if definition.catalog is not None:
        authorize_catalog(account, definition.catalog)
    return definition


def _create(account: Account, name: str, definition: FlowDefinition) -> dict[str, Any]:
    now = account.now()
    with account.flows.changing(name):
        account.flows.check_free(name)
        labels = _validated(account, "CreateFlow", name, definition)
        flow = Flow(
            name=name,
            arn=account.arns.flow(name),
            status=_first_status(definition),
            definition=definition,
            labels=labels,
            created_at=now,
            created_by=account.caller_arn,
            last_updated_at=now,
            last_updated_by=account.caller_arn,
        )
        _keep(account, flow)
    return {"flowArn": flow.arn, "flowStatus": flow.status}


def _update(account: Account, name: str, definition: FlowDefinition) -> dict[str, Any]:
    with account.flows.changing(name):
        check_same_objects(account.flows.find(name).definition, definition)
        labels = _validated(account, "UpdateFlow", name, definition)
        with account.lock:
            after = _updated(account, name, definition, labels)
            _keep(account, after)
            after = _rescheduled(account, after)
    return {"flowStatus": after.status}


def _updated(
    account: Account, name: str, definition: FlowDefinition, labels: Mapping[str, str]
) -> Flow:
    before = account.flows.find(name)  # it may have been started
    after = replace(
        before,
        definition=definition.updating(before.definition),
        labels=labels,
        last_updated_at=account.now(),
        last_updated_by=account.caller_arn,
    )
    if definition.schema != before.definition.schema:
        after = replace(after, schema_version=before.schema_version + 1)
    if definition.trigger_type != before.definition.trigger_type:
        after = replace(after, status=_first_status(definition), status_message=None)
    return after


def _rescheduled(account: Account, flow: Flow) -> Flow:
    """Apply the new definition's schedule.

    Inferred of UpdateFlow: a schedule's rate starts over.
    """
    schedule = flow.definition.schedule
    if schedule is None or flow.status == "Draft":
        activation.forget(account, flow.name)
    elif flow.status == activation.ACTIVE:
        return activation.activate(account, flow, schedule)
    return flow


def _validated(
    account: Account, operation: str, name: str, definition: FlowDefinition
) -> dict[str, str]:
    """Check a definition; return the labels of its connectors by the names of their profiles."""
    found = [(end, find_connection(account, end.profile_name)) for end in definition.connectors]
    for end, connection in found:
        check_capabilities(operation, definition, end, connection.connector)
        connection.check_admission()
    try:
        check_services(account, name, definition)
    except (BucketProblem, CatalogProblem, KeyProblem) as problem:
        raise broken(operation, str(problem)) from None
    for end, connection in found:
        # A connector connects with its profile's settings, whatever scope it is asked about.
        validate_settings(connection, end.scope, {**connection.profile.settings, **end.settings})
    entities = {
        end.scope: entity_definition(account, connection, end.entity, end.api_version)
        for end, connection in found
    }
    check_tasks(operation, definition, entities)
    return {connection.profile.name: connection.profile.label for _, connection in found}


def _keep(account: Account, flow: Flow) -> None:
    with account.lock:
        for profile in flow.labels:
            find_connection(account, profile)  # it may have been deleted meanwhile
        account.flows.put(flow.name, flow)


def _first_status(definition: FlowDefinition) -> str:
    """Return a flow's status before it is started or stopped.

    Known of CreateFlow (CloudFormation Template Reference, AWS::AppFlow::Flow, FlowStatus): an
    on-demand flow is `Active` from the start, a scheduled one `Draft` until it is activated.
    Inferred of UpdateFlow: the operation keeps the status unless the trigger type changes; a flow
    that becomes scheduled is `Draft`.
    """
    return "Active" if definition.schedule is None else "Draft"
