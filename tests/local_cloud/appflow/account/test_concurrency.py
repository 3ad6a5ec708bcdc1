"""Many requests at once: one label, one token, one registration."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from appflow_local.appflow.host import Invocation
from appflow_local.appflow.protocol.errors import (
    AppFlowError,
    ConflictException,
    ConnectorServerException,
    ResourceNotFoundException,
)
from harness.model.appflow import (
    CALLER,
    CONNECTOR_ARN,
    FUNCTION_ARN,
    OTHER_FUNCTION_ARN,
    Cloud,
    Function,
    answering,
    function,
    registration,
    sdk_answer,
)

WAIT = 10  # seconds; reached only when a test fails
GOOD = answering(sdk_answer())


def gated(gate: Callable[[], object], answer: Function = GOOD) -> Function:
    """Return a function that passes a gate before it answers."""

    def pass_gate(request: Mapping[str, Any]) -> Invocation:
        gate()
        return answer(request)

    return pass_gate


def registered(cloud: Cloud) -> list[str]:
    listed = cloud.appflow.call("ListConnectors", CALLER, {})["connectors"]
    return [item["connectorLabel"] for item in listed]


def outcome(future: Future[dict[str, Any]]) -> type[AppFlowError] | str:
    error = future.exception(WAIT)
    if error is None:
        return str(future.result()["connectorArn"])
    assert isinstance(error, AppFlowError)
    return type(error)


def test_two_registers_of_one_label_make_one_registration(cloud: Cloud) -> None:
    both_in_the_function = threading.Barrier(2)
    for arn in (FUNCTION_ARN, OTHER_FUNCTION_ARN):
        cloud.host.functions[arn] = gated(lambda: both_in_the_function.wait(WAIT))
    with ThreadPoolExecutor(2) as pool:
        futures = {
            arn: pool.submit(
                cloud.appflow.call,
                "RegisterConnector",
                CALLER,
                registration(connectorProvisioningConfig=function(arn), clientToken=arn[-8:]),
            )
            for arn in (FUNCTION_ARN, OTHER_FUNCTION_ARN)
        }
        outcomes = {arn: outcome(future) for arn, future in futures.items()}
    assert set(outcomes.values()) == {CONNECTOR_ARN, ConflictException}
    winner = next(arn for arn, result in outcomes.items() if result == CONNECTOR_ARN)
    connectors = cloud.appflow.connectors.of(CALLER.place)
    assert [c.function_arn for c in connectors.in_order()] == [winner]


def test_many_requests_with_one_token_call_the_function_once(cloud: Cloud) -> None:
    threads = 8
    started, release = threading.Event(), threading.Event()

    def gate() -> None:
        started.set()
        release.wait(WAIT)

    cloud.host.functions[FUNCTION_ARN] = gated(gate)
    parameters = registration(clientToken="token-1")
    with ThreadPoolExecutor(threads) as pool:
        futures = [
            pool.submit(cloud.appflow.call, "RegisterConnector", CALLER, parameters)
            for _ in range(threads)
        ]
        assert started.wait(WAIT)
        release.set()
        assert [outcome(future) for future in futures] == [CONNECTOR_ARN] * threads
    assert len(cloud.host.invocations) == 1


def test_a_request_whose_token_failed_elsewhere_tries_for_itself(cloud: Cloud) -> None:
    first_is_in, release = threading.Event(), threading.Event()
    answers = [answering({"isSuccess": False}), GOOD]

    def gate_then_answer(request: Mapping[str, Any]) -> Invocation:
        answer = answers.pop(0)
        first_is_in.set()
        release.wait(WAIT)
        return answer(request)

    cloud.host.functions[FUNCTION_ARN] = gate_then_answer
    parameters = registration(clientToken="token-1")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cloud.appflow.call, "RegisterConnector", CALLER, parameters)
        assert first_is_in.wait(WAIT)
        second = pool.submit(cloud.appflow.call, "RegisterConnector", CALLER, parameters)
        release.set()
        assert outcome(first) is ConnectorServerException
        assert outcome(second) == CONNECTOR_ARN


def test_a_token_at_work_conflicts_with_other_parameters_at_once(cloud: Cloud) -> None:
    first_is_in, release = threading.Event(), threading.Event()

    def gate() -> None:
        first_is_in.set()
        release.wait(WAIT)

    cloud.host.functions[FUNCTION_ARN] = gated(gate)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(
            cloud.appflow.call, "RegisterConnector", CALLER, registration(clientToken="token-1")
        )
        assert first_is_in.wait(WAIT)
        with pytest.raises(ConflictException, match="already used with other parameters"):
            cloud.appflow.call(
                "RegisterConnector", CALLER, registration("New", clientToken="token-1")
            )
        release.set()
        assert outcome(first) == CONNECTOR_ARN


def test_a_slow_function_holds_up_nobody_else(cloud: Cloud) -> None:
    first_is_in, release = threading.Event(), threading.Event()

    def gate() -> None:
        first_is_in.set()
        release.wait(WAIT)

    cloud.host.functions[FUNCTION_ARN] = gated(gate)
    cloud.host.functions[OTHER_FUNCTION_ARN] = GOOD
    config = function(OTHER_FUNCTION_ARN)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(cloud.appflow.call, "RegisterConnector", CALLER, registration())
        assert first_is_in.wait(WAIT)
        cloud.appflow.call(
            "RegisterConnector", CALLER, registration("Quick", connectorProvisioningConfig=config)
        )
        assert registered(cloud) == ["Quick"]
        assert not slow.done()
        release.set()
        assert outcome(slow) == CONNECTOR_ARN


def test_an_update_of_what_is_unregistered_meanwhile_does_not_bring_it_back(cloud: Cloud) -> None:
    cloud.appflow.call("RegisterConnector", CALLER, registration())
    cloud.host.functions[FUNCTION_ARN] = gated(
        lambda: cloud.appflow.call("UnregisterConnector", CALLER, {"connectorLabel": "Orders"})
    )
    with pytest.raises(ResourceNotFoundException, match="Connector with label Orders not found"):
        cloud.appflow.call("UpdateConnectorRegistration", CALLER, {"connectorLabel": "Orders"})
    assert registered(cloud) == []


def test_an_update_does_not_overwrite_what_was_registered_meanwhile(cloud: Cloud) -> None:
    cloud.appflow.call("RegisterConnector", CALLER, registration())

    def replace() -> None:
        cloud.host.functions[FUNCTION_ARN] = GOOD
        cloud.appflow.call("UnregisterConnector", CALLER, {"connectorLabel": "Orders"})
        cloud.appflow.call("RegisterConnector", CALLER, registration(description="new"))

    cloud.host.functions[FUNCTION_ARN] = gated(replace, answering(sdk_answer(connectorName="Old")))
    with pytest.raises(ConflictException, match="changed by another request in the meantime"):
        cloud.appflow.call("UpdateConnectorRegistration", CALLER, {"connectorLabel": "Orders"})
    connectors = cloud.appflow.connectors.of(CALLER.place)
    assert [c.description for c in connectors.in_order()] == ["new"]


def test_a_caller_that_changes_an_answer_does_not_change_the_registration(cloud: Cloud) -> None:
    cloud.appflow.call("RegisterConnector", CALLER, registration())
    parameters = {"connectorType": "CustomConnector", "connectorLabel": "Orders"}
    first = cloud.appflow.call("DescribeConnector", CALLER, parameters)
    before = json.dumps(first)
    first["connectorConfiguration"]["connectorModes"].clear()
    assert json.dumps(cloud.appflow.call("DescribeConnector", CALLER, parameters)) == before
