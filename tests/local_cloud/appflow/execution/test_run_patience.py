"""Runs that have to wait: connectors that ask for it, throttled functions, and the longest run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from appflow_local.appflow.host import Invocation, InvocationThrottled
from harness.model.appflow import FUNCTION_ARN, Client, Cloud, FakeHost, register
from harness.model.profiles import SECRET_ARN, profile
from harness.model.runs import (
    DataFunction,
    connected,
    executions,
    failing,
    finished,
    message,
    orders,
    outward,
    run,
    start,
)
from harness.model.token_server import CLIENT, oauth2_authentication, oauth2_config, token_server

QUERY = "QueryDataRequest"


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(1)]))


@pytest.mark.parametrize("code", ["RateLimitExceeded", "ServiceUnavailable"])
def test_a_connector_that_asks_for_patience_is_asked_again(
    client: Client, cloud: Cloud, connector: DataFunction, code: str
) -> None:
    calls = 0

    def moody(request: Mapping[str, Any]) -> Invocation:
        nonlocal calls
        calls += request["type"] == QUERY
        if request["type"] == QUERY and calls < 3:
            details = {"errorCode": code, "errorMessage": "busy", "retryAfterSeconds": 20}
            return Invocation(json.dumps({"isSuccess": False, "errorDetails": details}).encode())
        return connector(request)

    cloud.host.functions[FUNCTION_ARN] = moody
    client.create_flow(**outward())
    start(client)
    _let_pass(cloud, client, timedelta(seconds=10))
    assert finished(client)["executionStatus"] == "Successful"
    assert calls == 3


def test_a_connector_that_never_has_time_ends_the_run(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    connector.answers[QUERY] = failing(errorCode="RateLimitExceeded", errorMessage="busy")
    client.create_flow(**outward())
    start(client)
    _let_pass(cloud, client, timedelta(seconds=1))
    assert message(finished(client)).endswith("with connector failure busy")
    assert len(connector.queries) == 4


def test_a_connector_that_asks_for_hours_is_not_asked_again(
    client: Client, connector: DataFunction
) -> None:
    details = {"errorCode": "RateLimitExceeded", "retryAfterSeconds": 7200}
    connector.answers[QUERY] = failing(errorMessage="come back tomorrow", **details)
    client.create_flow(**outward())
    assert message(run(client)).endswith("come back tomorrow")
    assert len(connector.queries) == 1


def test_a_throttled_function_is_called_again(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    throttled = iter([True, False])

    def function(request: Mapping[str, Any]) -> Invocation:
        if request["type"] == QUERY and next(throttled):
            raise InvocationThrottled
        return connector(request)

    cloud.host.functions[FUNCTION_ARN] = function
    client.create_flow(**outward())
    start(client)
    _let_pass(cloud, client, timedelta(seconds=1))
    assert finished(client)["executionStatus"] == "Successful"


def test_a_run_takes_48_hours_at_most(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    def slow(request: Mapping[str, Any]) -> Invocation:
        if request["type"] == QUERY:
            cloud.clock.advance(timedelta(hours=49))
        return connector(request)

    cloud.host.functions[FUNCTION_ARN] = slow
    client.create_flow(**outward())
    assert message(run(client)) == "The flow run took longer than 48 hours."


def test_a_token_that_expires_during_a_run_is_refreshed(client: Client, host: FakeHost) -> None:
    class Expiring(DataFunction):
        def __call__(self, request: Mapping[str, Any]) -> Invocation:
            token = json.loads(host.secrets.get(SECRET_ARN, "{}")).get("accessToken")
            if request.get("nextToken") == "1" and token != "token-2":
                details = {"errorCode": "InvalidCredentials", "errorMessage": "expired"}
                return Invocation(json.dumps(failing(**details)).encode())
            return super().__call__(request)

    host.functions[FUNCTION_ARN] = Expiring(
        [orders(1), orders(1, first=2)], authenticationConfig=oauth2_authentication()
    )
    register(client)
    tokens = {**CLIENT, "accessToken": "token-1", "refreshToken": "refresh-1"}
    with token_server() as server:
        server.grant(access_token="token-2")
        given = oauth2_config(tokens, server.properties("AUTHORIZATION_CODE"))
        client.create_connector_profile(**profile(connectorProfileConfig=given))
        client.create_flow(**outward())
        assert run(client)["executionResult"]["recordsProcessed"] == 2


def _let_pass(cloud: Cloud, client: Client, step: timedelta) -> None:
    """Move the clock until the run has come to its end."""
    for _ in range(2000):
        if executions(client)[0]["executionStatus"] != "InProgress":
            return
        cloud.clock.advance(step)
    raise AssertionError("the run does not end")
