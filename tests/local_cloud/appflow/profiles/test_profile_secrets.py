"""The secret of a connector profile: who makes it, what is in it, when it goes."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from appflow_local.appflow.host import Invocation
from appflow_local.appflow.protocol.errors import ConflictException, ResourceNotFoundException
from harness.model.appflow import (
    ACCOUNT,
    CALLER,
    CALLER_ARN,
    FUNCTION_ARN,
    REGION,
    Client,
    Cloud,
    FakeHost,
    refusal,
    registration,
)
from harness.model.profiles import (
    API_KEY,
    BASIC,
    SECRET_ARN,
    SECRET_NAME,
    ConnectorFunction,
    config,
    connect,
    profile,
    profile_update,
    profiles,
)

WAIT = 10  # seconds; reached only when a test fails
REFUSED = (
    "ConnectorAuthenticationException",
    "Error authenticating to connector: Failed to validate Connection while attempting "
    '"ValidateCredentials with CustomConnector" with connector failure Wrong password',
)


@pytest.fixture
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    return connect(client, host)


def secret(host: FakeHost) -> object:
    return json.loads(host.secrets[SECRET_ARN])


@pytest.mark.usefixtures("connector")
def test_the_secret_is_made_with_the_callers_permission(client: Client, host: FakeHost) -> None:
    client.create_connector_profile(**profile())
    assert host.condition_keys["secretsmanager:CreateSecret"] == {
        "aws:CalledVia": ["appflow.amazonaws.com"],
        "secretsmanager:Name": SECRET_NAME,
    }
    assert host.condition_keys["secretsmanager:PutResourcePolicy"] == {
        "aws:CalledVia": ["appflow.amazonaws.com"],
        "secretsmanager:ResourceTag/aws:secretsmanager:owningService": "appflow",
    }


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        (
            "secretsmanager:CreateSecret",
            f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{SECRET_NAME}",
        ),
        ("secretsmanager:PutResourcePolicy", SECRET_ARN),
    ],
)
def test_a_caller_who_may_not_make_the_secret_makes_no_profile(
    client: Client, host: FakeHost, action: str, resource: str
) -> None:
    host.denied.add((action, resource))
    assert refusal(client.create_connector_profile, **profile()) == (
        "AccessDeniedException",
        f"User: {CALLER_ARN} is not authorized to perform: {action} on resource: {resource}",
    )
    assert (profiles(client), host.secrets, host.invocations) == ([], {}, [])


def test_wrong_credentials_leave_neither_profile_nor_secret(
    client: Client, host: FakeHost, connector: ConnectorFunction
) -> None:
    connector.refuse("ValidateCredentials", errorDetails={"errorMessage": "Wrong password"})
    assert refusal(client.create_connector_profile, **profile()) == REFUSED
    assert (profiles(client), host.secrets) == ([], {})
    assert len(host.invocations) == 1


@pytest.mark.usefixtures("connector")
def test_somebody_elses_secret_of_that_name_is_left_alone(client: Client, host: FakeHost) -> None:
    host.secrets[SECRET_ARN] = "mine"
    assert refusal(client.create_connector_profile, **profile()) == (
        "ConflictException",
        f"The secret {SECRET_NAME} already exists.",
    )
    assert host.secrets == {SECRET_ARN: "mine"}


@pytest.mark.usefixtures("connector")
def test_an_update_replaces_the_credentials_in_the_same_secret(
    client: Client, host: FakeHost
) -> None:
    client.create_connector_profile(**profile())
    host.invocations.clear()
    client.update_connector_profile(**profile_update(connectorProfileConfig=config(API_KEY)))
    assert (list(host.secrets), secret(host)) == ([SECRET_ARN], API_KEY["apiKey"])
    told = host.invocations[0][1]["credentials"]
    assert told == {"secretArn": SECRET_ARN, "authenticationType": "ApiKey"}


def test_a_refused_update_puts_the_former_credentials_back(
    client: Client, host: FakeHost, connector: ConnectorFunction
) -> None:
    client.create_connector_profile(**profile())
    connector.refuse("ValidateCredentials", errorDetails={"errorMessage": "Wrong password"})
    change = profile_update(connectorProfileConfig=config(API_KEY))
    assert refusal(client.update_connector_profile, **change) == REFUSED
    assert secret(host) == BASIC["basic"]


@pytest.mark.usefixtures("connector")
def test_a_secret_that_somebody_deleted_cannot_be_updated_but_its_profile_deleted(
    client: Client, host: FakeHost
) -> None:
    client.create_connector_profile(**profile())
    host.secrets.clear()
    code, _ = refusal(client.update_connector_profile, **profile_update())
    assert code == "ResourceNotFoundException"
    client.delete_connector_profile(connectorProfileName="prod")
    assert profiles(client) == []


def test_one_profile_is_changed_by_one_request_at_a_time(cloud: Cloud) -> None:
    at_work, release = threading.Event(), threading.Event()
    agree = ConnectorFunction()

    def gate(request: Mapping[str, Any]) -> Invocation:
        if request["type"] == "ValidateCredentialsRequest":
            at_work.set()
            release.wait(WAIT)
        return agree(request)

    cloud.host.functions[FUNCTION_ARN] = gate
    cloud.appflow.call("RegisterConnector", CALLER, registration())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(cloud.appflow.call, "CreateConnectorProfile", CALLER, profile())
        assert at_work.wait(WAIT)
        with pytest.raises(ConflictException, match="prod is being changed by another request"):
            cloud.appflow.call("CreateConnectorProfile", CALLER, profile())
        release.set()
        first.result(WAIT)
    assert list(cloud.host.secrets) == [SECRET_ARN]


def test_a_connector_that_is_unregistered_meanwhile_gets_no_profile(cloud: Cloud) -> None:
    agree = ConnectorFunction()

    def vanish(request: Mapping[str, Any]) -> Invocation:
        if request["type"] == "ValidateCredentialsRequest":
            cloud.appflow.call("UnregisterConnector", CALLER, {"connectorLabel": "Orders"})
        return agree(request)

    cloud.host.functions[FUNCTION_ARN] = vanish
    cloud.appflow.call("RegisterConnector", CALLER, registration())
    with pytest.raises(ResourceNotFoundException, match="Orders is not registered"):
        cloud.appflow.call("CreateConnectorProfile", CALLER, profile())
    assert cloud.host.secrets == {}


def test_an_endless_error_message_is_cut_to_what_an_error_can_carry(
    client: Client, connector: ConnectorFunction
) -> None:
    connector.refuse("ValidateCredentials", errorDetails={"errorMessage": "x" * 9999})
    code, message = refusal(client.create_connector_profile, **profile())
    assert (code, len(message)) == ("ConnectorAuthenticationException", 2048)
    connector.answers.pop("ValidateCredentialsRequest")
    connector.refuse("ValidateConnectorRuntimeSettings", errorsByInputField={"a": "x" * 9999})
    code, message = refusal(client.create_connector_profile, **profile())
    assert (code, len(message)) == ("ValidationException", 2048)


def test_a_connector_that_says_success_is_believed(
    client: Client, connector: ConnectorFunction
) -> None:
    connector.answers["ValidateConnectorRuntimeSettingsRequest"] = {
        "isSuccess": True,
        "errorsByInputField": {"instanceUrl": "Slow"},
    }
    client.create_connector_profile(**profile())


def test_a_secret_that_is_deleted_while_credentials_are_refused_hides_nothing(
    client: Client, host: FakeHost, connector: ConnectorFunction
) -> None:
    client.create_connector_profile(**profile())
    connector.refuse("ValidateCredentials", errorDetails={"errorMessage": "Wrong password"})

    def delete_then_refuse(request: Mapping[str, Any]) -> Invocation:
        host.secrets.clear()
        return connector(request)

    host.functions[FUNCTION_ARN] = delete_then_refuse
    assert refusal(client.update_connector_profile, **profile_update()) == REFUSED
