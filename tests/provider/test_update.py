"""Update: keeps the registration true, and writes to AppFlow only when something changed."""

from __future__ import annotations

import pytest

from appflow_connector_provider import timing
from harness.model.appflow import (
    FUNCTION_ARN,
    OTHER_FUNCTION_ARN,
    Client,
    Server,
    answering,
    describe,
    labels,
    register,
    sdk_answer,
)
from harness.provider.faults import Fault, FaultyAppFlow
from harness.provider.handler import Provider, properties

WRITES = {
    "appflow:RegisterConnector",
    "appflow:UpdateConnectorRegistration",
    "appflow:UnRegisterConnector",
}


@pytest.fixture
def created(provider: Provider) -> str:
    """The physical id of a connector that the provider registered."""
    provider.cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
    physical_id = str(provider.create(Description="Orders", Revision="1")["PhysicalResourceId"])
    provider.cloud.host.asked.clear()
    return physical_id


OLD = properties(Description="Orders", Revision="1")


def written(provider: Provider) -> list[str]:
    return [action for action, _resource in provider.cloud.host.asked if action in WRITES]


def test_nothing_changed_for_appflow_writes_nothing(provider: Provider, created: str) -> None:
    answer = provider.update(created, OLD, {**OLD, "ForceUnregister": "true"})
    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == "Orders"
    assert answer["Data"]["ConnectorArn"].endswith(":connector/Orders")
    assert written(provider) == []


def test_a_new_revision_has_appflow_read_the_configuration_again(
    provider: Provider, created: str, client: Client
) -> None:
    answer = answering(sdk_answer(connectorVersion="2.0"))
    provider.cloud.host.functions[FUNCTION_ARN] = answer
    updated = provider.update(created, OLD, {**OLD, "Revision": "2"})
    assert updated["Data"]["ConnectorVersion"] == "2.0"
    assert describe(client)["connectorVersion"] == "2.0"
    assert written(provider) == ["appflow:UpdateConnectorRegistration"]


def test_a_new_function_is_registered_under_the_same_label(
    provider: Provider, created: str, client: Client
) -> None:
    provider.update(created, OLD, {**OLD, "LambdaArn": OTHER_FUNCTION_ARN})
    config = describe(client)["connectorProvisioningConfig"]
    assert config == {"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}}


def test_a_changed_description_is_changed_and_a_removed_one_cleared(
    provider: Provider, created: str, client: Client
) -> None:
    changed = {**OLD, "Description": "Orders and invoices"}
    provider.update(created, OLD, changed)
    assert describe(client)["connectorDescription"] == "Orders and invoices"
    provider.update(created, changed, properties(Revision="1"))
    assert describe(client)["connectorDescription"] != "Orders and invoices"


def test_a_connector_removed_by_hand_is_registered_again(
    provider: Provider, created: str, client: Client
) -> None:
    client.unregister_connector(connectorLabel="Orders")
    assert provider.update(created, OLD, {**OLD, "Revision": "2"})["Status"] == "SUCCESS"
    assert labels(client) == ["Orders"]


def test_a_function_that_is_too_new_to_be_seen_is_waited_for(
    provider: Provider, created: str, client: Client
) -> None:
    new = f"{OTHER_FUNCTION_ARN}-new"
    functions, appears = provider.cloud.host.functions, provider.time.now + 10
    provider.time.call_later(10, lambda: functions.update({new: answering(sdk_answer())}))
    assert provider.update(created, OLD, {**OLD, "LambdaArn": new})["Status"] == "SUCCESS"
    assert provider.time.now >= appears
    assert describe(client)["connectorProvisioningConfig"]["lambda"]["lambdaArn"] == new


def test_a_function_that_is_not_there_is_named_as_the_reason(
    provider: Provider, created: str, client: Client
) -> None:
    answer = provider.update(created, OLD, {**OLD, "LambdaArn": f"{OTHER_FUNCTION_ARN}-none"})
    named = "UpdateConnectorRegistration: ResourceNotFoundException: "
    assert answer["Reason"].startswith(named)
    assert "function exists" in answer["Reason"]
    assert labels(client) == ["Orders"]


def test_an_update_that_registered_again_is_not_made_after_its_rollback(
    provider: Provider, created: str, client: Client
) -> None:
    client.unregister_connector(connectorLabel="Orders")
    moved = {**OLD, "LambdaArn": OTHER_FUNCTION_ARN}
    event = provider.event(
        "Update", PhysicalResourceId=created, OldResourceProperties=OLD, ResourceProperties=moved
    )
    provider.deliver(event)
    provider.update(created, moved, OLD)
    assert provider.deliver(event)["Status"] == "SUCCESS"
    provisioned = describe(client)["connectorProvisioningConfig"]["lambda"]
    assert provisioned["lambdaArn"] == OLD["LambdaArn"]


def test_a_redelivered_update_is_made_once(provider: Provider, created: str) -> None:
    event = provider.event(
        "Update",
        PhysicalResourceId=created,
        OldResourceProperties=OLD,
        ResourceProperties={**OLD, "Revision": "2"},
    )
    invocations = len(provider.cloud.host.invocations)
    assert provider.deliver(event) == provider.deliver(event)
    assert len(provider.cloud.host.invocations) == invocations + 1


def test_a_label_that_now_belongs_to_somebody_else_is_left_alone(
    provider: Provider, created: str, client: Client
) -> None:
    client.unregister_connector(connectorLabel="Orders")
    theirs = "arn:aws:lambda:eu-west-1:123456789012:function:theirs"
    provider.cloud.host.functions[theirs] = answering(sdk_answer())
    register(client, connectorProvisioningConfig={"lambda": {"lambdaArn": theirs}})
    provider.cloud.host.asked.clear()
    answer = provider.update(created, OLD, {**OLD, "Revision": "2"})
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("Not updated: label Orders is taken for ")
    assert answer["PhysicalResourceId"] == "Orders"
    assert written(provider) == []


def test_a_rename_registers_the_new_label_and_later_deletes_the_old(
    provider: Provider, created: str, client: Client
) -> None:
    new = {**OLD, "ConnectorLabel": "Sales"}
    answer = provider.update(created, OLD, new)
    assert answer["PhysicalResourceId"] == "Sales"
    assert answer["Data"]["ConnectorLabel"] == "Sales"
    assert sorted(labels(client)) == ["Orders", "Sales"]
    provider.delete(created, OLD)
    assert labels(client) == ["Sales"]


def test_a_rename_to_a_taken_label_keeps_the_old_one(
    provider: Provider, created: str, client: Client
) -> None:
    config = {"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}}
    register(client, label="Sales", connectorProvisioningConfig=config)
    answer = provider.update(created, OLD, {**OLD, "ConnectorLabel": "Sales"})
    assert answer["Status"] == "FAILED"
    assert answer["PhysicalResourceId"] == "Orders"
    assert sorted(labels(client)) == ["Orders", "Sales"]


def test_a_rename_that_cannot_be_described_is_undone(
    provider: Provider, created: str, client: Client, server: Server
) -> None:
    server.appflow = faulty = FaultyAppFlow(provider.cloud.appflow, provider.time.advance)
    faulty.faults[:] = [Fault("DescribeConnector", "ValidationException")]
    answer = provider.update(created, OLD, {**OLD, "ConnectorLabel": "Sales"})
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", "Orders")
    assert labels(client) == ["Orders"]


def test_a_rename_that_was_never_answered_is_undone(
    provider: Provider,
    created: str,
    client: Client,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timing, "jitter", lambda _least, most: most)
    server.appflow = faulty = FaultyAppFlow(provider.cloud.appflow, provider.time.advance)
    lost = Fault("RegisterConnector", "lost response")
    # As many attempts as there is time for: the next one is that to undo it.
    faulty.faults[:] = [lost, Fault("RegisterConnector", "ThrottlingException", 28)]
    answer = provider.update(created, OLD, {**OLD, "ConnectorLabel": "Sales"})
    assert faulty.injected["ThrottlingException"] == 28
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", "Orders")
    assert labels(client) == ["Orders"]


def test_the_rollback_of_a_rename_finds_its_old_registration(
    provider: Provider, created: str, client: Client
) -> None:
    new = {**OLD, "ConnectorLabel": "Sales"}
    provider.update(created, OLD, new)
    rolled_back = provider.update("Sales", new, OLD)
    assert rolled_back["Status"] == "SUCCESS"
    assert rolled_back["PhysicalResourceId"] == "Orders"
    provider.delete("Sales", new)
    assert labels(client) == ["Orders"]


def test_the_rollback_of_an_update_with_bad_properties_succeeds(
    provider: Provider, created: str
) -> None:
    bad = {**OLD, "Description": "a, b"}
    failed = provider.update(created, OLD, bad)
    assert (failed["Status"], failed["PhysicalResourceId"]) == ("FAILED", "Orders")
    assert provider.update(created, bad, OLD)["Status"] == "SUCCESS"
