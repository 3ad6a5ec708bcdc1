"""State machines and schedules that call AppFlow in the local cloud, with their role's rights."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import policy
from harness.cloud.data_connector import connect, outward
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client
from harness.model.runs import executions, finished, to_s3

BUCKET = "orchestrated"
SDK = "arn:aws:states:::aws-sdk:appflow:"
RUNS = {
    "Action": ["appflow:StartFlow", "appflow:DescribeFlowExecutionRecords"],
    "Resource": "arn:aws:appflow:us-east-1:000000000000:flow/orchestrated",
}
START_AND_WAIT = {
    "StartAt": "Start",
    "States": {
        "Start": {
            "Type": "Task",
            "Resource": f"{SDK}startFlow",
            "Parameters": {"FlowName.$": "$.flow"},
            "ResultPath": "$.started",
            "Next": "Look",
        },
        "Look": {
            "Type": "Task",
            "Resource": f"{SDK}describeFlowExecutionRecords",
            "Parameters": {"FlowName.$": "$.flow", "MaxResults": 1},
            "ResultPath": "$.records",
            "Next": "Ended?",
        },
        "Ended?": {
            "Type": "Choice",
            "Choices": [
                {
                    "Variable": "$.records.FlowExecutions[0].ExecutionStatus",
                    "StringEquals": "InProgress",
                    "Next": "Wait",
                }
            ],
            "Default": "Result",
        },
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Look"},
        "Result": {
            "Type": "Pass",
            "InputPath": "$.records.FlowExecutions[0]",
            "End": True,
        },
    },
}


@pytest.fixture(scope="module")
def appflow(own_cloud: Cloud) -> Client:
    create_bucket(own_cloud, BUCKET)
    client = connect(own_cloud, "Orchestrated", BUCKET, "orchestrated")
    destination = to_s3(bucketName=BUCKET)
    for name in ("orchestrated", "by-schedule"):
        client.create_flow(
            **outward(name, profile="orchestrated", destinationFlowConfigList=destination)
        )
    return client


def role(cloud: Cloud, name: str, service: str, statement: dict[str, Any]) -> str:
    trust = policy({"Principal": {"Service": service}, "Action": "sts:AssumeRole"})
    made = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    cloud.client("iam").put_role_policy(
        RoleName=name, PolicyName="Own", PolicyDocument=policy(statement)
    )
    return str(made["Role"]["Arn"])


def outcome(cloud: Cloud, name: str, definition: dict[str, Any], role_arn: str) -> dict[str, Any]:
    """Run a state machine over the flow `orchestrated`, and return how it ended."""
    sfn = cloud.client("stepfunctions")
    machine = sfn.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=role_arn
    )["stateMachineArn"]
    started = sfn.start_execution(
        stateMachineArn=machine, input=json.dumps({"flow": "orchestrated"})
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found: dict[str, Any] = sfn.describe_execution(executionArn=started["executionArn"])
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.2)
    raise AssertionError("the state machine does not end")


@pytest.mark.usefixtures("appflow")
def test_a_state_machine_starts_a_flow_waits_for_it_and_reads_its_result(own_cloud: Cloud) -> None:
    may_run = role(own_cloud, "may-run", "states.amazonaws.com", RUNS)
    ended = outcome(own_cloud, "start-and-wait", START_AND_WAIT, may_run)
    assert ended["status"] == "SUCCEEDED", ended
    record = json.loads(ended["output"])
    assert record["ExecutionStatus"] == "Successful"
    assert record["ExecutionResult"]["RecordsProcessed"] == 6
    assert datetime.fromisoformat(record["StartedAt"].replace("Z", "+00:00")) < datetime.now(
        timezone.utc
    )


@pytest.mark.usefixtures("appflow")
def test_a_state_machine_may_no_more_than_its_role(own_cloud: Cloud) -> None:
    other = {**RUNS, "Resource": "arn:aws:appflow:us-east-1:000000000000:flow/other"}
    may_not = role(own_cloud, "may-not", "states.amazonaws.com", other)
    ended = outcome(own_cloud, "denied", START_AND_WAIT, may_not)
    assert ended["status"] == "FAILED"
    assert ended["error"] == "Appflow.AccessDeniedException"
    assert "appflow:StartFlow" in ended["cause"]


@pytest.mark.parametrize(
    ("action", "parameters", "error"),
    [
        ("startFlow", {"FlowName": "none"}, "Appflow.ResourceNotFoundException"),
        ("startFlow", {"flowName": "orchestrated"}, "Appflow.ValidationException"),
        ("stopTheWorld", {}, "States.Runtime"),
    ],
)
@pytest.mark.usefixtures("appflow")
def test_a_task_that_is_wrong_fails_with_appflows_error(
    own_cloud: Cloud, action: str, parameters: dict[str, str], error: str
) -> None:
    task = {"Type": "Task", "Resource": SDK + action, "Parameters": parameters, "End": True}
    name = f"wrong-{action}-{next(iter(parameters), 'none')}-{parameters.get('FlowName', '')}"
    rights = {"Action": "appflow:*", "Resource": "*"}
    may = role(own_cloud, name, "states.amazonaws.com", rights)
    ended = outcome(own_cloud, name, {"StartAt": "Task", "States": {"Task": task}}, may)
    assert (ended["status"], ended["error"]) == ("FAILED", error)


def test_a_schedule_starts_a_flow(own_cloud: Cloud, appflow: Client) -> None:
    rights = {
        "Action": "appflow:StartFlow",
        "Resource": "arn:aws:appflow:us-east-1:000000000000:flow/by-schedule",
    }
    may = role(own_cloud, "may-start", "scheduler.amazonaws.com", rights)
    soon = datetime.now(timezone.utc) + timedelta(seconds=1)
    own_cloud.client("scheduler").create_schedule(
        Name="once",
        ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:appflow:startFlow",
            "RoleArn": may,
            "Input": json.dumps({"FlowName": "by-schedule"}),
        },
    )
    deadline = time.monotonic() + 30
    while not executions(appflow, "by-schedule"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert finished(appflow, "by-schedule")["executionStatus"] == "Successful"
