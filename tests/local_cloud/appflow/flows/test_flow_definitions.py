"""CreateFlow, UpdateFlow, DescribeFlow, ListFlows and DeleteFlow: definitions, no runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from appflow_local.appflow.host import Invocation
from appflow_local.appflow.protocol.errors import ResourceNotFoundException
from harness.model.appflow import (
    CALLER,
    CALLER_ARN,
    FUNCTION_ARN,
    START,
    Client,
    Cloud,
    FakeHost,
    refusal,
)
from harness.model.denials import assert_denied_without
from harness.model.profiles import (
    FLOW_ARN,
    FROM_CONNECTOR,
    MAP,
    MAP_ALL,
    PROFILE_ARN,
    PROJECTION,
    SCHEDULED,
    TO_THE_CONNECTOR,
    ConnectorFunction,
    connect,
    flow,
    flows,
    profile,
    without,
)

UNKNOWN = ("ResourceNotFoundException", "Flow with name nightly does not exist.")


@pytest.fixture(autouse=True)
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    function = connect(client, host)
    client.create_connector_profile(**profile())
    host.invocations.clear()
    return function


def answer(client: Client, name: str = "nightly") -> dict[str, Any]:
    return without(client.describe_flow(flowName=name), "ResponseMetadata")


def test_a_flow_is_shown_as_it_was_created(client: Client) -> None:
    given = flow(description="Every order", tags={"team": "sales"})
    made = client.create_flow(**given)
    assert (made["flowArn"], made["flowStatus"]) == (FLOW_ARN, "Active")
    assert answer(client) == {
        **given,
        "flowArn": FLOW_ARN,
        "flowStatus": "Active",
        "createdAt": START,
        "createdBy": CALLER_ARN,
        "lastUpdatedAt": START,
        "lastUpdatedBy": CALLER_ARN,
        "schemaVersion": 1,
    }


@pytest.mark.parametrize(
    ("direction", "shown"),
    [
        (
            {},
            {
                "sourceConnectorType": "CustomConnector",
                "sourceConnectorLabel": "Orders",
                "destinationConnectorType": "S3",
            },
        ),
        (
            TO_THE_CONNECTOR,
            {
                "sourceConnectorType": "S3",
                "destinationConnectorType": "CustomConnector",
                "destinationConnectorLabel": "Orders",
            },
        ),
    ],
)
def test_a_list_shows_the_label_of_the_connector_at_its_end(
    client: Client, direction: dict[str, object], shown: dict[str, str]
) -> None:
    client.create_flow(**flow(description="Every order", **direction))
    assert client.list_flows()["flows"] == [
        {
            "flowArn": FLOW_ARN,
            "flowName": "nightly",
            "description": "Every order",
            "flowStatus": "Active",
            "triggerType": "OnDemand",
            "createdAt": START,
            "createdBy": CALLER_ARN,
            "lastUpdatedAt": START,
            "lastUpdatedBy": CALLER_ARN,
            **shown,
        }
    ]


def test_flows_come_in_pages(client: Client) -> None:
    for name in ("b2", "a1"):
        client.create_flow(**flow(name))
    first = client.list_flows(maxResults=1)
    assert [item["flowName"] for item in first["flows"]] == ["a1"]
    second = client.list_flows(nextToken=first["nextToken"])
    assert [item["flowName"] for item in second["flows"]] == ["b2"]


def test_a_scheduled_flow_is_a_draft_until_it_is_started(client: Client) -> None:
    assert client.create_flow(**flow(triggerConfig=SCHEDULED))["flowStatus"] == "Draft"


def test_the_profile_must_exist(client: Client) -> None:
    source = {**FROM_CONNECTOR, "connectorProfileName": "X"}
    assert refusal(client.create_flow, **flow(sourceFlowConfig=source)) == (
        "ResourceNotFoundException",
        "Connector Profile with name X does not exist.",
    )


def test_a_taken_name_is_a_conflict(client: Client) -> None:
    client.create_flow(**flow())
    assert refusal(client.create_flow, **flow()) == (
        "ConflictException",
        "Flow with name nightly already exists.",
    )


def test_a_retry_with_the_same_token_makes_one_flow(client: Client) -> None:
    first, second = (client.create_flow(**flow(clientToken="token-1")) for _ in range(2))
    assert first["flowArn"] == second["flowArn"]
    assert flows(client) == ["nightly"]


def test_update_replaces_the_definition_and_keeps_description_and_tags(
    client: Client, cloud: Cloud
) -> None:
    client.create_flow(**flow(description="Every order", tags={"team": "sales"}))
    cloud.clock.advance(timedelta(hours=1))
    change = flow(tasks=[MAP_ALL], triggerConfig=SCHEDULED)
    assert client.update_flow(**change)["flowStatus"] == "Draft"
    now = answer(client)
    assert (now["tasks"], now["triggerConfig"]) == ([MAP_ALL], SCHEDULED)
    assert (now["description"], now["tags"]) == ("Every order", {"team": "sales"})
    assert (now["createdAt"], now["lastUpdatedAt"]) == (START, START + timedelta(hours=1))


@pytest.mark.parametrize("operation", ["update_flow", "describe_flow", "delete_flow"])
def test_a_flow_that_does_not_exist_is_not_found(client: Client, operation: str) -> None:
    needed = flow() if operation == "update_flow" else {"flowName": "nightly"}
    assert refusal(getattr(client, operation), **needed) == UNKNOWN


def test_delete_forgets_the_flow_and_lets_its_profile_go(client: Client) -> None:
    client.create_flow(**flow())
    client.delete_flow(flowName="nightly")
    assert flows(client) == []
    client.delete_connector_profile(connectorProfileName="prod")


def test_flows_outlive_a_profile_that_is_deleted_by_force(client: Client) -> None:
    client.create_flow(**flow())
    client.delete_connector_profile(connectorProfileName="prod", forceDelete=True)
    assert flows(client) == ["nightly"]
    code, _ = refusal(client.update_flow, **flow())
    assert code == "ResourceNotFoundException"


def test_a_profile_that_is_deleted_meanwhile_gets_no_flow(cloud: Cloud) -> None:
    def vanish(_request: object) -> Invocation:
        cloud.appflow.call("DeleteConnectorProfile", CALLER, {"connectorProfileName": "prod"})
        return Invocation(b'{"isSuccess": true}')

    cloud.host.functions[FUNCTION_ARN] = vanish
    with pytest.raises(ResourceNotFoundException, match="prod does not exist"):
        cloud.appflow.call("CreateFlow", CALLER, flow())
    assert cloud.appflow.call("ListFlows", CALLER, {})["flows"] == []


def test_a_caller_that_changes_an_answer_does_not_change_the_flow(cloud: Cloud) -> None:
    given = flow()
    cloud.appflow.call("CreateFlow", CALLER, given)
    given["tasks"].clear()
    cloud.appflow.call("DescribeFlow", CALLER, {"flowName": "nightly"})["tasks"].clear()
    assert cloud.appflow.call("DescribeFlow", CALLER, {"flowName": "nightly"})["tasks"] == [
        PROJECTION,
        MAP,
    ]


@pytest.mark.parametrize(
    ("operation", "parameters", "action", "resource"),
    [
        ("create_flow", flow(), "appflow:CreateFlow", "*"),
        ("create_flow", flow(), "appflow:UseConnectorProfile", PROFILE_ARN),
        ("create_flow", flow(tags={"team": "sales"}), "appflow:TagResource", FLOW_ARN),
        ("update_flow", flow(), "appflow:UpdateFlow", FLOW_ARN),
        ("update_flow", flow(), "appflow:UseConnectorProfile", PROFILE_ARN),
        ("describe_flow", {"flowName": "nightly"}, "appflow:DescribeFlow", FLOW_ARN),
        ("list_flows", {}, "appflow:ListFlows", FLOW_ARN.replace("nightly", "*")),
        ("delete_flow", {"flowName": "nightly"}, "appflow:DeleteFlow", FLOW_ARN),
    ],
)
def test_a_caller_without_permission_is_denied(
    client: Client,
    host: FakeHost,
    operation: str,
    parameters: dict[str, object],
    action: str,
    resource: str,
) -> None:
    assert_denied_without(host, action, resource, getattr(client, operation), parameters)


def test_tags_are_condition_keys_of_the_request(client: Client, host: FakeHost) -> None:
    client.create_flow(**flow(tags={"team": "sales"}))
    expected = {"aws:TagKeys": ["team"], "aws:RequestTag/team": "sales"}
    for action in ("appflow:CreateFlow", "appflow:TagResource"):
        assert host.condition_keys[action] == expected
