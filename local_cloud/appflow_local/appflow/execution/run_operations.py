"""StartFlow, StopFlow, CancelFlowExecutions and DescribeFlowExecutionRecords."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.clock import seconds
from appflow_local.appflow.execution.runner import start_run
from appflow_local.appflow.flows import execution_records
from appflow_local.appflow.flows.activation import activate, suspend
from appflow_local.appflow.protocol.errors import ConflictException, UnsupportedOperationException
from appflow_local.appflow.protocol.paging import page
from appflow_local.appflow.protocol.validation import validate

_LARGEST_NUMBER = 10**9


def start_flow(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Run an on-demand flow at once, or activate a scheduled one.

    Known (API reference StartFlow): an on-demand flow runs at once, a scheduled one is activated.
    Known (API reference StartFlow, `clientToken`): a `clientToken` with other parameters is an
    error, unless the flow runs on demand.
    Inferred (the operation has a ConflictException, for which awslabs/aws-ddk waits): an on-demand
    flow that runs can't be started again.
    Inferred: activating an active flow only changes when it runs.

    Raises:
        AppFlowError: nothing was started.
    """
    flow = _authorized(account, "StartFlow", parameters)
    is_on_demand = flow.definition.schedule is None
    operation = f"StartFlow {flow.name}" if is_on_demand else "StartFlow"
    return account.once(operation, parameters, lambda: _start(account, flow.name))


def stop_flow(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Deactivate a scheduled flow.

    Known (API reference StopFlow): a scheduled flow is deactivated, an on-demand flow is an
    `UnsupportedOperationException`.
    Inferred (API reference DescribeFlow, `flowStatusMessage`): a stopped flow is `Suspended`.
    Inferred: a run in progress continues; the error's words.

    Raises:
        AppFlowError: nothing was changed.
    """
    flow = _authorized(account, "StopFlow", parameters)
    if flow.definition.schedule is None:
        raise UnsupportedOperationException(
            f"Flow with name {flow.name} runs on demand and can not be stopped."
        )
    with account.lock:
        stopped = suspend(account, account.flows.find(flow.name))
    return _state(stopped)


def cancel_flow_executions(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Cancel the runs of a flow that are in progress, all or those that are named.

    Known (API reference CancelFlowExecutions): a run is `CancelStarted`, then `Canceled`. What was
    written stays. `invalidExecutions` names what couldn't be canceled.
    Inferred: a run that is already being canceled is not among the `invalidExecutions`.

    Raises:
        AppFlowError: there is no such flow, or IAM denies the action.
    """
    flow = _authorized(account, "CancelFlowExecutions", parameters)
    running = {item.id: item for item in execution_records.running(account, flow.name)}
    # Inferred: an empty list of `executionIds` counts as none.
    named = parameters.get("executionIds") or list(running)
    execution_records.cancel(account, [running[name] for name in named if name in running])
    return {"invalidExecutions": [name for name in named if name not in running]}


def describe_flow_execution_records(
    account: Account, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """List the runs of a flow, the newest first.

    Known (API reference DescribeFlowExecutionRecords): the members of the answer.
    Inferred: the newest run comes first.

    Raises:
        AppFlowError: there is no such flow, IAM denies the action, or the nextToken is invalid.
    """
    flow = _authorized(account, "DescribeFlowExecutionRecords", parameters)
    found = page(
        account.place,
        f"DescribeFlowExecutionRecords {flow.name}",
        parameters,
        execution_records.of_flow(account, flow.name),
        key=lambda item: f"{_LARGEST_NUMBER - item.number:010d}",
    )
    return {"flowExecutions": [_record(item) for item in found.items], **found.token_member()}


def _authorized(account: Account, operation: str, parameters: Mapping[str, Any]) -> Flow:
    validate(operation, parameters)
    name = parameters["flowName"]
    account.authorize(f"appflow:{operation}", account.arns.flow(name))
    return account.flows.find(name)


def _start(account: Account, name: str) -> dict[str, Any]:
    with account.lock:
        flow = account.flows.find(
            name
        )  # the current one: it may have changed since the request came
        schedule = flow.definition.schedule
        if schedule is not None:
            return _state(activate(account, flow, schedule))
        if execution_records.running(account, name):
            raise ConflictException(f"{account.flows.kind} {name} is already running.")
        execution = start_run(account, flow)
    return {**_state(flow), "executionId": execution.id}


def _state(flow: Flow) -> dict[str, Any]:
    return {"flowArn": flow.arn, "flowStatus": flow.status}


def _record(execution: Execution) -> dict[str, Any]:
    """Return an ExecutionRecord.

    Known of DescribeFlowExecutionRecords (API reference DescribeFlowExecutionRecords, its samples):
    which members a record has, such as `errorInfo` of a run that failed.
    """
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
        **execution_records.catalog_details(execution, "metadataCatalogDetails"),
        **{name: seconds(time) for name, time in bounds.items() if time is not None},
    }
