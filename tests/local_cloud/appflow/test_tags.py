"""Tags of flows and connectors after they were made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from appflow_local.appflow.host import Invocation
from appflow_local.appflow.service import AppFlow
from harness.model.appflow import (
    CALLER,
    CONNECTOR_ARN,
    FUNCTION_ARN,
    Client,
    Cloud,
    FakeHost,
    refusal,
    status,
)
from harness.model.profiles import (
    FLOW_ARN,
    PROFILE_ARN,
    ConnectorFunction,
    connect,
    flow,
    profile,
    without,
)

ARNS = [FLOW_ARN, CONNECTOR_ARN]


@pytest.fixture(autouse=True)
def _connected(client: Client, host: FakeHost) -> None:
    connect(client, host)
    client.create_connector_profile(**profile())
    client.create_flow(**flow())


def tags(client: Client, arn: str) -> dict[str, str]:
    found: dict[str, str] = client.list_tags_for_resource(resourceArn=arn)["tags"]
    return found


@pytest.mark.parametrize("arn", ARNS)
def test_tags_are_added_replaced_and_removed(client: Client, arn: str) -> None:
    assert tags(client, arn) == {}
    client.tag_resource(resourceArn=arn, tags={"team": "sales", "stage": "test"})
    client.tag_resource(resourceArn=arn, tags={"stage": "prod", "cost": ""})
    assert tags(client, arn) == {"team": "sales", "stage": "prod", "cost": ""}
    client.untag_resource(resourceArn=arn, tagKeys=["team", "cost", "never"])
    assert tags(client, arn) == {"stage": "prod"}


def test_a_flow_shows_its_tags_wherever_they_came_from(client: Client) -> None:
    client.create_flow(**flow("other", tags={"team": "sales"}))
    arn = FLOW_ARN.replace("nightly", "other")
    client.tag_resource(resourceArn=arn, tags={"stage": "prod"})
    both = {"team": "sales", "stage": "prod"}
    assert tags(client, arn) == both
    assert client.describe_flow(flowName="other")["tags"] == both
    assert [item.get("tags") for item in client.list_flows()["flows"]] == [None, both]
    client.untag_resource(resourceArn=arn, tagKeys=["team", "stage"])
    assert "tags" not in client.describe_flow(flowName="other")


def test_tagging_is_no_update_of_the_flow_and_an_update_keeps_the_tags(client: Client) -> None:
    before = client.describe_flow(flowName="nightly")
    client.tag_resource(resourceArn=FLOW_ARN, tags={"team": "sales"})
    after = client.describe_flow(flowName="nightly")
    assert without(after, "tags", "ResponseMetadata") == without(before, "ResponseMetadata")
    client.update_flow(**flow())
    assert tags(client, FLOW_ARN) == {"team": "sales"}


def test_an_updated_connector_keeps_its_tags_and_a_new_one_has_none(
    client: Client, host: FakeHost
) -> None:
    client.tag_resource(resourceArn=CONNECTOR_ARN, tags={"team": "sales"})
    client.update_connector_registration(connectorLabel="Orders")
    assert tags(client, CONNECTOR_ARN) == {"team": "sales"}
    client.unregister_connector(connectorLabel="Orders", forceDelete=True)
    connect(client, host)
    assert tags(client, CONNECTOR_ARN) == {}


@pytest.mark.parametrize("arn", ARNS)
def test_fifty_tags_are_the_most(client: Client, arn: str) -> None:
    client.tag_resource(resourceArn=arn, tags={f"k{chr(97 + n % 26)}{n}": "v" for n in range(50)})
    client.tag_resource(resourceArn=arn, tags={"ka0": "changed"})
    assert refusal(client.tag_resource, resourceArn=arn, tags={"more": "v"}) == (
        "ValidationException",
        f"{arn} cannot have more than 50 tags.",
    )
    assert len(tags(client, arn)) == 50


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"aws:team": "sales"}, "Map keys must satisfy constraint"),
        ({"a b": "sales"}, "Map keys must satisfy constraint"),
        ({"team": "a" * 257}, "less than or equal to 256"),
        ({f"k{n}": "v" for n in range(51)}, "less than or equal to 50"),
    ],
)
def test_keys_and_values_keep_to_the_model(
    client: Client, given: dict[str, str], constraint: str
) -> None:
    code, message = refusal(client.tag_resource, resourceArn=FLOW_ARN, tags=given)
    assert code == "ValidationException"
    assert constraint in message
    assert tags(client, FLOW_ARN) == {}


@pytest.mark.parametrize(
    "arn",
    [
        PROFILE_ARN,
        "arn:aws:appflow:eu-west-1:123456789012:nightly",
        "arn:aws:s3:eu-west-1:123456789012:flow/nightly",
    ],
)
def test_only_flows_and_connectors_have_tags(client: Client, arn: str) -> None:
    expected = ("ValidationException", f"Only flows and connectors have tags, not '{arn}'.")
    assert refusal(client.list_tags_for_resource, resourceArn=arn) == expected
    assert refusal(client.tag_resource, resourceArn=arn, tags={"a": "b"}) == expected
    assert refusal(client.untag_resource, resourceArn=arn, tagKeys=["a"]) == expected


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        (f"{FLOW_ARN}ly", "Flow with name nightlyly does not exist."),
        (f"{CONNECTOR_ARN}s", "Connector with label Orderss does not exist."),
        (FLOW_ARN.replace("eu-west-1", "us-east-1"), "Flow with name nightly does not exist."),
    ],
)
def test_tagging_a_missing_resource_is_a_resource_not_found_exception(
    client: Client, arn: str, words: str
) -> None:
    expected = ("ResourceNotFoundException", words)
    assert refusal(client.list_tags_for_resource, resourceArn=arn) == expected
    assert refusal(client.tag_resource, resourceArn=arn, tags={"a": "b"}) == expected
    assert status(client.untag_resource, resourceArn=arn, tagKeys=["a"]) == 404


@pytest.mark.parametrize("arn", ARNS)
def test_the_caller_must_be_allowed_given_the_tags(
    client: Client, host: FakeHost, arn: str
) -> None:
    client.tag_resource(resourceArn=arn, tags={"team": "sales"})
    client.tag_resource(resourceArn=arn, tags={"stage": "prod"})
    client.untag_resource(resourceArn=arn, tagKeys=["stage"])
    tags(client, arn)
    present = {"aws:ResourceTag/team": "sales"}
    assert host.condition_keys["appflow:TagResource"] == {
        "aws:TagKeys": ["stage"],
        "aws:RequestTag/stage": "prod",
        **present,
    }
    assert host.condition_keys["appflow:UntagResource"] == {
        "aws:TagKeys": ["stage"],
        "aws:ResourceTag/stage": "prod",
        **present,
    }
    assert host.condition_keys["appflow:ListTagsForResource"] == present
    actions = ("TagResource", "UntagResource", "ListTagsForResource")
    host.denied |= {(f"appflow:{action}", arn) for action in actions}
    assert status(client.tag_resource, resourceArn=arn, tags={"a": "b"}) == 403
    assert status(client.untag_resource, resourceArn=arn, tagKeys=["team"]) == 403
    assert status(client.list_tags_for_resource, resourceArn=arn) == 403


def test_a_flow_that_is_being_changed_is_not_tagged_meanwhile(
    client: Client, host: FakeHost
) -> None:
    outcomes = []

    def tag_meanwhile(request: Mapping[str, Any]) -> Invocation:
        outcomes.append(refusal(client.tag_resource, resourceArn=FLOW_ARN, tags={"a": "b"}))
        return ConnectorFunction()(request)

    host.functions[FUNCTION_ARN] = tag_meanwhile
    client.update_flow(**flow())
    words = "Flow with name nightly is being changed by another request."
    assert outcomes == [("ConflictException", words)]


def test_a_connectors_tags_outlive_a_restart(client: Client, cloud: Cloud) -> None:
    client.tag_resource(resourceArn=CONNECTOR_ARN, tags={"team": "sales"})
    snapshot = cloud.appflow.snapshot()
    restarted = AppFlow(cloud.host, cloud.clock)
    restarted.restore(snapshot)
    found = restarted.call("ListTagsForResource", CALLER, {"resourceArn": CONNECTOR_ARN})
    assert found == {"tags": {"team": "sales"}}
