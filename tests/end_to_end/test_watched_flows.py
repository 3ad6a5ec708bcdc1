"""What cdk-appflow's flows offer to watch them: deployed, and seen to work."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer
from tests.end_to_end.shop_flows import ORDERS, Deployed, Deployer

_LONGEST_WAIT_SECONDS = 60
_POLL_SECONDS = 0.2


@pytest.fixture(scope="module")
def watched(
    cloud: Cloud,
    synthesizer: Synthesizer,
    variables: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Deployed]:
    """The stack, after one run of each of its flows."""
    folder = tmp_path_factory.mktemp("watched")
    deployer = Deployer(cloud, synthesizer, variables, folder)
    deployed = deployer.deploy("tests.end_to_end.watched_flows", "WatchedFlows")
    assert run_by_machine(deployed)["ExecutionResult"]["RecordsProcessed"] == len(ORDERS)
    assert deployed.newest_run("TornName")["executionStatus"] == "Error"
    yield deployed
    deployed.delete()


def run_by_machine(watched: Deployed) -> dict[str, Any]:
    """Run the flow by the documents' state machine, and return the run's record."""
    sfn = watched.cloud.client("stepfunctions")
    started = sfn.start_execution(stateMachineArn=watched.outputs["MachineArn"])
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        found = sfn.describe_execution(executionArn=started["executionArn"])
        if found["status"] != "RUNNING":
            assert found["status"] == "SUCCEEDED", (found.get("error"), found.get("cause"))
            record: dict[str, Any] = json.loads(found["output"])
            return record
        time.sleep(_POLL_SECONDS)
    raise AssertionError("the state machine does not end")


def received(watched: Deployed, queue: str) -> dict[str, Any]:
    """The one event that has reached a queue, after waiting for it."""
    answer = watched.cloud.client("sqs").receive_message(
        QueueUrl=watched.outputs[queue], MaxNumberOfMessages=10, WaitTimeSeconds=20
    )
    (message,) = answer["Messages"]
    event: dict[str, Any] = json.loads(message["Body"])
    return event


def test_on_run_started_sends_the_start_of_this_flows_run_to_a_queue(watched: Deployed) -> None:
    event = received(watched, "StartedUrl")
    assert event["detail-type"] == "AppFlow Start Flow Run Report"
    assert event["detail"]["flow-name"] == watched.outputs["FlowName"]


def test_on_run_completed_calls_a_function_for_a_run_that_has_records(watched: Deployed) -> None:
    event = received(watched, "EndedUrl")
    assert event["detail-type"] == "AppFlow End Flow Run Report"
    assert event["detail"]["flow-name"] == watched.outputs["FlowName"]
    assert event["detail"]["num-of-records-processed"] == str(len(ORDERS))


def test_on_deactivated_tells_a_queue_of_a_schedule_that_failed_too_often(
    watched: Deployed,
) -> None:
    event = received(watched, "DeactivatedUrl")
    assert event["detail-type"] == "AppFlow Scheduled Flow Deactivated"
    assert event["detail"]["flow-name"] == watched.outputs["TornName"]
    flow = watched.cloud.client("appflow").describe_flow(flowName=watched.outputs["TornName"])
    assert flow["flowStatus"] == "Suspended"


def test_an_alarm_on_a_flows_failed_runs_goes_off_for_that_flow_alone(watched: Deployed) -> None:
    cloudwatch, outputs = watched.cloud.client("cloudwatch"), watched.outputs
    waiter = cloudwatch.get_waiter("alarm_exists")
    failed = {"AlarmNames": [outputs["TornFailsName"]], "StateValue": "ALARM"}
    waiter.wait(**failed, WaiterConfig={"Delay": 1})
    alarms = cloudwatch.describe_alarms(AlarmNames=[outputs["OrdersFailName"]])
    (other,) = alarms["MetricAlarms"]
    assert other["StateValue"] == "INSUFFICIENT_DATA"


def test_every_metric_of_a_dashboard_has_the_value_of_its_flows_run(watched: Deployed) -> None:
    cloudwatch = watched.cloud.client("cloudwatch")
    name = watched.outputs["DashboardName"]
    body = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    found = {metric[1]: value(cloudwatch, *metric) for metric in metrics_of(body)}
    took = found.pop("FlowExecutionTime")
    assert 0 < took < timedelta(minutes=5) / timedelta(milliseconds=1)
    assert found == {
        "FlowExecutionsStarted": 1,
        "FlowExecutionsSucceeded": 1,
        "FlowExecutionsFailed": 1,
        "FlowExecutionRecordsProcessed": len(ORDERS),
    }


def metrics_of(dashboard: dict[str, Any]) -> list[list[Any]]:
    (widget,) = dashboard["widgets"]
    metrics: list[list[Any]] = widget["properties"]["metrics"]
    return metrics


def value(
    cloudwatch: Any,  # noqa: ANN401 - botocore's
    namespace: str,
    name: str,
    dimension: str,
    flow: str,
    shown: dict[str, Any] | None = None,
) -> float:
    """What CloudWatch has for a metric as a dashboard names it, of the last hour."""
    statistic = (shown or {}).get("stat", "Average")
    now = datetime.now(timezone.utc)
    (point,) = cloudwatch.get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": dimension, "Value": flow}],
        Statistics=[statistic],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
    )["Datapoints"]
    return float(point[statistic])
