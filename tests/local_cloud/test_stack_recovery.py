"""A stack operation that a crash cut off is taken back, truly, or said to be beyond that."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from appflow_local.saved_state import SavedState
from harness.cloud import custom_resource_stack as custom
from harness.cloud.appflow_stack import changed, deploy, template
from harness.cloud.local_cloud import Cloud, running_cloud

PATIENCE_SECONDS = 30
SILENT = {"Silent": "Update"}
LABEL = "Taken"
OPERATION = "_appflow_local_operation"  # in a stack's record


def things(**more: dict[str, str]) -> dict[str, Any]:
    body = custom.template(One={"Value": "1"}, Two={"Value": "1"}, **more)
    body["Outputs"] = {"Value": {"Value": {"Fn::GetAtt": ["One", "Value"]}}}
    return body


BEFORE = {
    "Updated": things(Old={}),
    "Returning": custom.template(One={"Value": "1", **SILENT}, Two={"Value": "1"}),
    "Cleaning": things(Old={"Silent": "Delete"}),
    "Unknown": things(),
    "Flows": template(LABEL),
}
AFTER = {
    "Updated": custom.template(One={"Value": "2"}, New={}, Two={"Value": "2", **SILENT}),
    "Returning": custom.template(One={"Value": "2"}, Two={"Value": "2", "Fails": "Update"}),
    "Cleaning": custom.template(One={"Value": "2"}, Two={"Value": "1"}),
    "Unknown": things(Last={"Silent": "Create"}),
}
AT_WORK = {
    "Updated": ("UPDATE_IN_PROGRESS", "Two UPDATE_IN_PROGRESS"),
    "Returning": ("UPDATE_ROLLBACK_IN_PROGRESS", "One UPDATE_IN_PROGRESS"),
    "Cleaning": ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "Old DELETE_IN_PROGRESS"),
    "Unknown": ("UPDATE_IN_PROGRESS", "Last CREATE_IN_PROGRESS"),
    "Created": ("CREATE_IN_PROGRESS", "Last CREATE_IN_PROGRESS"),
    "Flows": ("UPDATE_IN_PROGRESS", "Wait CREATE_IN_PROGRESS"),
}
"""The status of each stack when the cloud is killed, and its last event."""

AFTER["Cleaning"]["Outputs"] = BEFORE["Cleaning"]["Outputs"]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud that was killed in the middle of several operations, and started again."""
    home = tmp_path_factory.mktemp("cut-off")
    folder = home / "state"
    with running_cloud(home, ["--state", str(folder)]) as before:
        begin(before)
        wait_until_saved(before, folder)
        kill(before)
    forget(folder, "Unknown")
    with running_cloud(home, ["--state", str(folder)]) as after:
        yield after


def begin(cloud: Cloud) -> None:
    for name, body in BEFORE.items():
        assert deploy(cloud, name, body) == "CREATE_COMPLETE", cloud.reasons(name)
    update(cloud, "Flows", flows_changed())
    for name, body in AFTER.items():
        update(cloud, name, body)
    body = custom.template(One={}, Last={"Silent": "Create"})
    cloud.client("cloudformation").create_stack(**given("Created", body))
    for name, expected in AT_WORK.items():
        wait_until(lambda name=name, expected=expected: at_work(cloud, name) == expected)


def at_work(cloud: Cloud, stack: str) -> tuple[str, str]:
    found = cloud.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    last = max(found, key=lambda event: event["Timestamp"])
    return cloud.status(stack), f"{last['LogicalResourceId']} {last['ResourceStatus']}"


def flows_changed() -> dict[str, Any]:
    """Another description, then a resource that waits."""
    body = changed(template(LABEL), "Flow.Description", "Changed")
    waits: dict[str, Any] = {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Wait": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "DependsOn": "Flow",
            "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "600"},
        },
    }
    return {**body, "Resources": {**body["Resources"], **waits}}


def given(name: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "StackName": name,
        "TemplateBody": json.dumps(body),
        "Capabilities": ["CAPABILITY_IAM"],
    }


def update(cloud: Cloud, name: str, body: dict[str, Any]) -> None:
    cloud.client("cloudformation").update_stack(**given(name, body))


def wait_until(done: Any) -> None:  # noqa: ANN401 - a call without arguments
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def wait_until_saved(cloud: Cloud, folder: Path) -> None:
    cloud.client("secretsmanager").create_secret(Name="last-thing", SecretString="kept")
    document = folder / "state.json"
    wait_until(lambda: "last-thing" in document.read_text())


def kill(cloud: Cloud) -> None:
    """End the server as a crash would; it is this test's own, named by its folder's record."""
    record = cloud.home / str(cloud.port) / "server.json"
    os.kill(json.loads(record.read_text())["pid"], signal.SIGKILL)


def forget(folder: Path, stack: str) -> None:
    """Take what is known of an operation out of the state, as in one that an older cloud saved."""
    writer = json.loads((folder / "state.json").read_text())["writer"]
    saved = SavedState(folder, writer)
    content = saved.read() or {}
    services = json.loads(content["services"]["cloudformation"])
    (found,) = records(services, stack)
    del found[OPERATION]
    content["services"]["cloudformation"] = json.dumps(services)
    saved.write(content)


def records(node: object, stack: str) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("StackName") == stack and OPERATION in node:
            yield node
        for value in node.values():
            yield from records(value, stack)
    elif isinstance(node, list):
        for value in node:
            yield from records(value, stack)


def roll_back(cloud: Cloud, stack: str, *, status: str = "UPDATE_ROLLBACK_FAILED") -> str:
    assert cloud.status(stack) == status
    cloudformation = cloud.client("cloudformation")
    if status == "CREATE_FAILED":
        cloudformation.rollback_stack(StackName=stack)
    else:  # as the CDK CLI asks
        cloudformation.continue_update_rollback(StackName=stack, ResourcesToSkip=[])
    return cloud.settle(stack)


def check_restored(cloud: Cloud, stack: str) -> None:
    """Check that the stack is what it was, and that another update of it succeeds."""
    cloudformation = cloud.client("cloudformation")
    kept = cloudformation.get_template(StackName=stack)["TemplateBody"]
    assert json.loads(json.dumps(kept)) == BEFORE[stack]
    found = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    assert {each["LogicalResourceId"] for each in found} == BEFORE[stack]["Resources"].keys()
    with pytest.raises(ClientError, match="No updates are to be performed"):
        update(cloud, stack, BEFORE[stack])


def test_an_update_that_was_cut_off_is_rolled_back_in_fact(cloud: Cloud) -> None:
    function = custom.function_of(cloud, "Updated")
    custom.obey(cloud, function)
    assert roll_back(cloud, "Updated") == "UPDATE_ROLLBACK_COMPLETE", cloud.reasons("Updated")
    check_restored(cloud, "Updated")
    last = custom.asked(cloud, function)[-3:]
    assert sorted(last) == ["Delete New None", "Update One 1", "Update Two 1"]
    custom_two = custom.template(One={"Value": "3"}, Two={"Value": "3"})
    assert deploy(cloud, "Updated", custom_two) == "UPDATE_COMPLETE"


def test_appflows_resources_are_rolled_back_too(cloud: Cloud) -> None:
    assert roll_back(cloud, "Flows") == "UPDATE_ROLLBACK_COMPLETE", cloud.reasons("Flows")
    check_restored(cloud, "Flows")
    flow = cloud.client("appflow").describe_flow(flowName=f"{LABEL}-flow")
    assert flow["description"] == "Every order"


def test_a_rollback_that_was_cut_off_is_taken_up_again(cloud: Cloud) -> None:
    function = custom.function_of(cloud, "Returning")
    custom.obey(cloud, function)
    assert roll_back(cloud, "Returning") == "UPDATE_ROLLBACK_COMPLETE", cloud.reasons("Returning")
    check_restored(cloud, "Returning")
    assert sorted(custom.asked(cloud, function)[-2:]) == ["Update One 1", "Update Two 1"]


def test_an_update_that_had_only_to_clean_up_is_complete(cloud: Cloud) -> None:
    assert cloud.status("Cleaning") == "UPDATE_COMPLETE"
    cloudformation = cloud.client("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName="Cleaning")["Stacks"]
    assert stack["Outputs"][0]["OutputValue"] == "2"
    function = custom.function_of(cloud, "Cleaning")
    custom.obey(cloud, function)
    cloudformation.delete_stack(StackName="Cleaning")
    assert cloud.settle("Cleaning") == "DELETE_COMPLETE"
    assert "Delete Old None" in custom.asked(cloud, function)[-3:]


def test_a_creation_that_was_cut_off_is_rolled_back_in_fact(cloud: Cloud) -> None:
    function = custom.function_of(cloud, "Created")
    assert roll_back(cloud, "Created", status="CREATE_FAILED") == "ROLLBACK_COMPLETE"
    assert custom.asked(cloud, function)[-1] == "Delete One None"
    with pytest.raises(ClientError, match="not found"):
        cloud.client("lambda").get_function(FunctionName=function)


def test_a_rollback_of_which_nothing_is_known_is_refused(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="an update of which it kept nothing"):
        roll_back(cloud, "Unknown")
    assert cloud.status("Unknown") == "UPDATE_ROLLBACK_FAILED"
