"""The example `monitored_flow`, deployed: its alarms go off, its topic is told."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from harness.cloud.app_stack import AppStack
from harness.cloud.cloud_functions import policy
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer
from tests.examples.datasette_connector.loopback import KEY, datasette_server

SECRET = "monitored-flow-token"
_LONGEST_WAIT_SECONDS = 60


@dataclass(frozen=True)
class Watched:
    """The deployed example, and the queue that its topic tells."""

    cloud: Cloud
    outputs: dict[str, str]
    queue: str
    heard: list[str]
    """What the topic said so far."""

    def hears(self, *texts: str) -> bool:
        """Wait until the topic has said each of the texts, in whichever message."""

        def all_said() -> bool:
            answer = self.cloud.client("sqs").receive_message(
                QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
            )
            self.heard.extend(message["Body"] for message in answer.get("Messages", []))
            return all(any(text in each for each in self.heard) for text in texts)

        return eventually(all_said)

    def state(self, alarm: str) -> str:
        """The state of the alarm whose name begins so."""
        found = self.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
        (state,) = {each["StateValue"] for each in found if alarm in each["AlarmName"]}
        return str(state)


def eventually(is_true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while not (found := is_true()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def first_run(cloud: Cloud, flow: str) -> dict[str, Any]:
    """Wait for the end of the flow's first run, and return its record."""
    found: list[dict[str, Any]] = []

    def has_ended() -> bool:
        answer = cloud.client("appflow").describe_flow_execution_records(flowName=flow)
        found[:] = answer["flowExecutions"]
        return bool(found) and found[-1]["executionStatus"] != "InProgress"

    assert eventually(has_ended), found
    return found[-1]


def subscribed(cloud: Cloud, topic: str, name: str) -> str:
    """Make a queue that gets the topic's messages, and return its URL."""
    sqs = cloud.client("sqs")
    url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sending = {"Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    allowed = policy({**sending, "Resource": arn["QueueArn"]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": allowed})
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    return url


@pytest.fixture(scope="module")
def watched(
    cloud: Cloud, synthesizer: Synthesizer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    cloud.client("secretsmanager").create_secret(Name=SECRET, SecretString=KEY)
    output, app = tmp_path_factory.mktemp("assembly"), "examples.monitored_flow.app"
    stack = AppStack(cloud, synthesizer, output, "MonitoredFlow", app)
    shop = tmp_path_factory.mktemp("shop")
    with closing(sqlite3.connect(shop / "shop.db")) as database, database:
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        database.execute("INSERT INTO orders VALUES (1)")
    with datasette_server(shop) as url:
        stack.deploy(SERVER_URL=url, SECRET_NAME=SECRET)
        outputs = stack.outputs
        queue = subscribed(cloud, outputs["TopicArn"], "on-call")
        yield Watched(cloud, outputs, queue, [])
        assert stack.destroy() == "DELETE_COMPLETE"


def test_alarms_go_off_and_the_topic_is_told_of_them_and_of_the_suspended_schedule(
    watched: Watched,
) -> None:
    cloud, outputs = watched.cloud, watched.outputs
    assert first_run(cloud, outputs["FlowName"])["executionStatus"] == "Successful"
    assert eventually(lambda: watched.state("Throttles") == "OK")
    assert watched.state("FailedRuns") != "ALARM"
    cloud.client("lambda").put_function_concurrency(
        FunctionName=outputs["FunctionName"], ReservedConcurrentExecutions=0
    )
    appflow = cloud.client("appflow")
    appflow.stop_flow(flowName=outputs["FlowName"])
    appflow.start_flow(flowName=outputs["FlowName"])  # its schedule begins again, with a run
    assert watched.hears(
        "deactivated the schedule of the flow " + outputs["FlowName"],
        f'ALARM: \\"{outputs["FailedRuns"]}\\"',
        "Throttles",
    ), watched.heard
    assert watched.state("FailedRuns") == "ALARM"
    assert watched.state("Throttles") == "ALARM"
    assert watched.state("Slow") == "OK"
    assert appflow.describe_flow(flowName=outputs["FlowName"])["flowStatus"] == "Suspended"


def test_the_dashboard_shows_the_flows_metrics_and_alarms(watched: Watched) -> None:
    cloudwatch = watched.cloud.client("cloudwatch")
    names = [each["DashboardName"] for each in cloudwatch.list_dashboards()["DashboardEntries"]]
    (name,) = (each for each in names if "Dashboard" in each)
    body = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    status, runs, *_ = body["widgets"]
    assert len(status["properties"]["alarms"]) == 3
    assert runs["properties"]["metrics"][0][3] == watched.outputs["FlowName"]


def test_an_alarm_goes_off_when_a_call_takes_most_of_its_time(watched: Watched) -> None:
    cloudwatch = watched.cloud.client("cloudwatch")
    dimensions = [{"Name": "FunctionName", "Value": watched.outputs["FunctionName"]}]
    measured = cloudwatch.list_metrics(
        Namespace="AWS/Lambda", MetricName="Duration", Dimensions=dimensions
    )["Metrics"]
    assert len(measured) == 1  # by AppFlow's calls so far
    # In place of a call of 29 seconds; on AWS, only Lambda itself may say so.
    slow = {"MetricName": "Duration", "Dimensions": dimensions, "Value": 29_000.0}
    cloudwatch.put_metric_data(Namespace="AWS/Lambda", MetricData=[slow])
    assert watched.state("Slow") == "ALARM"
    assert watched.hears("of the 30 s that it has"), watched.heard
