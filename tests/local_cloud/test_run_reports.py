"""Reports of runs that reach EventBridge's targets and CloudWatch's alarms in the local cloud."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import create_function
from harness.cloud.data_connector import connect, outward
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client
from harness.model.runs import run, to_s3

BUCKET = "run-reports"
LISTENER = """
import boto3, json

def handler(event, context):
    body = json.dumps(event).encode()
    boto3.client("s3").put_object(Bucket="run-reports", Key="heard", Body=body)
"""


@pytest.fixture(scope="module")
def appflow(own_cloud: Cloud) -> Client:
    create_bucket(own_cloud, BUCKET)
    return connect(own_cloud, "RunReports", BUCKET, "reports")


def create_flow(appflow: Client, name: str, entity: str = "Order") -> str:
    made = appflow.create_flow(
        **outward(
            name, entity, profile="reports", destinationFlowConfigList=to_s3(bucketName=BUCKET)
        )
    )
    return str(made["flowArn"])


def queue_of(cloud: Cloud, name: str, pattern: dict[str, Any]) -> str:
    """Make a rule of the default bus whose events go to a queue; return the queue's URL."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.appflow"], **pattern}))
    target = {"Id": "queue", "Arn": attributes["Attributes"]["QueueArn"]}
    events.put_targets(Rule=name, Targets=[target])
    return url


def received(cloud: Cloud, queue: str) -> list[dict[str, Any]]:
    """Receive what is in the queue, after waiting for something to arrive."""
    answer = cloud.client("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=10
    )
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_a_rule_that_matches_counts_of_records_reaches_a_queue(
    own_cloud: Cloud, appflow: Client
) -> None:
    arn = create_flow(appflow, "counted")
    pattern = {
        "detail-type": ["AppFlow End Flow Run Report"],
        "resources": [arn],
        "detail": {"num-of-records-processed": [{"anything-but": ["0"]}]},
    }
    queue = queue_of(own_cloud, "counted", pattern)
    done = run(appflow, "counted")
    (event,) = received(own_cloud, queue)
    assert event["source"] == "aws.appflow"
    assert event["account"] == "000000000000"
    assert event["detail"]["execution-id"] == done["executionId"]
    assert event["detail"]["num-of-records-processed"] == "6"


def test_a_rule_reaches_a_function(own_cloud: Cloud, appflow: Client) -> None:
    arn = create_flow(appflow, "heard")
    statement = {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    listener = create_function(own_cloud, "listener", LISTENER, [statement])
    events, s3 = own_cloud.client("events"), own_cloud.client("s3")
    pattern = {"detail-type": ["AppFlow Start Flow Run Report"], "resources": [arn]}
    events.put_rule(Name="heard", EventPattern=json.dumps({"source": ["aws.appflow"], **pattern}))
    events.put_targets(Rule="heard", Targets=[{"Id": "function", "Arn": listener}])
    run(appflow, "heard")
    s3.get_waiter("object_exists").wait(Bucket=BUCKET, Key="heard", WaiterConfig={"Delay": 1})
    body = json.loads(s3.get_object(Bucket=BUCKET, Key="heard")["Body"].read())
    assert body["detail"]["flow-name"] == "heard"


def test_an_alarm_on_failed_runs_goes_off(own_cloud: Cloud, appflow: Client) -> None:
    cloudwatch = own_cloud.client("cloudwatch")
    create_flow(appflow, "failing", "Crash")
    cloudwatch.put_metric_alarm(
        AlarmName="failing",
        Namespace="AWS/AppFlow",
        MetricName="FlowExecutionsFailed",
        Dimensions=[{"Name": "FlowName", "Value": "failing"}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    queue = queue_of(own_cloud, "failing-end", {"detail": {"flow-name": ["failing"]}})
    run(appflow, "failing")
    assert received(own_cloud, queue)
    waiter = cloudwatch.get_waiter("alarm_exists")
    waiter.wait(AlarmNames=["failing"], StateValue="ALARM", WaiterConfig={"Delay": 1})
    (metric,) = cloudwatch.list_metrics(
        Namespace="AWS/AppFlow",
        MetricName="FlowExecutionsFailed",
        Dimensions=[{"Name": "FlowName", "Value": "failing"}],
    )["Metrics"]
    assert metric["Dimensions"] == [{"Name": "FlowName", "Value": "failing"}]


def test_targets_that_fail_keep_no_run_and_no_other_target_from_a_report(
    own_cloud: Cloud, appflow: Client
) -> None:
    arn = create_flow(appflow, "unheard")
    create_function(own_cloud, "deaf", "def handler(event, context): raise OSError('no luck')")
    pattern = {"resources": [arn], "detail-type": ["AppFlow End Flow Run Report"]}
    events, region = own_cloud.client("events"), "us-east-1:000000000000"
    failing = [
        f"arn:aws:sqs:{region}:gone",
        f"arn:aws:lambda:{region}:function:gone",
        f"arn:aws:lambda:{region}:function:deaf",
        f"arn:aws:states:{region}:stateMachine:gone",
    ]
    role = "arn:aws:iam::000000000000:role/any"
    targets = [
        {"Id": str(number), "Arn": each, "RoleArn": role} for number, each in enumerate(failing)
    ]
    events.put_rule(Name="unheard", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="unheard", Targets=targets)
    queue = queue_of(own_cloud, "unheard", pattern)
    assert run(appflow, "unheard")["executionStatus"] == "Successful"
    assert len(received(own_cloud, queue)) == 1
