"""Flows that run in the local cloud, IAM enforced: a connector's function, buckets, policies."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from harness.cloud.cloud_buckets import READ, WRITE, admit_appflow, create_bucket
from harness.cloud.cloud_functions import appflow_of_user
from harness.cloud.data_connector import BUCKET, connect, inward, outward
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import NO_VALID_RESPONSE, Client, refusal
from harness.model.runs import (
    csv_text,
    executions,
    finished,
    json_lines,
    mapped,
    message,
    run,
    start,
    task,
    to_s3,
)

ACCOUNT = "000000000000"
SINK = "flows-run-sink"


@pytest.fixture(scope="module")
def s3(own_cloud: Cloud) -> Client:
    create_bucket(own_cloud, BUCKET)
    client = own_cloud.client("s3")
    client.create_bucket(Bucket=SINK)
    return client


@pytest.fixture(scope="module")
def appflow(own_cloud: Cloud, s3: Client) -> Client:
    assert s3
    return connect(own_cloud, "FlowsRun", SINK)


def written(s3: Client, prefix: str) -> list[dict[str, Any]]:
    """Return the records of all files below a prefix, in the order of their IDs."""
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    bodies = [s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read() for item in found]
    records = [record for body in bodies for record in json_lines(body.decode())]
    return sorted(records, key=lambda record: int(record["id"]))


def test_a_connectors_records_arrive_in_the_bucket(appflow: Client, s3: Client) -> None:
    appflow.create_flow(**outward("down"))
    done = run(appflow, "down")
    assert done["executionStatus"] == "Successful"
    assert done["executionResult"]["recordsProcessed"] == 6
    records = written(s3, "out/down/")
    assert records == [{"id": n, "name": f"order {n}"} for n in range(1, 7)]


def test_files_of_the_bucket_arrive_at_the_connector(appflow: Client, s3: Client) -> None:
    rows = [{"id": "1", "name": "ann"}, {"id": "2", "name": "bob"}]
    s3.put_object(Bucket=BUCKET, Key="in/up", Body=csv_text(rows))
    appflow.create_flow(**inward("up", "in/up"))
    assert run(appflow, "up")["executionResult"]["recordsProcessed"] == 2
    body = s3.get_object(Bucket=SINK, Key="UPSERT")["Body"].read()
    assert json_lines(body.decode()) == rows


@pytest.mark.parametrize(
    ("entity", "text"),
    [
        ("Crash", NO_VALID_RESPONSE),
        ("Nothing", NO_VALID_RESPONSE),
        ("Garbage", "a record that is not the text of a JSON object"),
        ("Large", "larger than 6 MB"),
    ],
)
def test_a_connector_that_fails_is_told_and_the_others_are_served(
    appflow: Client, entity: str, text: str
) -> None:
    appflow.create_flow(**outward(f"{entity}-flow", entity))
    assert text in message(run(appflow, f"{entity}-flow"))
    assert appflow.list_connectors()["connectors"]


def test_the_buckets_policy_must_let_appflow_in(own_cloud: Cloud, appflow: Client) -> None:
    appflow.create_flow(**outward("closed"))
    admit_appflow(own_cloud, BUCKET, *READ)
    try:
        code, text = refusal(appflow.create_flow, **outward("closed-too"))
        assert code == "ValidationException"
        assert "must allow appflow.amazonaws.com to perform s3:ListBucketMultipart" in text
        assert "s3:PutObject" in message(run(appflow, "closed"))
    finally:
        admit_appflow(own_cloud, BUCKET, *READ, *WRITE)


def test_a_bucket_must_be_there_and_in_the_flows_region(own_cloud: Cloud, appflow: Client) -> None:
    destination = to_s3(bucketName="flows-run-none")
    _, text = refusal(appflow.create_flow, **outward("none", destinationFlowConfigList=destination))
    assert "The bucket flows-run-none does not exist" in text
    own_cloud.client("s3", "eu-west-1").create_bucket(
        Bucket="flows-run-eu",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )
    destination = to_s3(bucketName="flows-run-eu")
    _, text = refusal(appflow.create_flow, **outward("far", destinationFlowConfigList=destination))
    assert "is in eu-west-1, but the flow is in us-east-1" in text


def test_whoever_creates_a_flow_may_look_at_its_bucket(own_cloud: Cloud, appflow: Client) -> None:
    assert appflow
    flows = {"Action": "appflow:*", "Resource": "*"}
    looks = {
        "Action": [
            "s3:ListAllMyBuckets",
            "s3:ListBucket",
            "s3:GetBucketLocation",
            "s3:GetBucketPolicy",
        ],
        "Resource": "*",
    }
    denied = appflow_of_user(own_cloud, "flows-run-denied", flows)
    code, text = refusal(denied.create_flow, **outward("denied"))
    assert (code, "s3:ListAllMyBuckets" in text) == ("AccessDeniedException", True)
    allowed = appflow_of_user(own_cloud, "flows-run-allowed", flows, looks)
    allowed.create_flow(**outward("allowed"))
    assert run(allowed, "allowed")["executionStatus"] == "Successful"


def test_objects_that_a_flow_writes_are_announced(
    own_cloud: Cloud, appflow: Client, s3: Client
) -> None:
    sqs = own_cloud.client("sqs")
    queue = sqs.create_queue(QueueName="flows-run")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:flows-run"
    admitted = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    statements = json.dumps({"Version": "2012-10-17", "Statement": [admitted]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": statements})
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    appflow.create_flow(**outward("told"))
    run(appflow, "told")
    keys: set[str] = set()
    for _ in range(50):
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        for item in answer.get("Messages", []):
            for record in json.loads(item["Body"]).get("Records", []):
                keys.add(record["s3"]["object"]["key"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=item["ReceiptHandle"])
        if len(keys) == 3:
            break
        time.sleep(0.05)
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={})
    assert all(key.startswith("out/told/") for key in keys)
    assert len(keys) == 3


def test_flows_run_side_by_side(appflow: Client, s3: Client) -> None:
    names = [f"side{number}" for number in range(8)]
    for name in names:
        appflow.create_flow(**outward(name))
    for name in names:
        start(appflow, name)
    for name in names:
        assert finished(appflow, name)["executionStatus"] == "Successful"
        assert len(written(s3, f"out/{name}/")) == 6


def test_a_run_is_cancelled(appflow: Client) -> None:
    appflow.create_flow(**outward("long", "Many"))
    start(appflow, "long")
    assert appflow.cancel_flow_executions(flowName="long")["invalidExecutions"] == []
    assert finished(appflow, "long")["executionStatus"] == "Canceled"


def test_a_scheduled_flow_runs_by_itself(appflow: Client) -> None:
    trigger = {
        "triggerType": "Scheduled",
        "triggerProperties": {"Scheduled": {"scheduleExpression": "rate(1minutes)"}},
    }
    appflow.create_flow(**outward("timed", triggerConfig=trigger))
    appflow.start_flow(flowName="timed")
    deadline = time.monotonic() + 30
    while not executions(appflow, "timed") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert finished(appflow, "timed")["executionStatus"] == "Successful"
    assert appflow.stop_flow(flowName="timed")["flowStatus"] == "Suspended"


def test_files_that_were_not_there_at_the_last_run_are_pulled(appflow: Client, s3: Client) -> None:
    s3.put_object(Bucket=BUCKET, Key="in/new/a", Body=csv_text([{"id": "1", "name": "ann"}]))
    once = {"scheduleExpression": "rate(1days)", "dataPullMode": "Incremental"}
    trigger = {"triggerType": "Scheduled", "triggerProperties": {"Scheduled": once}}
    appflow.create_flow(**{**inward("new", "in/new"), "triggerConfig": trigger})
    for count, key in enumerate(["b", "c"], start=1):
        appflow.start_flow(flowName="new")  # it runs on activation
        deadline = time.monotonic() + 30
        while len(executions(appflow, "new")) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert finished(appflow, "new")["executionResult"]["recordsProcessed"] == 1
        appflow.stop_flow(flowName="new")
        body = csv_text([{"id": "2", "name": key}])
        s3.put_object(Bucket=BUCKET, Key=f"in/new/{key}", Body=body)


def test_masks_and_partitions_are_seen_in_the_bucket(appflow: Client, s3: Client) -> None:
    tasks = [
        *mapped("id", "name"),
        task("Mask", "name", operator="MASK_ALL", MASK_VALUE="*"),
        task("Partition", "id", to="id"),
    ]
    appflow.create_flow(**outward("masked", tasks=tasks))
    assert run(appflow, "masked")["executionStatus"] == "Successful"
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix="out/masked/")["Contents"]
    assert {item["Key"].split("/")[2] for item in found} == {f"id={n}" for n in range(1, 7)}
    assert {record["name"] for record in written(s3, "out/masked/")} == {"*******"}
