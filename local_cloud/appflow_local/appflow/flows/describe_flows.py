"""DescribeFlow and ListFlows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.clock import seconds
from appflow_local.appflow.flow_definition.ends import ConnectorEnd
from appflow_local.appflow.flows import execution_records
from appflow_local.appflow.flows.execution_records import catalog_details
from appflow_local.appflow.protocol.paging import page
from appflow_local.appflow.protocol.validation import validate


def describe_flow(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Show one flow with its definition.

    Known (API reference DescribeFlow): the members of the answer; the flow's definition as it was
    given.

    Raises:
        AppFlowError: there is no such flow, or IAM denies the action.
    """
    validate("DescribeFlow", parameters)
    name = parameters["flowName"]
    account.authorize("appflow:DescribeFlow", account.arns.flow(name))
    flow = account.flows.find(name)
    run = execution_records.newest(account).get(name)
    message = {"flowStatusMessage": flow.status_message} if flow.status_message else {}
    return {
        **flow.definition.shown(),
        **_state(flow),
        **_last_run(run),
        **(catalog_details(run, "lastRunMetadataCatalogDetails") if run else {}),
        **message,
        "schemaVersion": flow.schema_version,
    }


def list_flows(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the account's flows.

    Raises:
        AppFlowError: IAM denies the action, or the nextToken is invalid.
    """
    account.authorize("appflow:ListFlows", account.arns.flow("*"))
    validate("ListFlows", parameters)
    every = account.flows.in_order()
    found = page(account.place, "ListFlows", parameters, every, key=lambda flow: flow.name)
    runs = execution_records.newest(account)
    listed = [{**_listed(flow), **_last_run(runs.get(flow.name))} for flow in found.items]
    return {"flows": listed, **found.token_member()}


def _last_run(run: Execution | None) -> dict[str, Any]:
    """Return the lastRunExecutionDetails.

    Inferred of DescribeFlow: the time of `lastRunExecutionDetails` is when the run began.
    """
    if run is None:
        return {}
    details = {
        **({} if run.message is None else {"mostRecentExecutionMessage": run.message}),
        "mostRecentExecutionTime": seconds(run.started_at),
        "mostRecentExecutionStatus": run.status,
    }
    return {"lastRunExecutionDetails": details}


def _listed(flow: Flow) -> dict[str, Any]:
    """Return an item of the list.

    Inferred of ListFlows: an item has no connector label for S3.
    """
    definition = flow.definition
    ends = {"source": definition.source, "destination": definition.destination}
    return {
        **definition.shown("description", "tags"),
        **_state(flow),
        "sourceConnectorType": definition.source.kind,
        "destinationConnectorType": definition.destination.kind,
        **{
            f"{name}ConnectorLabel": flow.labels[end.profile_name]
            for name, end in ends.items()
            if isinstance(end, ConnectorEnd)
        },
        "triggerType": definition.trigger_type,
    }


def _state(flow: Flow) -> dict[str, Any]:
    return {
        "flowArn": flow.arn,
        "flowName": flow.name,
        "flowStatus": flow.status,
        "createdAt": seconds(flow.created_at),
        "createdBy": flow.created_by,
        "lastUpdatedAt": seconds(flow.last_updated_at),
        "lastUpdatedBy": flow.last_updated_by,
    }
