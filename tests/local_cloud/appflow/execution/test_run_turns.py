"""Runs that wait for their turn: what they delay, and that they can be cancelled."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from appflow_local.appflow.account.workers import Workers
from harness.model.appflow import OTHER_FUNCTION_ARN, Client, FakeHost, function, register
from harness.model.profiles import FROM_CONNECTOR, profile
from harness.model.runs import DataFunction, Gate, executions, finished, orders, outward, start

AT_ONCE = 16
"""How many runs of one connector are at work."""


@pytest.fixture
def crowd(client: Client, gate: Gate) -> list[str]:
    """Flows that run, whose connector hangs; the last two wait for their turn."""
    names = [f"flow-{number}" for number in range(AT_ONCE + 2)]
    for name in names:
        client.create_flow(**outward(name))
        start(client, name)
    assert gate.reached.wait(10)
    return names


def statuses(client: Client, names: list[str]) -> dict[str, str]:
    return {name: executions(client, name)[0]["executionStatus"] for name in names}


def test_a_connector_that_hangs_does_not_hold_up_the_runs_of_another(
    client: Client, host: FakeHost, crowd: list[str]
) -> None:
    host.functions[OTHER_FUNCTION_ARN] = DataFunction([orders(3)])
    register(client, "Invoices", connectorProvisioningConfig=function(OTHER_FUNCTION_ARN))
    client.create_connector_profile(**profile("other", connectorLabel="Invoices"))
    source = {**FROM_CONNECTOR, "connectorProfileName": "other"}
    client.create_flow(**outward("invoices", sourceFlowConfig=source))
    start(client, "invoices")
    assert finished(client, "invoices")["executionStatus"] == "Successful"
    assert set(statuses(client, crowd).values()) == {"InProgress"}


def test_a_run_that_waits_for_its_turn_is_cancelled_at_once(
    client: Client, gate: Gate, crowd: list[str]
) -> None:
    *at_work, waiting, last = crowd
    answer = client.cancel_flow_executions(flowName=waiting)
    assert answer["invalidExecutions"] == []
    assert statuses(client, crowd) == {
        **dict.fromkeys(at_work, "InProgress"),
        waiting: "Canceled",
        last: "InProgress",
    }
    gate.opened.set()
    for name in crowd:
        finished(client, name)
    assert statuses(client, crowd) == {**dict.fromkeys(crowd, "Successful"), waiting: "Canceled"}
    assert len(gate.queries) == 2 * (AT_ONCE + 1)  # none by the one that was cancelled


def test_a_lane_whose_work_hangs_leaves_threads_to_the_others() -> None:
    workers, end = Workers(3, "test", most_per_lane=2), threading.Event()
    hanging = [workers.submit(end.wait, "slow") for _ in range(5)]
    assert [workers.submit(lambda: 1, "quick").result(5) for _ in range(3)] == [1, 1, 1]
    assert hanging[4].cancel()
    assert not any(future.done() for future in hanging[:4])
    end.set()
    assert all(future.result(5) for future in hanging[:4])
    workers.close()


def test_lanes_take_turns_for_the_threads_that_there_are() -> None:
    workers, begin, order = Workers(1, "test"), threading.Event(), list[str]()
    workers.submit(begin.wait, "first")
    futures = [workers.submit(partial(order.append, lane), lane) for lane in "aaabbc"]
    begin.set()
    for future in futures:
        future.result(5)
    assert order == ["a", "b", "c", "a", "b", "a"]
    workers.close()
