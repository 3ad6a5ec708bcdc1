"""StartFlow, StopFlow, CancelFlowExecutions, DescribeFlowExecutionRecords, and flows that run."""

from __future__ import annotations

import uuid

import pytest

from harness.model.appflow import CALLER_ARN, START, Client, FakeHost, refusal
from harness.model.profiles import FLOW_ARN, MAP_ALL, SCHEDULED
from harness.model.runs import (
    DataFunction,
    Gate,
    connected,
    executions,
    finished,
    orders,
    outward,
    run,
    start,
    to_s3,
)

UNKNOWN = ("ResourceNotFoundException", "Flow with name nightly does not exist.")
OPERATIONS = {
    "start_flow": "StartFlow",
    "stop_flow": "StopFlow",
    "cancel_flow_executions": "CancelFlowExecutions",
    "describe_flow_execution_records": "DescribeFlowExecutionRecords",
}


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(1)]))


@pytest.mark.usefixtures("connector")
def test_an_on_demand_flow_runs_at_once(client: Client) -> None:
    client.create_flow(**outward())
    answer = client.start_flow(flowName="nightly")
    assert (answer["flowArn"], answer["flowStatus"]) == (FLOW_ARN, "Active")
    assert str(uuid.UUID(answer["executionId"])) == answer["executionId"]
    record = finished(client)
    assert record["executionId"] == answer["executionId"]
    assert (record["startedAt"], record["lastUpdatedAt"]) == (START, START)
    assert "dataPullStartTime" not in record


def test_a_run_is_seen_while_it_is_at_work(client: Client, gate: Gate) -> None:
    name = start(client)
    assert gate.reached.wait(10)
    while (seen := executions(client)[0])["executionResult"]["recordsProcessed"] == 0:
        pass  # the first page is being written
    assert (seen["executionId"], seen["executionStatus"]) == (name, "InProgress")
    shown = client.describe_flow(flowName="nightly")["lastRunExecutionDetails"]
    assert shown["mostRecentExecutionStatus"] == "InProgress"
    gate.opened.set()
    assert finished(client)["executionResult"]["recordsProcessed"] == 2


@pytest.mark.usefixtures("connector")
def test_a_start_that_is_sent_again_runs_once(client: Client) -> None:
    client.create_flow(**outward())
    first, again = (client.start_flow(flowName="nightly", clientToken="t-1") for _ in range(2))
    assert first["executionId"] == again["executionId"]
    finished(client)
    client.start_flow(flowName="nightly", clientToken="t-2")
    assert len(executions(client)) == 2


@pytest.mark.usefixtures("connector")
def test_a_token_for_another_flow_is_an_error_unless_it_runs_on_demand(client: Client) -> None:
    for name in ("one", "two"):
        client.create_flow(**outward(name))
        client.create_flow(**outward(f"{name}-daily", triggerConfig=SCHEDULED))
        client.start_flow(flowName=name, clientToken="t-1")
    client.start_flow(flowName="one-daily", clientToken="t-1")
    code, _ = refusal(client.start_flow, flowName="two-daily", clientToken="t-1")
    assert code == "ConflictException"


@pytest.mark.usefixtures("gate")
def test_a_flow_that_runs_cannot_be_started_again_before_it_has_ended(
    client: Client, gate: Gate
) -> None:
    first = start(client)
    code, text = refusal(client.start_flow, flowName="nightly")
    assert (code, text) == ("ConflictException", "Flow with name nightly is already running.")
    gate.opened.set()
    finished(client)
    second = start(client)
    finished(client)
    assert [item["executionId"] for item in executions(client)] == [second, first]


@pytest.mark.usefixtures("connector")
def test_runs_come_in_pages_the_newest_first(client: Client) -> None:
    client.create_flow(**outward())
    ids = [run(client)["executionId"] for _ in range(12)]
    first = client.describe_flow_execution_records(flowName="nightly", maxResults=10)
    token = first["nextToken"]
    second = client.describe_flow_execution_records(flowName="nightly", nextToken=token)
    listed = [*first["flowExecutions"], *second["flowExecutions"]]
    assert [item["executionId"] for item in listed] == ids[::-1]
    client.create_flow(**outward("other"))
    code, _ = refusal(client.describe_flow_execution_records, flowName="other", nextToken=token)
    assert code == "ValidationException"


@pytest.mark.usefixtures("connector")
def test_the_oldest_runs_are_forgotten(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appflow_local.appflow.flows.execution_records.MOST_KEPT", 3)
    client.create_flow(**outward())
    ids = [run(client)["executionId"] for _ in range(5)]
    assert [item["executionId"] for item in executions(client)] == ids[:1:-1]


@pytest.mark.usefixtures("connector")
def test_more_runs_than_the_quota_are_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appflow_local.appflow.flows.execution_records._MOST_RUNNING", 0)
    client.create_flow(**outward())
    code, _ = refusal(client.start_flow, flowName="nightly")
    assert code == "ServiceQuotaExceededException"
    assert executions(client) == []


@pytest.mark.usefixtures("connector")
def test_a_scheduled_flow_is_active_between_start_and_stop(client: Client) -> None:
    client.create_flow(**outward(triggerConfig=SCHEDULED))
    answer = client.start_flow(flowName="nightly")
    assert (answer["flowStatus"], "executionId" in answer) == ("Active", False)
    answer = client.stop_flow(flowName="nightly")
    assert (answer["flowArn"], answer["flowStatus"]) == (FLOW_ARN, "Suspended")
    assert client.describe_flow(flowName="nightly")["flowStatus"] == "Suspended"
    assert client.start_flow(flowName="nightly")["flowStatus"] == "Active"


@pytest.mark.usefixtures("connector")
def test_an_on_demand_flow_cannot_be_stopped(client: Client) -> None:
    client.create_flow(**outward())
    assert refusal(client.stop_flow, flowName="nightly") == (
        "UnsupportedOperationException",
        "Flow with name nightly runs on demand and can not be stopped.",
    )


def test_a_flow_of_the_same_name_does_not_inherit_runs(client: Client, gate: Gate) -> None:
    gate.opened.set()
    run(client)
    client.delete_flow(flowName="nightly")
    client.create_flow(**outward())
    assert executions(client) == []
    assert "lastRunExecutionDetails" not in client.describe_flow(flowName="nightly")


def test_an_update_does_not_touch_a_run_at_work(client: Client, gate: Gate, host: FakeHost) -> None:
    start(client)
    assert gate.reached.wait(10)
    client.update_flow(**outward(tasks=[MAP_ALL]))
    gate.opened.set()
    assert finished(client)["executionStatus"] == "Successful"
    assert len(host.texts()) == 2


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_flow_that_does_not_exist_is_not_found(client: Client, operation: str) -> None:
    assert refusal(getattr(client, operation), flowName="nightly") == UNKNOWN


@pytest.mark.parametrize(("operation", "action"), OPERATIONS.items())
def test_a_caller_without_permission_is_denied(
    client: Client, host: FakeHost, operation: str, action: str
) -> None:
    host.denied.add((f"appflow:{action}", FLOW_ARN))
    assert refusal(getattr(client, operation), flowName="nightly") == (
        "AccessDeniedException",
        f"User: {CALLER_ARN} is not authorized to perform: appflow:{action} on resource: "
        f"{FLOW_ARN}",
    )


@pytest.mark.usefixtures("connector")
def test_a_run_asks_no_permission_of_the_caller(client: Client, host: FakeHost) -> None:
    client.create_flow(**outward())
    host.asked.clear()
    run(client)
    assert {action for action, _ in host.asked} == {
        "appflow:StartFlow",
        "appflow:DescribeFlowExecutionRecords",
    }


@pytest.mark.usefixtures("connector")
def test_each_flow_has_its_own_objects(client: Client, host: FakeHost) -> None:
    for name in ("one", "two"):
        client.create_flow(**outward(name, destinationFlowConfigList=to_s3()))
        run(client, name)
    assert {key.split("/")[1] for key in host.texts()} == {"one", "two"}
