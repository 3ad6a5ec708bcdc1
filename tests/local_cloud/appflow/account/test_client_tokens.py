"""clientToken: a request completes once, however often it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appflow_local.appflow.protocol.errors import ConflictException
from harness.model.appflow import (
    CALLER,
    CONNECTOR_ARN,
    FUNCTION_ARN,
    Client,
    Cloud,
    FakeHost,
    Server,
    answering,
    describe,
    function,
    labels,
    refusal,
    register,
    registration,
    sdk_answer,
)

ALMOST_EIGHT_HOURS = timedelta(hours=8) - timedelta(milliseconds=1)


def test_a_retry_gets_the_first_answer_without_a_second_call(
    client: Client, host: FakeHost
) -> None:
    first = register(client, clientToken="token-1")
    assert register(client, clientToken="token-1") == first
    assert len(host.invocations) == 1


def test_a_retry_gets_the_first_answer_even_after_the_connector_is_gone(client: Client) -> None:
    register(client, clientToken="token-1")
    client.unregister_connector(connectorLabel="Orders")
    assert register(client, clientToken="token-1") == CONNECTOR_ARN
    assert labels(client) == []


def test_a_retry_gets_the_first_answer_even_when_the_function_is_gone(
    client: Client, host: FakeHost
) -> None:
    register(client, clientToken="token-1")
    del host.functions[FUNCTION_ARN]
    assert register(client, clientToken="token-1") == CONNECTOR_ARN


@pytest.mark.parametrize("changes", [{"label": "Invoices"}, {"description": "other"}])
def test_a_token_with_other_parameters_is_a_conflict(
    client: Client, changes: dict[str, str]
) -> None:
    register(client, clientToken="token-1")
    parameters = registration(**changes, clientToken="token-1")
    assert refusal(client.register_connector, **parameters) == (
        "ConflictException",
        "The clientToken 'token-1' was already used with other parameters.",
    )


def test_a_new_client_token_is_a_new_call(client: Client) -> None:
    register(client, clientToken="token-1")
    code, _ = refusal(client.register_connector, **registration(clientToken="token-2"))
    assert code == "ConflictException"
    assert register(client, "Invoices", clientToken="token-2")


def test_a_token_is_remembered_for_eight_hours_and_no_longer(client: Client, cloud: Cloud) -> None:
    register(client, clientToken="token-1")
    cloud.clock.advance(ALMOST_EIGHT_HOURS)
    assert register(client, clientToken="token-1") == CONNECTOR_ARN
    cloud.clock.advance(timedelta(milliseconds=1))
    assert refusal(client.register_connector, **registration(clientToken="token-1")) == (
        "ConflictException",
        "Connector with label Orders is already registered.",
    )


def test_a_failed_request_is_not_remembered(client: Client, host: FakeHost) -> None:
    host.functions[FUNCTION_ARN] = answering({"isSuccess": False})
    code, _ = refusal(client.register_connector, **registration(clientToken="token-1"))
    assert code == "ConnectorServerException"
    host.functions[FUNCTION_ARN] = answering(sdk_answer())
    assert register(client, clientToken="token-1") == CONNECTOR_ARN


def test_a_retry_must_still_be_allowed(client: Client, host: FakeHost) -> None:
    register(client, clientToken="token-1")
    host.denied.add(("appflow:RegisterConnector", "*"))
    code, _ = refusal(client.register_connector, **registration(clientToken="token-1"))
    assert code == "AccessDeniedException"


def test_a_token_belongs_to_one_account_and_region(
    client: Client, server: Server, host: FakeHost
) -> None:
    register(client, clientToken="token-1")
    arn = FUNCTION_ARN.replace("eu-west-1", "us-east-1")
    host.functions[arn] = answering(sdk_answer())
    other = server.client(region="us-east-1")
    config = function(arn)
    assert "us-east-1" in register(other, clientToken="token-1", connectorProvisioningConfig=config)


def test_a_token_of_register_means_nothing_to_update(client: Client, host: FakeHost) -> None:
    register(client, clientToken="token-1")
    for _ in range(2):
        client.update_connector_registration(connectorLabel="Orders", clientToken="token-1")
    assert len(host.invocations) == 2


def test_a_retried_update_neither_calls_the_function_nor_changes_anything(
    client: Client, host: FakeHost
) -> None:
    register(client)
    update = {"connectorLabel": "Orders", "description": "first", "clientToken": "token-1"}
    client.update_connector_registration(**update)
    client.update_connector_registration(connectorLabel="Orders", description="second")
    assert client.update_connector_registration(**update)["connectorArn"] == CONNECTOR_ARN
    assert describe(client)["connectorDescription"] == "second"
    assert len(host.invocations) == 3


def test_an_update_token_with_other_parameters_is_a_conflict(client: Client) -> None:
    register(client)
    client.update_connector_registration(connectorLabel="Orders", clientToken="token-1")
    code, _ = refusal(
        client.update_connector_registration,
        connectorLabel="Orders",
        description="other",
        clientToken="token-1",
    )
    assert code == "ConflictException"


def test_a_call_without_a_client_token_is_not_remembered(cloud: Cloud) -> None:
    # botocore always sends a token, so this goes past it.
    cloud.appflow.call("RegisterConnector", CALLER, registration())
    with pytest.raises(ConflictException, match="already registered"):
        cloud.appflow.call("RegisterConnector", CALLER, registration())


def test_the_memory_does_not_grow_with_expired_tokens(client: Client, cloud: Cloud) -> None:
    for number in range(3):
        register(client, f"Orders{number}", clientToken=f"token-{number}")
        cloud.clock.advance(timedelta(hours=8))
    register(client, "Orders", clientToken="token")
    assert cloud.appflow.tokens.size() == 1
