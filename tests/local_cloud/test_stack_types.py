"""The AppFlow types in stacks of a running local cloud, IAM enforced."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.cloud.appflow_stack import (
    PROFILE_PASSWORD,
    changed,
    deploy,
    flow_alone,
    outputs,
    profile_alone,
    template,
)
from harness.cloud.local_cloud import Cloud

LABEL = "Stacked"
ACCOUNT = "000000000000"


@pytest.fixture(scope="module")
def stack(own_cloud: Cloud) -> str:
    """The stack of connector, profile and flow."""
    assert deploy(own_cloud, LABEL, template(LABEL)) == "CREATE_COMPLETE", own_cloud.reasons(LABEL)
    return LABEL


def profiles(cloud: Cloud) -> list[str]:
    found = cloud.client("appflow").describe_connector_profiles(maxResults=100)[
        "connectorProfileDetails"
    ]
    return [profile["connectorProfileName"] for profile in found]


def flow(cloud: Cloud, name: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud.client("appflow").describe_flow(flowName=name)
    return found


def test_ref_and_getatt_are_what_appflow_says(own_cloud: Cloud, stack: str) -> None:
    found = own_cloud.client("appflow").describe_connector_profiles(maxResults=100)[
        "connectorProfileDetails"
    ]
    (profile,) = (item for item in found if item["connectorProfileName"] == f"{LABEL}-profile")
    assert outputs(own_cloud, stack) == {
        "Label": LABEL,
        "ConnectorArn": own_cloud.describe(LABEL)["connectorArn"],
        "ProfileName": f"{LABEL}-profile",
        "ProfileArn": profile["connectorProfileArn"],
        "CredentialsArn": profile["credentialsArn"],
        "FlowName": f"{LABEL}-flow",
        "FlowArn": flow(own_cloud, f"{LABEL}-flow")["flowArn"],
    }


@pytest.mark.usefixtures("stack")
def test_a_flow_has_its_tasks_and_the_tags_of_template_and_stack(
    own_cloud: Cloud, scratch: str
) -> None:
    own_cloud.client("cloudformation").create_stack(
        StackName=scratch,
        TemplateBody=json.dumps(flow_alone(LABEL, "tagged")),
        Tags=[{"Key": "team", "Value": "overridden"}, {"Key": "tier", "Value": "one"}],
    )
    assert own_cloud.settle(scratch) == "CREATE_COMPLETE"
    tagged = flow(own_cloud, "tagged")
    assert tagged["tags"] == {"team": "sales", "tier": "one"}
    assert tagged["tasks"][0]["taskProperties"] == {"EXCLUDE_SOURCE_FIELDS_LIST": '["Note"]'}


@pytest.mark.usefixtures("stack")
def test_a_flow_is_updated_in_place(own_cloud: Cloud, scratch: str) -> None:
    before = flow_alone(LABEL, "updated")
    assert deploy(own_cloud, scratch, before) == "CREATE_COMPLETE"
    created = flow(own_cloud, "updated")["createdAt"]
    after = changed(before, "Flow.Description", "Every open order")
    after = changed(after, "Flow.Tags", [{"Key": "tier", "Value": "two"}])
    assert deploy(own_cloud, scratch, after) == "UPDATE_COMPLETE", own_cloud.reasons(scratch)
    found = flow(own_cloud, "updated")
    assert (found["description"], found["tags"]) == ("Every open order", {"tier": "two"})
    assert found["createdAt"] == created


@pytest.mark.usefixtures("stack")
def test_a_schedule_follows_the_status(own_cloud: Cloud, scratch: str) -> None:
    trigger = {
        "TriggerType": "Scheduled",
        "TriggerProperties": {
            "ScheduleExpression": "rate(1days)",
            "ScheduleStartTime": 4102444800,
        },
    }
    before = changed(flow_alone(LABEL, "scheduled"), "Flow.TriggerConfig", trigger)
    active = changed(before, "Flow.FlowStatus", "Active")
    assert deploy(own_cloud, scratch, active) == "CREATE_COMPLETE", own_cloud.reasons(scratch)
    assert flow(own_cloud, "scheduled")["flowStatus"] == "Active"
    suspended = changed(before, "Flow.FlowStatus", "Suspended")
    assert deploy(own_cloud, scratch, suspended) == "UPDATE_COMPLETE", own_cloud.reasons(scratch)
    assert flow(own_cloud, "scheduled")["flowStatus"] == "Suspended"


@pytest.mark.usefixtures("stack")
def test_renaming_a_flow_replaces_it(own_cloud: Cloud, scratch: str) -> None:
    before = flow_alone(LABEL, "first")
    assert deploy(own_cloud, scratch, before) == "CREATE_COMPLETE"
    after = changed(before, "Flow.FlowName", "second")
    assert deploy(own_cloud, scratch, after) == "UPDATE_COMPLETE"
    names = [
        item["flowName"] for item in own_cloud.client("appflow").list_flows(maxResults=100)["flows"]
    ]
    assert "second" in names
    assert "first" not in names


@pytest.mark.usefixtures("stack")
def test_a_replacement_under_the_same_name_is_refused(own_cloud: Cloud, scratch: str) -> None:
    before = profile_alone(LABEL, "kept")
    assert deploy(own_cloud, scratch, before) == "CREATE_COMPLETE"
    after = changed(before, "Profile.ConnectorLabel", "Another")
    assert deploy(own_cloud, scratch, after) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Rename kept and update the stack again." in own_cloud.reasons(scratch)


@pytest.mark.usefixtures("stack")
def test_wrong_credentials_roll_back_with_the_connectors_message(
    own_cloud: Cloud, scratch: str
) -> None:
    two = profile_alone(LABEL, "right")
    wrong = profile_alone(LABEL, "wrong", password="guess")["Resources"]["Profile"]
    two["Resources"]["Wrong"] = {**wrong, "DependsOn": ["Profile"]}
    assert deploy(own_cloud, scratch, two) == "ROLLBACK_COMPLETE"
    reason = own_cloud.reasons(scratch)
    assert reason.startswith("Wrong: Error authenticating to connector: ")
    assert "connector failure Wrong password" in reason
    assert reason.endswith("(Service: Appflow, Status Code: 401)")
    assert not {"right", "wrong"} & set(profiles(own_cloud))


@pytest.mark.usefixtures("stack")
def test_a_failed_update_brings_the_former_credentials_back(own_cloud: Cloud, scratch: str) -> None:
    before = profile_alone(LABEL, "steady")
    assert deploy(own_cloud, scratch, before) == "CREATE_COMPLETE"
    after = changed(before, PROFILE_PASSWORD, "guess")
    assert deploy(own_cloud, scratch, after) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Wrong password" in own_cloud.reasons(scratch)
    secret = own_cloud.client("secretsmanager").get_secret_value(
        SecretId=f"appflow!{ACCOUNT}-{LABEL}-steady"
    )
    assert json.loads(secret["SecretString"])["password"] == "s3cret"


@pytest.mark.usefixtures("stack")
def test_a_password_comes_from_secrets_manager(own_cloud: Cloud, scratch: str) -> None:
    own_cloud.client("secretsmanager").create_secret(Name="shop", SecretString="s3cret")
    reference = "{{resolve:secretsmanager:shop}}"
    assert deploy(own_cloud, scratch, profile_alone(LABEL, "resolved", reference)) == (
        "CREATE_COMPLETE"
    )


@pytest.mark.usefixtures("stack")
def test_an_unknown_property_is_named(own_cloud: Cloud, scratch: str) -> None:
    assert deploy(own_cloud, scratch, changed(flow_alone(LABEL, "odd"), "Flow.Colour", "red")) == (
        "ROLLBACK_COMPLETE"
    )
    assert own_cloud.reasons(scratch) == (
        "Flow: Properties validation failed for resource Flow with message: "
        "[#: extraneous key [Colour] is not permitted]"
    )


@pytest.mark.usefixtures("stack")
def test_a_resource_deleted_by_hand_counts_as_deleted(own_cloud: Cloud, scratch: str) -> None:
    assert deploy(own_cloud, scratch, flow_alone(LABEL, "vanished")) == "CREATE_COMPLETE"
    own_cloud.client("appflow").delete_flow(flowName="vanished")
    own_cloud.client("cloudformation").delete_stack(StackName=scratch)
    assert own_cloud.settle(scratch) == "DELETE_COMPLETE"


def test_a_whole_stack_goes_in_order_once_nobody_uses_it(own_cloud: Cloud) -> None:
    label = "Leaving"
    appflow, cloudformation = own_cloud.client("appflow"), own_cloud.client("cloudformation")
    assert deploy(own_cloud, label, template(label)) == "CREATE_COMPLETE"
    assert deploy(own_cloud, "Stranger", profile_alone(label, "stranger")) == "CREATE_COMPLETE"
    cloudformation.delete_stack(StackName=label)
    assert own_cloud.settle(label) == "DELETE_FAILED"
    assert "is in use by connector profile stranger" in own_cloud.reasons(label)
    cloudformation.delete_stack(StackName="Stranger")
    assert own_cloud.settle("Stranger") == "DELETE_COMPLETE"
    cloudformation.delete_stack(StackName=label)
    assert own_cloud.settle(label) == "DELETE_COMPLETE"
    assert label not in own_cloud.labels()
    with pytest.raises(ClientError, match="does not exist"):
        appflow.describe_flow(flowName=f"{label}-flow")
