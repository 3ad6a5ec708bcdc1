"""Scheduled flows: when they run, what they pull, and when they are suspended."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from appflow_local.appflow.host import Caller, Invocation
from harness.model.appflow import FUNCTION_ARN, START, Client, Cloud, FakeHost
from harness.model.runs import (
    DataFunction,
    connected,
    executions,
    finished,
    orders,
    outward,
)
from tests.local_cloud.appflow.execution.schedules import BY_CHANGE, HOUR, create, hourly, tick


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(1)]))


@pytest.mark.usefixtures("connector")
def test_nothing_runs_before_the_flow_is_started(client: Client, cloud: Cloud) -> None:
    create(client)
    assert tick(cloud, client) == []


@pytest.mark.usefixtures("connector")
def test_a_started_flow_runs_once_an_hour(client: Client, cloud: Cloud) -> None:
    create(client)
    client.start_flow(flowName="nightly")
    assert tick(cloud, client, timedelta(0)) == ["nightly"]
    assert tick(cloud, client, timedelta(minutes=59)) == []
    assert tick(cloud, client, timedelta(minutes=1)) == ["nightly"]
    assert [item["startedAt"] for item in executions(client)] == [START + HOUR, START]
    assert {item["executionStatus"] for item in executions(client)} == {"Successful"}


@pytest.mark.usefixtures("connector")
def test_a_stopped_flow_does_not_run(client: Client, cloud: Cloud) -> None:
    create(client)
    client.start_flow(flowName="nightly")
    client.stop_flow(flowName="nightly")
    assert tick(cloud, client) == []


@pytest.mark.usefixtures("connector")
def test_a_deleted_flow_does_not_run_nor_does_its_namesake(client: Client, cloud: Cloud) -> None:
    create(client)
    client.start_flow(flowName="nightly")
    client.delete_flow(flowName="nightly")
    create(client)
    assert tick(cloud, client) == []


@pytest.mark.usefixtures("connector")
def test_an_update_changes_the_schedule_of_an_active_flow(client: Client, cloud: Cloud) -> None:
    create(client)
    client.start_flow(flowName="nightly")
    tick(cloud, client, timedelta(0))
    client.update_flow(
        **outward(
            triggerConfig=hourly(scheduleExpression="cron(0 12 * * ? *)"),
            sourceFlowConfig=BY_CHANGE,
        )
    )
    assert tick(cloud, client) == []
    assert tick(cloud, client, 8 * HOUR) == ["nightly"]


@pytest.mark.usefixtures("connector")
def test_a_flow_that_becomes_on_demand_has_no_schedule(client: Client, cloud: Cloud) -> None:
    create(client)
    client.start_flow(flowName="nightly")
    client.update_flow(**outward(sourceFlowConfig=BY_CHANGE))
    assert tick(cloud, client) == []


def test_too_many_failures_in_a_row_suspend_the_flow(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    create(client, flowErrorDeactivationThreshold=2)
    client.start_flow(flowName="nightly")
    tick(cloud, client, timedelta(0))
    connector.answers["QueryDataRequest"] = {"isSuccess": False}
    tick(cloud, client)
    assert client.describe_flow(flowName="nightly")["flowStatus"] == "Active"
    tick(cloud, client)
    shown = client.describe_flow(flowName="nightly")
    assert shown["flowStatus"] == "Suspended"
    assert shown["flowStatusMessage"] == "The flow was deactivated after 2 failures in a row."
    assert tick(cloud, client) == []
    del connector.answers["QueryDataRequest"]
    client.start_flow(flowName="nightly")
    assert "flowStatusMessage" not in client.describe_flow(flowName="nightly")
    assert tick(cloud, client, timedelta(0)) == ["nightly"]


def test_a_success_between_failures_counts(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    create(client, flowErrorDeactivationThreshold=2)
    client.start_flow(flowName="nightly")
    for fails in (True, False, True):
        connector.answers.pop("QueryDataRequest", None)
        if fails:
            connector.answers["QueryDataRequest"] = {"isSuccess": False}
        tick(cloud, client)
    assert client.describe_flow(flowName="nightly")["flowStatus"] == "Active"


def test_a_run_that_is_late_for_the_next_leaves_it_out(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    opened = threading.Event()

    def slow(request: Mapping[str, Any]) -> Invocation:
        if request["type"] == "QueryDataRequest":
            assert opened.wait(30)
        return connector(request)

    cloud.host.functions[FUNCTION_ARN] = slow
    create(client)
    client.start_flow(flowName="nightly")
    assert cloud.appflow.scheduler.run_due() == ["nightly"]
    cloud.clock.advance(HOUR)
    assert cloud.appflow.scheduler.run_due() == []
    opened.set()
    finished(client)
    assert tick(cloud, client) == ["nightly"]


@pytest.mark.usefixtures("connector")
def test_a_flow_runs_for_its_creator_whoever_started_it(
    client: Client, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(client)
    client.start_flow(flowName="nightly")
    seen = []
    acting_for = cloud.host.acting_for

    def watched(caller: Caller) -> AbstractContextManager[None]:
        seen.append(caller.arn)
        return acting_for(caller)

    monkeypatch.setattr(cloud.host, "acting_for", watched)
    tick(cloud, client, timedelta(0))
    assert set(seen) == {client.describe_flow(flowName="nightly")["createdBy"]}


@pytest.mark.usefixtures("connector")
def test_a_thread_runs_what_is_due(client: Client, cloud: Cloud) -> None:
    cloud.appflow.start()
    create(client)
    client.start_flow(flowName="nightly")
    for count in (1, 2):
        for _ in range(2000):
            if len(executions(client)) == count:
                break
            time.sleep(0.001)
        finished(client)
        assert len(executions(client)) == count
        cloud.clock.advance(HOUR)
