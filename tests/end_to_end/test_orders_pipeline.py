"""The example of a pipeline, deployed: what follows a run, good or failed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from harness.cloud.cloud_functions import policy
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer
from tests.end_to_end.shop_flows import ORDERS, Deployed, Deployer
from tests.examples.datasette_connector.loopback import KEY

_LONGEST_WAIT_SECONDS = 30
_POLL_SECONDS = 0.2


@pytest.fixture(scope="module")
def pipeline(
    cloud: Cloud,
    synthesizer: Synthesizer,
    variables: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("pipeline")
    deployer = Deployer(cloud, synthesizer, variables, folder)
    deployed = deployer.deploy("examples.orders_pipeline.app", "OrdersPipeline")
    yield deployed
    deployed.delete()


@pytest.fixture(scope="module")
def notices(cloud: Cloud, pipeline: Deployed) -> str:
    """The URL of a queue that gets the pipeline's notices."""
    sqs = cloud.client("sqs")
    url = str(sqs.create_queue(QueueName="notices")["QueueUrl"])
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    arn = attributes["QueueArn"]
    service = {"Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    admitted = policy({**service, "Resource": arn})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": admitted})
    topic = pipeline.outputs["NoticesArn"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def notice(cloud: Cloud, queue: str) -> str:
    """The next notice."""
    sqs = cloud.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return str(json.loads(message["Body"])["Message"])


def after_run(pipeline: Deployed, number: int) -> dict[str, Any]:
    """How the state machine ended that the report of a run, the first or second, has started."""
    sfn, machine = pipeline.cloud.client("stepfunctions"), pipeline.outputs["MachineArn"]
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        newest, *others = sfn.list_executions(stateMachineArn=machine)["executions"] or [None]
        if newest and len(others) == number - 1 and newest["status"] != "RUNNING":
            return dict(sfn.describe_execution(executionArn=newest["executionArn"]))
        time.sleep(_POLL_SECONDS)
    raise AssertionError("no state machine has started, or it does not end")


def alarm(pipeline: Deployed) -> str:
    (found,) = pipeline.cloud.client("cloudwatch").describe_alarms(
        AlarmNamePrefix="OrdersPipeline"
    )["MetricAlarms"]
    return str(found["StateValue"])


def revoke_the_key(cloud: Cloud) -> None:
    """Let the server refuse what the profile signs in with."""
    (profile,) = cloud.client("appflow").describe_connector_profiles()["connectorProfileDetails"]
    secrets, arn = cloud.client("secretsmanager"), profile["credentialsArn"]
    held = secrets.get_secret_value(SecretId=arn)["SecretString"]
    secrets.put_secret_value(SecretId=arn, SecretString=held.replace(KEY, "revoked"))


def test_the_report_of_a_run_starts_what_reads_its_result_and_an_alarm_tells_of_failed_ones(
    cloud: Cloud, pipeline: Deployed, notices: str
) -> None:
    pipeline.run()
    ended = after_run(pipeline, 1)
    assert ended["status"] == "SUCCEEDED", (ended.get("error"), ended.get("cause"))
    assert notice(cloud, notices) == f"{len(ORDERS)} orders have arrived"
    assert alarm(pipeline) == "INSUFFICIENT_DATA"
    revoke_the_key(cloud)
    refused = pipeline.run(ends="Error")["errorInfo"]["executionMessage"]
    ended = after_run(pipeline, 2)
    assert (ended["status"], ended["error"]) == ("FAILED", "FlowRunFailed")
    assert ended["cause"] == f"Error: {refused}"
    told = json.loads(notice(cloud, notices))
    assert (told["NewStateValue"], told["Trigger"]["MetricName"]) == (
        "ALARM",
        "FlowExecutionsFailed",
    )
    assert alarm(pipeline) == "ALARM"
