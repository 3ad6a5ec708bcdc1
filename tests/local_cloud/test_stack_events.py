"""A stack's events tell what happens, in the order in which it does; the CDK CLI counts them."""

from __future__ import annotations

from typing import Any

from harness.cloud import custom_resource_stack as custom
from harness.cloud.appflow_stack import deploy
from harness.cloud.local_cloud import Cloud

Event = tuple[str, str]


def events(cloud: Cloud, stack: str, since: int = 0) -> list[dict[str, Any]]:
    """The events of a stack, first to last, as the CDK CLI sorts them: by their time."""
    pages = cloud.client("cloudformation").get_paginator("describe_stack_events")
    found = [each for page in pages.paginate(StackName=stack) for each in page["StackEvents"]]
    return sorted(found, key=lambda event: event["Timestamp"])[since:]


def told(cloud: Cloud, stack: str, since: int = 0) -> list[Event]:
    found = events(cloud, stack, since)
    return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in found]


def topics(**names: str | None) -> dict[str, Any]:
    return {
        "Resources": {
            name: {
                "Type": "AWS::SNS::Topic",
                "Properties": {"DisplayName": display} if display else {},
            }
            for name, display in names.items()
        }
    }


def test_no_two_events_of_a_stack_are_of_the_same_time(own_cloud: Cloud) -> None:
    many = {f"Topic{number}": None for number in range(40)}
    assert deploy(own_cloud, "Timely", topics(**many)) == "CREATE_COMPLETE"
    found = events(own_cloud, "Timely")
    assert len({event["Timestamp"] for event in found}) == len(found) == 2 * 40 + 2
    statuses = told(own_cloud, "Timely")
    assert (statuses[0], statuses[-1]) == (
        ("Timely", "CREATE_IN_PROGRESS"),
        ("Timely", "CREATE_COMPLETE"),
    )
    for name in many:
        begun, done = ((name, f"CREATE_{end}") for end in ("IN_PROGRESS", "COMPLETE"))
        assert statuses.index(begun) < statuses.index(done)


def test_an_update_tells_of_what_it_changes_adds_and_then_removes(own_cloud: Cloud) -> None:
    deploy(own_cloud, "Telling", topics(Same="same", Other="one", Old="old"))
    before = len(events(own_cloud, "Telling"))
    assert deploy(own_cloud, "Telling", topics(Same="same", Other="two", New="new")) == (
        "UPDATE_COMPLETE"
    )
    found = told(own_cloud, "Telling", before)
    assert found[0] == ("Telling", "UPDATE_IN_PROGRESS")
    assert set(found[1:5]) == {
        ("Other", "UPDATE_IN_PROGRESS"),
        ("Other", "UPDATE_COMPLETE"),
        ("New", "CREATE_IN_PROGRESS"),
        ("New", "CREATE_COMPLETE"),
    }
    assert found[5:] == [
        ("Telling", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Old", "DELETE_IN_PROGRESS"),
        ("Old", "DELETE_COMPLETE"),
        ("Telling", "UPDATE_COMPLETE"),
    ]


def test_an_update_that_fails_tells_of_the_failure_and_the_way_back(own_cloud: Cloud) -> None:
    body = custom.template(One={"Value": "1"}, Two={"Value": "1"})
    assert deploy(own_cloud, "Back", body) == "CREATE_COMPLETE"
    before = len(events(own_cloud, "Back"))
    failing = custom.template(One={"Value": "2"}, Two={"Value": "2", "Fails": "Update"})
    assert deploy(own_cloud, "Back", failing) == "UPDATE_ROLLBACK_COMPLETE"
    assert told(own_cloud, "Back", before) == [
        ("Back", "UPDATE_IN_PROGRESS"),
        ("One", "UPDATE_IN_PROGRESS"),
        ("One", "UPDATE_COMPLETE"),
        ("Two", "UPDATE_IN_PROGRESS"),
        ("Two", "UPDATE_FAILED"),
        ("Back", "UPDATE_ROLLBACK_IN_PROGRESS"),
        ("One", "UPDATE_IN_PROGRESS"),
        ("One", "UPDATE_COMPLETE"),
        ("Two", "UPDATE_IN_PROGRESS"),
        ("Two", "UPDATE_COMPLETE"),
        ("Back", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Back", "UPDATE_ROLLBACK_COMPLETE"),
    ]


def test_a_replaced_resource_is_told_once_and_deleted_in_the_cleanup(own_cloud: Cloud) -> None:
    def named(name: str) -> dict[str, Any]:
        return {
            "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}}
        }

    deploy(own_cloud, "Replacing", named("first"))
    before = len(events(own_cloud, "Replacing"))
    assert deploy(own_cloud, "Replacing", named("second")) == "UPDATE_COMPLETE"
    found = told(own_cloud, "Replacing", before)
    assert found[:4] == [
        ("Replacing", "UPDATE_IN_PROGRESS"),
        ("Queue", "UPDATE_IN_PROGRESS"),
        ("Queue", "UPDATE_COMPLETE"),
        ("Replacing", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
    ]
    assert found[-1] == ("Replacing", "UPDATE_COMPLETE")
    reasons = [event.get("ResourceStatusReason", "") for event in events(own_cloud, "Replacing")]
    assert sum("requires the creation of a new physical" in reason for reason in reasons) == 1
