"""ListConnectorEntities and DescribeConnectorEntity: what is asked, and how answers read."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name

from harness.model.appflow import ACCOUNT, CONNECTOR_ARN, FUNCTION_ARN, Client, FakeHost, refusal
from harness.model.entities import ASK, ORDER, connect_with_entities, list_answer
from harness.model.profiles import PROFILE_ARN, SECRET_ARN, ConnectorFunction, without

CONTEXT = {
    "connectorRuntimeSettings": {"instanceUrl": "https://orders.example"},
    "credentials": {"secretArn": SECRET_ARN, "authenticationType": "BasicAuth"},
    "apiVersion": "v51.0",
    "entityDefinition": None,
    "flowName": None,
    "executionId": None,
    "connectorProfileLabel": "prod",
}
OPERATIONS = {
    "ListConnectorEntities": ASK,
    "DescribeConnectorEntity": {**ASK, "connectorEntityName": "Order"},
    "ResetConnectorMetadataCache": ASK,
}


@pytest.fixture(autouse=True)
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    return connect_with_entities(client, host)


def listed(client: Client, **changes: object) -> dict[str, Any]:
    answer: dict[str, Any] = client.list_connector_entities(**{**ASK, **changes})
    del answer["ResponseMetadata"]
    return answer


def test_the_entities_are_one_group(client: Client, connector: ConnectorFunction) -> None:
    folder = {"entityIdentifier": "Archive", "hasNestedEntities": True, "label": None, "new": 1}
    connector.answers["ListEntitiesRequest"] = list_answer(ORDER, folder)
    assert listed(client) == {
        "connectorEntityMap": {
            "Objects": [
                {"name": "Order", "label": "An order", "hasNestedEntities": False},
                {"name": "Archive", "hasNestedEntities": True},
            ]
        }
    }


def test_the_connector_is_asked_for_entities_in_the_sdks_words(
    client: Client, host: FakeHost
) -> None:
    listed(client)
    asked = {
        "type": "ListEntitiesRequest",
        "entitiesPath": None,
        "maxResult": 1000,
        "nextToken": None,
        "connectorContext": CONTEXT,
    }
    assert host.invocations == [(FUNCTION_ARN, asked, 10.0)]
    assert host.presented[-1] == (FUNCTION_ARN, ACCOUNT, CONNECTOR_ARN)


def test_path_size_and_token_go_to_the_connector_and_its_token_comes_back(
    client: Client, host: FakeHost, connector: ConnectorFunction
) -> None:
    connector.answers["ListEntitiesRequest"] = list_answer(ORDER, nextToken="page-3")
    page = listed(client, entitiesPath="Archive", maxResults=7, nextToken="page-2")
    asked = host.invocations[0][1]
    assert (asked["entitiesPath"], asked["maxResult"], asked["nextToken"]) == (
        "Archive",
        7,
        "page-2",
    )
    assert page["nextToken"] == "page-3"


@pytest.mark.parametrize("answer", [{"isSuccess": True}, list_answer(nextToken="")])
def test_no_entities_is_an_empty_last_page(
    client: Client, connector: ConnectorFunction, answer: object
) -> None:
    connector.answers["ListEntitiesRequest"] = answer
    assert listed(client) == {"connectorEntityMap": {"Objects": []}}


def test_the_connector_is_asked_for_an_entity_in_the_sdks_words(
    client: Client, host: FakeHost
) -> None:
    client.describe_connector_entity(**ASK, connectorEntityName="Order")
    asked = {
        "type": "DescribeEntityRequest",
        "entityIdentifier": "Order",
        "connectorContext": CONTEXT,
    }
    assert host.invocations == [(FUNCTION_ARN, asked, 10.0)]


def test_without_an_api_version_the_newest_is_used(
    client: Client, host: FakeHost, connector: ConnectorFunction
) -> None:
    configuration = connector.answers["DescribeConnectorConfigurationRequest"]
    configuration["supportedApiVersions"] = ["v9.0", "v51.10", "v51.9"]
    client.update_connector_registration(connectorLabel="Orders")
    client.list_connector_entities(connectorProfileName="prod")
    assert host.invocations[-1][1]["connectorContext"]["apiVersion"] == "v51.10"


def test_an_api_version_that_the_connector_lacks_is_refused(client: Client) -> None:
    assert refusal(client.list_connector_entities, **{**ASK, "apiVersion": "v1"}) == (
        "ValidationException",
        "The connector does not support the API version v1.",
    )


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_caller_must_be_allowed_to_on_the_profile(
    client: Client, host: FakeHost, operation: str
) -> None:
    call, parameters = getattr(client, xform_name(operation)), OPERATIONS[operation]
    call(**parameters)
    host.denied.add((f"appflow:{operation}", PROFILE_ARN))
    assert refusal(call, **parameters)[0] == "AccessDeniedException"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_only_profiles_of_custom_connectors_can_be_asked(client: Client, operation: str) -> None:
    call, parameters = getattr(client, xform_name(operation)), OPERATIONS[operation]
    code, message = refusal(call, **{**parameters, "connectorType": "Salesforce"})
    assert code == "UnsupportedOperationException"
    assert "Salesforce" in message
    code, message = refusal(call, **without(parameters, "connectorProfileName"))
    assert code == "ValidationException"
    assert "Value null at 'connectorProfileName'" in message
    assert refusal(call, **{**parameters, "connectorProfileName": "none"}) == (
        "ResourceNotFoundException",
        "Connector Profile with name none does not exist.",
    )


def test_a_function_that_does_not_admit_appflow_is_not_asked(
    client: Client, host: FakeHost
) -> None:
    host.closed_to_appflow.add(FUNCTION_ARN)
    assert refusal(client.list_connector_entities, **ASK)[0] == "AccessDeniedException"
    assert host.invocations == []
