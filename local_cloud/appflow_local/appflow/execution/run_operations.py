"""StartFlow, StopFlow, CancelFlowExecutions and DescribeFlowExecutionRecords.

Source: API reference; Service Authorization Reference for actions and resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account import Context
from appflow_local.appflow.account.arns import flow_arn
from appflow_local.appflow.account.authorization import authorize
from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.clock import seconds
from appflow_local.appflow.execution.runner import start_run
from appflow_local.appflow.flows import execution_records as records
from appflow_local.appflow.flows.activation import activate, suspend
from appflow_local.appflow.flows.flow_operations import find_flow
from appflow_local.appflow.host import Caller
from appflow_local.appflow.protocol.errors import UnsupportedOperationException
from appflow_local.appflow.protocol.paging import page
from appflow_local.appflow.protocol.validation import validate

_LARGEST_NUMBER = 10**9


def start_flow(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Run an on-demand flow at once, or activate a scheduled one.

    Source: API reference StartFlow; there, too: a clientToken with another flow is an error, but
    not for on-demand flows. Inferred: a flow may have several runs at once, since
    CancelFlowExecutions "can cancel all of the active runs for a flow"; activating a flow that is
    active changes nothing but when it runs.

    Raises:
        AppFlowError: nothing was started.
    """
    flow = _authorized(context, caller, "StartFlow", parameters)
    is_on_demand = flow.trigger_type == "OnDemand"
    operation = f"StartFlow {flow.name}" if is_on_demand else "StartFlow"
    return context.tokens.once(
        caller, operation, parameters, lambda: _start(context, caller, flow.name)
    )


def stop_flow(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Deactivate a scheduled flow.

    Source: API reference StopFlow, for the error, too; inferred: its words, that the flow is
    Suspended, and that a run in progress continues.

    Raises:
        AppFlowError: nothing was changed.
    """
    flow = _authorized(context, caller, "StopFlow", parameters)
    if flow.trigger_type == "OnDemand":
        raise UnsupportedOperationException(
            f"Flow with name {flow.name} runs on demand and can not be stopped."
        )
    with context.flows.of(caller):
        stopped = suspend(context, caller, find_flow(context, caller, flow.name))
    return _state(stopped)


def cancel_flow_executions(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Cancel the runs of a flow that are at work, or those of them that are named.

    Source: API reference CancelFlowExecutions: a run is CancelStarted, then Canceled; what was
    written stays. Inferred: a run that is being cancelled already is not invalid.

    Raises:
        AppFlowError: no such flow, or not for this caller.
    """
    flow = _authorized(context, caller, "CancelFlowExecutions", parameters)
    running = {item.id: item for item in records.running(context, caller, flow.name)}
    # Inferred: an empty list is as none.
    named = parameters.get("executionIds") or list(running)
    records.cancel(context, caller, [running[name] for name in named if name in running])
    return {"invalidExecutions": [name for name in named if name not in running]}


def describe_flow_execution_records(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """List the runs of a flow, the newest first. Inferred: the order.

    Raises:
        AppFlowError: no such flow, not for this caller, or not this page.
    """
    flow = _authorized(context, caller, "DescribeFlowExecutionRecords", parameters)
    found = page(
        caller,
        f"DescribeFlowExecutionRecords {flow.name}",
        parameters,
        records.of_flow(context, caller, flow.name),
        key=lambda item: f"{_LARGEST_NUMBER - item.number:010d}",
    )
    return {"flowExecutions": [_record(item) for item in found.items], **found.token_member()}


def _authorized(
    context: Context, caller: Caller, operation: str, parameters: Mapping[str, Any]
) -> Flow:
    validate(operation, parameters)
    name = parameters["flowName"]
    authorize(context.host, caller, f"appflow:{operation}", flow_arn(caller, name))
    return find_flow(context, caller, name)


def _start(context: Context, caller: Caller, name: str) -> dict[str, Any]:
    with context.flows.of(caller):
        flow = find_flow(context, caller, name)  # as it is now, not when the request came
        if flow.trigger_type != "OnDemand":
            return _state(activate(context, caller, flow))
        execution = start_run(context, caller, flow)
    return {**_state(flow), "executionId": execution.id}


def _state(flow: Flow) -> dict[str, Any]:
    return {"flowArn": flow.arn, "flowStatus": flow.status}


def _record(execution: Execution) -> dict[str, Any]:
    """Return an ExecutionRecord. Source: the API reference's samples, as for errorInfo."""
    result: dict[str, Any] = {
        "bytesProcessed": execution.bytes_processed,
        "bytesWritten": execution.bytes_written,
        "recordsProcessed": execution.records_processed,
    }
    if execution.message is not None or execution.put_failures:
        message = {} if execution.message is None else {"executionMessage": execution.message}
        result["errorInfo"] = {"putFailuresCount": execution.put_failures, **message}
    bounds = {
        "dataPullStartTime": execution.data_pull_start,
        "dataPullEndTime": execution.data_pull_end,
    }
    return {
        "executionId": execution.id,
        "executionStatus": execution.status,
        "executionResult": result,
        "startedAt": seconds(execution.started_at),
        "lastUpdatedAt": seconds(execution.last_updated_at),
        **{name: seconds(time) for name, time in bounds.items() if time is not None},
    }
