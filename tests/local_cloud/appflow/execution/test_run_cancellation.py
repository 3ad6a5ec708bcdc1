"""Runs that are told to stop: by CancelFlowExecutions, DeleteFlow, or the end of the emulator."""

from __future__ import annotations

import pytest

from harness.model.appflow import Client, Cloud, FakeHost, refusal
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
)

UNKNOWN = ("ResourceNotFoundException", "Flow with name nightly does not exist.")


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(1)]))


def test_a_cancelled_run_ends_after_its_page(client: Client, gate: Gate, host: FakeHost) -> None:
    name = start(client)
    assert gate.reached.wait(10)
    answer = client.cancel_flow_executions(flowName="nightly", executionIds=[name])
    assert answer["invalidExecutions"] == []
    assert executions(client)[0]["executionStatus"] == "CancelStarted"
    again = client.cancel_flow_executions(flowName="nightly", executionIds=[name])
    assert again["invalidExecutions"] == []
    gate.opened.set()
    assert finished(client)["executionStatus"] == "Canceled"
    assert len(host.texts()) == 1  # what was written stays


def test_the_run_is_cancelled_when_none_is_named(client: Client, gate: Gate) -> None:
    start(client)
    client.cancel_flow_executions(flowName="nightly")
    gate.opened.set()
    finished(client)
    assert {item["executionStatus"] for item in executions(client)} == {"Canceled"}


@pytest.mark.usefixtures("connector")
def test_runs_that_cannot_be_cancelled_are_named(client: Client) -> None:
    client.create_flow(**outward())
    done = run(client)["executionId"]
    answer = client.cancel_flow_executions(flowName="nightly", executionIds=[done, "unknown"])
    assert answer["invalidExecutions"] == [done, "unknown"]
    assert executions(client)[0]["executionStatus"] == "Successful"


def test_a_flow_that_runs_is_deleted_only_by_force(client: Client, gate: Gate) -> None:
    start(client)
    assert refusal(client.delete_flow, flowName="nightly") == (
        "ConflictException",
        "Flow with name nightly is running.",
    )
    client.delete_flow(flowName="nightly", forceDelete=True)
    gate.opened.set()
    assert refusal(client.describe_flow_execution_records, flowName="nightly") == UNKNOWN


def test_runs_at_work_are_failures_when_the_emulator_ends(
    client: Client, cloud: Cloud, gate: Gate
) -> None:
    start(client)
    assert gate.reached.wait(10)
    assert cloud.appflow.close() == ["nightly"]
    (record,) = executions(client)
    assert record["executionStatus"] == "Error"
    assert "stopped" in record["executionResult"]["errorInfo"]["executionMessage"]
    gate.opened.set()
    assert client.start_flow(flowName="nightly")["flowStatus"] == "Active"
