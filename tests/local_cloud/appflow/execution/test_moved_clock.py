"""A clock that is moved: all that depends on time follows, and each run is at its time."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from appflow_local.appflow.execution.scheduler import MOST_RUNS
from appflow_local.appflow.protocol.errors import ValidationException
from harness.model.appflow import FUNCTION_ARN, START, Client, Cloud, FakeHost, registration
from harness.model.profiles import flow
from harness.model.runs import DataFunction, Gate, connected, executions, orders, outward
from tests.local_cloud.appflow.execution.schedules import HOUR, create, hourly


@pytest.fixture(autouse=True)
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(1)]))


def move(cloud: Cloud, step: timedelta) -> None:
    until = cloud.clock.now() + step
    while not cloud.appflow.move(until):
        pass


def started(client: Client, name: str = "nightly") -> list[timedelta]:
    """Return when the runs of a flow have begun, oldest first."""
    return [each["startedAt"] - START for each in reversed(executions(client, name))]


def test_every_run_that_is_due_on_the_way_is_made_at_its_time(client: Client, cloud: Cloud) -> None:
    create(client)
    client.start_flow(flowName="nightly")
    move(cloud, timedelta(minutes=150))
    assert started(client) == [0 * HOUR, HOUR, 2 * HOUR]
    assert {each["executionStatus"] for each in executions(client)} == {"Successful"}
    assert cloud.clock.now() == START + timedelta(minutes=150)


def test_runs_have_ended_when_the_clock_has_moved_on(client: Client, cloud: Cloud) -> None:
    create(client, dataPullMode="Incremental")
    client.start_flow(flowName="nightly")
    move(cloud, 5 * HOUR)
    pulled = [each["dataPullEndTime"] - START for each in reversed(executions(client))]
    assert pulled == [n * HOUR for n in range(6)]
    assert cloud.appflow.running() == []


def test_a_run_that_the_clock_has_started_ends_before_it_is_moved(
    client: Client, cloud: Cloud, host: FakeHost
) -> None:
    gate = Gate()
    host.functions[FUNCTION_ARN] = gate
    create(client)
    client.start_flow(flowName="nightly")
    cloud.appflow.scheduler.run_due()
    assert gate.reached.wait(5)
    threading.Timer(0.2, gate.opened.set).start()
    move(cloud, HOUR)
    assert started(client) == [0 * HOUR, HOUR]


def test_flows_run_in_the_order_of_their_times(client: Client, cloud: Cloud) -> None:
    for name, minutes in (("late", 40), ("early", 25)):
        client.create_flow(
            **outward(name, triggerConfig=hourly(scheduleExpression=f"rate({minutes}minutes)"))
        )
        client.start_flow(flowName=name)
    move(cloud, HOUR)
    minute = timedelta(minutes=1)
    assert started(client, "early") == [0 * minute, 25 * minute, 50 * minute]
    assert started(client, "late") == [0 * minute, 40 * minute]


def test_a_move_with_too_many_runs_is_refused_and_changes_nothing(
    client: Client, cloud: Cloud
) -> None:
    client.create_flow(**outward(triggerConfig=hourly(scheduleExpression="rate(1minutes)")))
    client.start_flow(flowName="nightly")
    with pytest.raises(ValidationException, match=f"More than {MOST_RUNS} runs become due"):
        move(cloud, timedelta(minutes=MOST_RUNS))
    assert cloud.clock.now() == START
    assert executions(client) == []


def test_cached_metadata_and_client_tokens_age_with_the_schedules(
    client: Client, cloud: Cloud, host: FakeHost
) -> None:
    client.create_flow(**flow("first", **_of("first")))
    token = {"clientToken": "a-token"}
    client.unregister_connector(connectorLabel="Orders", forceDelete=True)
    first = client.register_connector(**registration(**token))
    described = _asked(host, "DescribeEntityRequest")
    assert (
        client.register_connector(**registration(**token))["connectorArn"] == first["connectorArn"]
    )

    move(cloud, timedelta(hours=9))
    with pytest.raises(client.exceptions.ConflictException):
        client.register_connector(**registration(**token))
    client.create_flow(**flow("second", **_of("second")))
    assert _asked(host, "DescribeEntityRequest") == described + 1


def _of(name: str) -> dict[str, object]:
    return {key: item for key, item in outward(name).items() if key != "flowName"}


def _asked(host: FakeHost, kind: str) -> int:
    return sum(1 for _, request, _ in host.invocations if request["type"] == kind)
