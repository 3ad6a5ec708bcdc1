"""What EventBridge and CloudWatch are told of runs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from appflow_local.appflow.monitoring import Event
from harness.model.appflow import CALLER_ARN, Client, Cloud, FakeHost
from harness.model.fake_storage import BUCKET
from harness.model.profiles import FLOW_ARN
from harness.model.runs import (
    DataFunction,
    Gate,
    connected,
    csv_text,
    failing,
    finished,
    inward,
    orders,
    outward,
    run,
    start,
    task,
)
from tests.local_cloud.appflow.execution.schedules import HOUR, create, tick

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\[UTC\]")


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(2), orders(1, first=3)]))


def once(condition: Callable[[], bool]) -> None:
    """Wait for what is delivered after the fact."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def events(host: FakeHost, number: int) -> list[Event]:
    once(lambda: len(host.events) >= number)
    return host.events


@pytest.mark.usefixtures("connector")
def test_a_run_is_reported_when_it_begins_and_when_it_has_ended(
    client: Client, host: FakeHost
) -> None:
    client.create_flow(**outward())
    execution = run(client)["executionId"]
    begun, ended = events(host, 2)
    assert (begun.detail_type, ended.detail_type) == (
        "AppFlow Start Flow Run Report",
        "AppFlow End Flow Run Report",
    )
    assert begun.resources == ended.resources == [FLOW_ARN]
    shared = {
        "flow-name": "nightly",
        "created-by": CALLER_ARN,
        "flow-arn": FLOW_ARN,
        "source": "CUSTOMCONNECTOR/Orders",
        "destination": "S3",
        "source-object": "Order",
        "destination-object": f"s3://{BUCKET}/out/",
        "trigger-type": "ONDEMAND",
        "execution-id": execution,
        "start-time": "2026-01-02T03:04:05.678Z[UTC]",
    }
    assert begun.detail == shared
    assert TIME.fullmatch(ended.detail["end-time"])
    assert {key: value for key, value in ended.detail.items() if key != "end-time"} == {
        **shared,
        "status": "Execution Successful",
        "num-of-records-processed": "3",
        "num-of-record-failures": "0",
        "num-of-records-filtered": "0",
        "num-of-documents-processed": "0",
        "data-processed": ended.detail["data-processed"],
    }
    assert int(ended.detail["data-processed"]) > 0


def test_a_run_that_failed_says_why(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    connector.answers["QueryDataRequest"] = failing(errorMessage="closed today")
    client.create_flow(**outward())
    run(client)
    detail = events(host, 2)[-1].detail
    assert detail["status"] == "Execution Failed"
    assert "closed today" in detail["error"]


@pytest.mark.usefixtures("connector")
def test_into_a_connector_the_ends_are_the_other_way_round_and_filtered_records_count(
    client: Client, host: FakeHost
) -> None:
    host.objects[BUCKET, "in/orders.csv"] = csv_text(orders(3))
    check = task(
        "Validate",
        "id",
        connector="S3",
        operator="VALIDATE_NON_ZERO",
        VALIDATION_ACTION="DropRecord",
    )
    host.objects[BUCKET, "in/more.csv"] = csv_text([{"id": 0, "name": "none", "changed": ""}])
    tasks = [*inward()["tasks"], check]
    client.create_flow(**inward(tasks=tasks))
    start(client, "upload")
    assert finished(client, "upload")["executionStatus"] == "Successful"
    detail = events(host, 2)[-1].detail
    assert (detail["source"], detail["source-object"]) == ("S3", f"s3://{BUCKET}/in/")
    assert (detail["destination"], detail["destination-object"]) == (
        "CUSTOMCONNECTOR/Orders",
        "Order",
    )
    assert (detail["num-of-records-processed"], detail["num-of-records-filtered"]) == ("4", "1")


def test_a_schedule_that_is_suspended_is_reported_with_the_pulls_before(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    create(client, flowErrorDeactivationThreshold=1, dataPullMode="Incremental")
    client.start_flow(flowName="nightly")
    connector.answers["QueryDataRequest"] = failing(errorMessage="closed today")
    tick(cloud, client, timedelta(0))
    begun, _ended, deactivated = events(cloud.host, 3)
    assert begun.detail["trigger-type"] == "SCHEDULED"
    first, second = begun.detail["incremental-transfer-time-range"].split(" - ")
    assert TIME.fullmatch(first)
    assert TIME.fullmatch(second)
    assert deactivated.detail_type == "AppFlow Scheduled Flow Deactivated"
    assert TIME.fullmatch(deactivated.detail["deactivation-time"])
    assert "1 failures in a row" in deactivated.detail["deactivation-reason"]
    assert tick(cloud, client, 2 * HOUR) == []


def test_a_canceled_run_is_reported_and_counts_as_neither(
    client: Client, host: FakeHost, gate: Gate
) -> None:
    start(client)
    assert gate.reached.wait(10)
    client.cancel_flow_executions(flowName="nightly")
    gate.opened.set()
    finished(client)
    assert events(host, 2)[-1].detail["status"] == "Execution Canceled"
    once(lambda: len(host.metrics) >= 3)
    names = {metric.name for metric in host.metrics}
    assert not names & {"FlowExecutionsSucceeded", "FlowExecutionsFailed"}


@pytest.mark.usefixtures("connector")
def test_runs_are_measured_by_flow(client: Client, host: FakeHost) -> None:
    client.create_flow(**outward())
    run(client)
    once(lambda: len(host.metrics) >= 4)
    assert {metric.name: (metric.value, metric.unit) for metric in host.metrics} == {
        "FlowExecutionsStarted": (1.0, "Count"),
        "FlowExecutionsSucceeded": (1.0, "Count"),
        "FlowExecutionTime": (0.0, "Milliseconds"),
        "FlowExecutionRecordsProcessed": (3.0, "Count"),
    }
    assert all(metric.dimensions == {"FlowName": "nightly"} for metric in host.metrics)


@pytest.mark.usefixtures("connector")
def test_a_report_that_cannot_be_delivered_fails_no_run(client: Client, host: FakeHost) -> None:
    host.bus_is_down = True
    client.create_flow(**outward())
    assert run(client)["executionStatus"] == "Successful"
    once(lambda: len(host.metrics) >= 4)
