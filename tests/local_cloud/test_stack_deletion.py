"""What can't be deleted keeps what it depends on, so that it can be deleted later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

from harness.cloud import custom_resource_stack as custom
from harness.cloud.appflow_stack import Template, deploy, profile_alone, template
from harness.cloud.local_cloud import Cloud


@contextmanager
def in_use(cloud: Cloud, label: str) -> Iterator[None]:
    """Let a connector have a profile that its stack doesn't know."""
    name = f"{label}-by-hand"
    assert deploy(cloud, name, profile_alone(label, name)) == "CREATE_COMPLETE"
    yield
    assert delete(cloud, name) == "DELETE_COMPLETE"


def delete(cloud: Cloud, stack: str) -> str:
    cloud.client("cloudformation").delete_stack(StackName=stack)
    return cloud.settle(stack)


def resources(cloud: Cloud, stack: str) -> dict[str, str]:
    """The status of each resource that is in the stack."""
    found = cloud.client("cloudformation").describe_stack_resources(StackName=stack)
    return {each["LogicalResourceId"]: each["ResourceStatus"] for each in found["StackResources"]}


def connector_alone(label: str) -> Template:
    kept = ("Role", "Function", "Permission", "Connector")
    found = template(label)["Resources"]
    return {"Resources": {name: found[name] for name in kept}}


def test_a_deletion_stops_at_what_a_resource_in_use_depends_on(own_cloud: Cloud) -> None:
    body = template("InUse")
    assert deploy(own_cloud, "InUse", body) == "CREATE_COMPLETE", own_cloud.reasons("InUse")
    with in_use(own_cloud, "InUse"):
        assert delete(own_cloud, "InUse") == "DELETE_FAILED"
        left = resources(own_cloud, "InUse")
        assert set(left) == {"Connector", "Permission", "Function", "Role"}
        assert [name for name, status in left.items() if "FAILED" in status] == ["Connector"]
        cloudformation = own_cloud.client("cloudformation")
        (stack,) = cloudformation.describe_stacks(StackName="InUse")["Stacks"]
        assert stack["StackStatusReason"].endswith("failed to delete: [Connector].")
        # Still in use: it fails again, and nothing else is lost.
        assert delete(own_cloud, "InUse") == "DELETE_FAILED"
        assert resources(own_cloud, "InUse").keys() == left.keys()
    assert delete(own_cloud, "InUse") == "DELETE_COMPLETE"
    assert "InUse" not in own_cloud.labels()


def test_the_function_of_a_custom_resource_outlives_it(own_cloud: Cloud) -> None:
    body = custom.template(First={}, Second={"Fails": "Delete"}, Third={})
    assert deploy(own_cloud, "Outlived", body) == "CREATE_COMPLETE"
    function = custom.function_of(own_cloud, "Outlived")
    assert delete(own_cloud, "Outlived") == "DELETE_FAILED"
    assert set(resources(own_cloud, "Outlived")) == {"Role", "Function", "First", "Second"}
    custom.obey(own_cloud, function)
    assert delete(own_cloud, "Outlived") == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="not found"):
        own_cloud.client("lambda").get_function(FunctionName=function)


def test_what_an_update_cannot_remove_keeps_what_it_depends_on(own_cloud: Cloud) -> None:
    label = "Removed"
    topic = {"Topic": {"Type": "AWS::SNS::Topic"}}
    body = {"Resources": {**connector_alone(label)["Resources"], **topic}}
    assert deploy(own_cloud, label, body) == "CREATE_COMPLETE", own_cloud.reasons(label)
    with in_use(own_cloud, label):
        assert deploy(own_cloud, label, {"Resources": topic}) == "UPDATE_COMPLETE"
        left = {"Connector", "Permission", "Function", "Role", "Topic"}
        assert set(resources(own_cloud, label)) == left
        other = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, **topic}}
        assert deploy(own_cloud, label, other) == "UPDATE_COMPLETE"
        assert set(resources(own_cloud, label)) == {*left, "Queue"}
    assert delete(own_cloud, label) == "DELETE_COMPLETE"
    assert label not in own_cloud.labels()


def test_what_a_rollback_cannot_delete_is_deleted_with_the_stack(own_cloud: Cloud) -> None:
    body = custom.template(First={}, Second={"Fails": "Delete"}, Third={"Fails": "Create"})
    assert deploy(own_cloud, "Rolled", body) == "ROLLBACK_FAILED"
    assert set(resources(own_cloud, "Rolled")) == {"Role", "Function", "First", "Second"}
    function = custom.function_of(own_cloud, "Rolled")
    custom.obey(own_cloud, function)
    assert delete(own_cloud, "Rolled") == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="not found"):
        own_cloud.client("lambda").get_function(FunctionName=function)


@pytest.mark.parametrize("disable_rollback", [True, False])
def test_a_change_set_that_failed_keeps_what_is_depended_on(
    own_cloud: Cloud, *, disable_rollback: bool
) -> None:
    name = f"ChangeSet{disable_rollback}"
    body = custom.template(First={}, Second={"Fails": "Delete"}, Third={"Fails": "Create"})
    cloudformation = own_cloud.client("cloudformation")
    cloudformation.create_change_set(
        StackName=name,
        ChangeSetName="create",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps(body),
        Capabilities=["CAPABILITY_IAM"],
    )
    cloudformation.execute_change_set(
        StackName=name, ChangeSetName="create", DisableRollback=disable_rollback
    )
    assert own_cloud.settle(name) == ("CREATE_FAILED" if disable_rollback else "ROLLBACK_FAILED")
    function = custom.function_of(own_cloud, name)
    for _ in range(2):
        assert delete(own_cloud, name) == "DELETE_FAILED"
        assert set(resources(own_cloud, name)) == {"Role", "Function", "First", "Second"}
    custom.obey(own_cloud, function)
    assert delete(own_cloud, name) == "DELETE_COMPLETE"


def test_a_nested_stack_that_cannot_be_deleted_keeps_its_parent(own_cloud: Cloud) -> None:
    s3 = own_cloud.client("s3")
    s3.create_bucket(Bucket="nested-templates")
    child = json.dumps(connector_alone("Nested"))
    s3.put_object(Bucket="nested-templates", Key="child.json", Body=child)
    url = "https://s3.us-east-1.amazonaws.com/nested-templates/child.json"
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    assert deploy(own_cloud, "Parent", {"Resources": {"Child": nested}}) == "CREATE_COMPLETE"
    with in_use(own_cloud, "Nested"):
        assert delete(own_cloud, "Parent") == "DELETE_FAILED"
        reasons = own_cloud.reasons("Parent")
        assert "was not successfully deleted: The following resource(s) failed" in reasons
    assert delete(own_cloud, "Parent") == "DELETE_COMPLETE"
    assert "Nested" not in own_cloud.labels()


def test_a_stack_that_failed_to_be_deleted_is_not_without_changes(own_cloud: Cloud) -> None:
    body = custom.template(Only={"Fails": "Delete"})
    assert deploy(own_cloud, "Undeleted", body) == "CREATE_COMPLETE"
    function = custom.function_of(own_cloud, "Undeleted")
    assert delete(own_cloud, "Undeleted") == "DELETE_FAILED"
    cloudformation = own_cloud.client("cloudformation")
    given = {"StackName": "Undeleted", "TemplateBody": json.dumps(body)}
    with pytest.raises(ClientError, match="is in DELETE_FAILED state and can not be updated"):
        cloudformation.create_change_set(
            **given, ChangeSetName="again", Capabilities=["CAPABILITY_IAM"]
        )
    with pytest.raises(ClientError, match="is in DELETE_FAILED state and cannot be updated"):
        cloudformation.update_stack(**given, Capabilities=["CAPABILITY_IAM"])
    custom.obey(own_cloud, function)
    assert delete(own_cloud, "Undeleted") == "DELETE_COMPLETE"
