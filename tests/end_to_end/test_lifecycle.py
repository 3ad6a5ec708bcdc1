"""The registration's life on the local cloud, deployed through CloudFormation's API.

What MiniStack does not do as CloudFormation does (a Delete after a failed Create) is shown on the
model in tests/chaos.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from harness.cloud.app_stack import AppStack
from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import Cloud

STACK = "Tiny"
WRITES = {"RegisterConnector", "UpdateConnectorRegistration", "UnregisterConnector"}
TINY_CONNECTOR = Path(__file__).with_name("tiny_app") / "connector" / "index.py"


@pytest.fixture(autouse=True)
def _clean(cloud: Cloud) -> Iterator[None]:
    """Delete the stack and all connectors after each test, without the CLI's start-up time."""
    yield
    appflow = cloud.client("appflow")
    profiles = appflow.describe_connector_profiles(maxResults=100)["connectorProfileDetails"]
    for profile in profiles:
        name = profile["connectorProfileName"]
        appflow.delete_connector_profile(connectorProfileName=name, forceDelete=True)
    cloud.client("cloudformation").delete_stack(StackName=STACK)
    cloud.settle(STACK)
    for label in cloud.labels():
        appflow.unregister_connector(connectorLabel=label, forceDelete=True)


def register_by_hand(cloud: Cloud, label: str) -> str:
    """Register a connector as somebody else, and return its function's ARN."""
    arn = create_function(cloud, f"theirs-{label}", TINY_CONNECTOR.read_text())
    cloud.client("appflow").register_connector(
        connectorLabel=label,
        description="Theirs",
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": arn}},
    )
    return arn


def function_of(cloud: Cloud, label: str) -> str:
    config = cloud.describe(label)["connectorProvisioningConfig"]
    return str(config["lambda"]["lambdaArn"])


def writes(cloud: Cloud) -> list[str]:
    return [call for call in cloud.appflow_calls() if call in WRITES]


def test_a_label_that_was_registered_by_hand_stays_whose_it_is(
    cloud: Cloud, tiny_stack: AppStack
) -> None:
    theirs = register_by_hand(cloud, "Taken")
    assert tiny_stack.try_to_deploy(CONNECTOR_LABEL="Taken") == "ROLLBACK_COMPLETE"
    reasons = cloud.reasons(STACK)
    assert "RegisterConnector: ConflictException: label Taken is taken for" in reasons
    assert "root" in reasons
    assert function_of(cloud, "Taken") == theirs
    assert tiny_stack.destroy() == "DELETE_COMPLETE"
    assert function_of(cloud, "Taken") == theirs
    assert cloud.describe("Taken")["connectorDescription"] == "Theirs"


def test_adopt_takes_it_over(cloud: Cloud, tiny_stack: AppStack) -> None:
    theirs = register_by_hand(cloud, "Adopted")
    tiny_stack.deploy(CONNECTOR_LABEL="Adopted", ON_CONFLICT="ADOPT")
    assert function_of(cloud, "Adopted") != theirs
    assert tiny_stack.destroy() == "DELETE_COMPLETE"
    assert cloud.labels() == []


def test_a_renamed_connector_leaves_nothing_under_the_old_label(
    cloud: Cloud, tiny_stack: AppStack
) -> None:
    tiny_stack.deploy(CONNECTOR_LABEL="Before")
    tiny_stack.deploy(CONNECTOR_LABEL="After")
    assert cloud.labels() == ["After"]


def test_a_rename_beside_a_sibling_that_fails_is_rolled_back(
    cloud: Cloud, tiny_stack: AppStack
) -> None:
    tiny_stack.deploy(CONNECTOR_LABEL="Before")
    status = tiny_stack.try_to_deploy(CONNECTOR_LABEL="After", BROKEN_SIBLING="1")
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.labels() == ["Before"]


def test_a_description_is_set_changed_and_removed(cloud: Cloud, tiny_stack: AppStack) -> None:
    shown = []
    for variables in ({}, {"DESCRIPTION": "One"}, {"DESCRIPTION": "Two"}, {}):
        tiny_stack.deploy(CONNECTOR_LABEL="Described", **variables)
        shown.append(cloud.describe("Described")["connectorDescription"])
    assert shown[1:3] == ["One", "Two"]
    assert shown[0] == shown[3]


def test_an_unrelated_change_makes_no_call_to_appflow(cloud: Cloud, tiny_stack: AppStack) -> None:
    tiny_stack.deploy(CONNECTOR_LABEL="Quiet")
    before = cloud.appflow_calls()
    tiny_stack.deploy(CONNECTOR_LABEL="Quiet", UNRELATED="changed")
    assert cloud.appflow_calls() == before


def test_a_property_that_appflow_does_not_hold_changes_without_a_call_that_writes(
    cloud: Cloud, tiny_stack: AppStack
) -> None:
    tiny_stack.deploy(CONNECTOR_LABEL="Forced")
    before = writes(cloud)
    tiny_stack.deploy(CONNECTOR_LABEL="Forced", FORCE_UNREGISTER="1")
    assert writes(cloud) == before


def test_a_connector_removed_by_hand_comes_back_with_the_next_update(
    cloud: Cloud, tiny_stack: AppStack
) -> None:
    tiny_stack.deploy(CONNECTOR_LABEL="Removed")
    cloud.client("appflow").unregister_connector(connectorLabel="Removed")
    tiny_stack.deploy(CONNECTOR_LABEL="Removed", DESCRIPTION="Back")
    assert cloud.describe("Removed")["connectorDescription"] == "Back"


def test_a_deployed_connector_cannot_change_its_provider(
    cloud: Cloud, tiny_stack: AppStack
) -> None:
    tiny_stack.deploy(CONNECTOR_LABEL="Served")
    status = tiny_stack.try_to_deploy(CONNECTOR_LABEL="Served", PROVIDER_ID="Other")
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert "Modifying service token is not allowed." in cloud.reasons(STACK)
    tiny_stack.deploy(CONNECTOR_LABEL="Served", DESCRIPTION="Still")
    assert cloud.describe("Served")["connectorDescription"] == "Still"


def test_a_retained_connector_is_adopted_by_another_provider(
    cloud: Cloud, tiny_stack: AppStack
) -> None:
    """What docs/how-to/bring-your-own.md says of a connector that is registered already."""
    tiny_stack.deploy(CONNECTOR_LABEL="Moved", RETAIN="1")
    tiny_stack.deploy(
        CONNECTOR_LABEL="Moved", CONNECTOR_ID="Again", PROVIDER_ID="Other", ON_CONFLICT="ADOPT"
    )
    assert cloud.labels() == ["Moved"]
    assert tiny_stack.destroy() == "DELETE_COMPLETE"
    assert cloud.labels() == []


def use(cloud: Cloud, label: str) -> None:
    """Let a profile use the connector."""
    cloud.client("appflow").create_connector_profile(
        connectorProfileName="sales",
        connectorType="CustomConnector",
        connectorLabel=label,
        connectionMode="Public",
        connectorProfileConfig={
            "connectorProfileProperties": {"CustomConnector": {"profileProperties": {}}},
            "connectorProfileCredentials": {
                "CustomConnector": {"authenticationType": "APIKEY", "apiKey": {"apiKey": "k"}}
            },
        },
    )


def test_a_connector_in_use_is_deleted_once_it_is_not(cloud: Cloud, tiny_stack: AppStack) -> None:
    tiny_stack.deploy(CONNECTOR_LABEL="Used")
    use(cloud, "Used")
    assert tiny_stack.destroy() == "DELETE_FAILED"
    assert "Used is used by connector profile sales" in cloud.reasons(STACK)
    assert cloud.labels() == ["Used"]
    with pytest.raises(ClientError, match=r"is in DELETE_FAILED state and can ?not be updated"):
        tiny_stack.deploy(CONNECTOR_LABEL="Used", FORCE_UNREGISTER="1")
    cloud.client("appflow").delete_connector_profile(connectorProfileName="sales")
    assert tiny_stack.destroy() == "DELETE_COMPLETE"
    assert cloud.labels() == []


def test_a_connector_in_use_is_deleted_by_force(cloud: Cloud, tiny_stack: AppStack) -> None:
    tiny_stack.deploy(CONNECTOR_LABEL="Used", FORCE_UNREGISTER="1")
    use(cloud, "Used")
    assert tiny_stack.destroy() == "DELETE_COMPLETE"
    assert cloud.labels() == []
