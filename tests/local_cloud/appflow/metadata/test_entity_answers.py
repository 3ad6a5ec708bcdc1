"""What a connector may not say of its entities, and what a running flow is told of them."""

from __future__ import annotations

from typing import Any

import pytest

from appflow_local.appflow.account import Account, Accounts
from appflow_local.appflow.connectors.registration import register_connector
from appflow_local.appflow.metadata.entities import entity_definition
from appflow_local.appflow.profiles.connection import ProfileConnection, find_connection
from appflow_local.appflow.profiles.connector_context import connector_context
from appflow_local.appflow.profiles.profile_operations import create_connector_profile
from harness.model.appflow import (
    CALLER,
    COMMUNICATION_ERROR,
    FUNCTION_ARN,
    NO_VALID_RESPONSE,
    Client,
    Cloud,
    FakeHost,
    refusal,
    registration,
    status,
)
from harness.model.entities import (
    ASK,
    ID,
    ORDER,
    connect_with_entities,
    describe_answer,
    list_answer,
)
from harness.model.profiles import SECRET_ARN, ConnectorFunction, profile

ENTITY = {**ASK, "connectorEntityName": "Order"}


@pytest.fixture
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    return connect_with_entities(client, host)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        ({"isSuccess": True, "entities": {}}, "entities must be a list"),
        (list_answer(None), "entities[0] must be an object"),
        (list_answer(ORDER, {}), "entities[1].entityIdentifier cannot be null"),
        (
            list_answer({**ORDER, "hasNestedEntities": "no"}),
            "entities[0].hasNestedEntities must be a boolean",
        ),
        (list_answer({**ORDER, "label": 5}), "entities[0].label must be a string"),
        (list_answer(ORDER, nextToken=2), "nextToken must be a string"),
        (list_answer(ORDER, cacheControl={}), "cacheControl.timeToLive cannot be null"),
        (
            list_answer(ORDER, cacheControl={"timeToLive": True}),
            "cacheControl.timeToLive must be a number",
        ),
        (
            list_answer(ORDER, cacheControl={"timeToLive": 10**400}),
            "cacheControl.timeToLive is out of range",
        ),
        (
            list_answer(ORDER, cacheControl={"timeToLive": 1, "timeToLiveUnit": "WEEKS"}),
            "cacheControl.timeToLiveUnit must be one of [NANOSECONDS, ",
        ),
    ],
)
def test_a_list_of_another_shape_is_the_connectors_error(
    client: Client, connector: ConnectorFunction, answer: object, mistake: str
) -> None:
    connector.answers["ListEntitiesRequest"] = answer
    code, message = refusal(client.list_connector_entities, **ASK)
    assert code == "ConnectorServerException"
    words = f"{COMMUNICATION_ERROR}The connector's ListEntities response is not valid. [{mistake}"
    assert message.startswith(words)


@pytest.mark.parametrize(
    ("field", "mistake"),
    [
        ("Id", "must be an object"),
        ({**ID, "fieldName": None}, ".fieldName cannot be null"),
        ({**ID, "dataType": "Text"}, ".dataType must be one of [String, Integer, "),
        ({**ID, "dataType": ["String"]}, ".dataType must be one of [String, Integer, "),
        ({**ID, "filterOperators": ["LIKE"]}, ".filterOperators[0] must be one of [PROJECTION, "),
        ({**ID, "isPrimaryKey": 1}, ".isPrimaryKey must be a boolean"),
        ({**ID, "readProperties": []}, ".readProperties must be an object"),
        (
            {**ID, "writeProperties": {"supportedWriteOperations": ["MERGE"]}},
            ".writeProperties.supportedWriteOperations[0] must be one of [INSERT, ",
        ),
        (
            {**ID, "constraints": {"allowedValueRange": {"minRange": 1}}},
            ".constraints.allowedValueRange.maxRange cannot be null",
        ),
        ({**ID, "customProperties": {"a": None}}, ".customProperties.a must be a string"),
    ],
)
def test_a_definition_of_another_shape_is_the_connectors_error(
    client: Client, connector: ConnectorFunction, field: object, mistake: str
) -> None:
    connector.answers["DescribeEntityRequest"] = describe_answer(field)
    code, message = refusal(client.describe_connector_entity, **ENTITY)
    assert code == "ConnectorServerException"
    assert "DescribeEntity response is not valid. [entityDefinition.fields[0]" in message
    assert mistake in message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({}, NO_VALID_RESPONSE),
        ({"isSuccess": False}, NO_VALID_RESPONSE),
        ({"isSuccess": True}, "[entityDefinition cannot be null]"),
        (
            {"isSuccess": False, "errorDetails": {"errorMessage": "No such entity"}},
            f"{COMMUNICATION_ERROR}Failed to validate Connection while attempting "
            '"DescribeEntity with CustomConnector" with connector failure No such entity',
        ),
    ],
)
def test_an_entity_that_the_connector_does_not_describe_is_the_connectors_error(
    client: Client, connector: ConnectorFunction, answer: object, words: str
) -> None:
    connector.answers["DescribeEntityRequest"] = answer
    code, message = refusal(client.describe_connector_entity, **ENTITY)
    assert code == "ConnectorServerException"
    assert message.endswith(words)


def test_invalid_credentials_are_http_401(client: Client, connector: ConnectorFunction) -> None:
    details = {"errorCode": "InvalidCredentials", "errorMessage": "Who?"}
    connector.refuse("ListEntities", errorDetails=details)
    assert refusal(client.list_connector_entities, **ASK) == (
        "ConnectorAuthenticationException",
        "Error authenticating to connector: Failed to validate Connection while attempting "
        '"ListEntities with CustomConnector" with connector failure Who?',
    )
    assert status(client.list_connector_entities, **ASK) == 401


@pytest.fixture
def account(cloud: Cloud) -> Account:
    function = ConnectorFunction()
    function.answers["DescribeEntityRequest"] = describe_answer(ID, {**ID, "filterOperators": []})
    cloud.host.functions[FUNCTION_ARN] = function
    account = Accounts.empty(cloud.host, cloud.clock).of(CALLER)
    register_connector(account, registration())
    create_connector_profile(account, profile())
    return account


@pytest.fixture
def connection(account: Account) -> ProfileConnection:
    return find_connection(account, "prod")


def test_a_flow_gets_the_connectors_own_definition_with_operators_for_every_field(
    account: Account, connection: ProfileConnection
) -> None:
    assert entity_definition(account, connection, "Order", "v51.0") == {
        "entity": ORDER,
        "fields": [
            {**ID, "filterOperators": ["CONTAINS", "EQUAL_TO", "NOT_EQUAL_TO"]},
            {**ID, "filterOperators": []},
        ],
    }


def test_what_a_flow_does_to_its_definition_is_not_remembered(
    account: Account, connection: ProfileConnection, host: FakeHost
) -> None:
    before = entity_definition(account, connection, "Order", "v51.0")
    before["fields"].clear()
    asked = len(host.invocations)
    assert entity_definition(account, connection, "Order", "v51.0")["fields"]
    assert len(host.invocations) == asked


def test_a_running_flow_names_itself_to_the_connector(connection: ProfileConnection) -> None:
    definition: dict[str, Any] = {"entity": ORDER, "fields": [ID]}
    assert connector_context(
        connection,
        "v51.0",
        {"view": "all"},
        entity_definition=definition,
        flow_name="nightly",
        execution_id="run-1",
    ) == {
        "connectorRuntimeSettings": {"view": "all"},
        "credentials": {"secretArn": SECRET_ARN, "authenticationType": "BasicAuth"},
        "apiVersion": "v51.0",
        "entityDefinition": definition,
        "flowName": "nightly",
        "executionId": "run-1",
        "connectorProfileLabel": "prod",
    }
