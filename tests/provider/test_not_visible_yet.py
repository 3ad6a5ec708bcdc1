"""Not found right after this resource's own write means too new, not gone."""

from __future__ import annotations

import pytest

from harness.model.appflow import Client, Server, labels, register
from harness.provider.cloudformation import INVENTED_ID
from harness.provider.faults import Fault, FaultyAppFlow
from harness.provider.handler import Provider, properties


@pytest.fixture
def faulty(provider: Provider, server: Server) -> FaultyAppFlow:
    server.appflow = faulty = FaultyAppFlow(provider.cloud.appflow, provider.time.advance)
    return faulty


def stale(times: int) -> Fault:
    return Fault("DescribeConnector", "ResourceNotFoundException", times)


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_create_looks_again_and_its_delete_leaves_nothing(
    provider: Provider, faulty: FaultyAppFlow, client: Client, times: int
) -> None:
    faulty.faults[:] = [stale(times)]
    assert provider.create()["Data"]["ConnectorName"]
    faulty.faults[:] = [stale(min(times, 4))]
    assert provider.delete("Orders")["Status"] == "SUCCESS"
    assert labels(client) == []


def test_a_create_that_never_sees_its_connector_fails_and_leaves_its_label_to_the_delete(
    provider: Provider, faulty: FaultyAppFlow, client: Client
) -> None:
    faulty.faults[:] = [stale(200)]
    failed = provider.create()
    assert (failed["Status"], failed["PhysicalResourceId"]) == ("FAILED", "Orders")
    assert sum(provider.time.waits) <= 31
    faulty.faults.clear()
    provider.delete("Orders")
    assert labels(client) == []


@pytest.mark.parametrize("label", ["Orders", "Sales"])
def test_an_update_and_a_rename_look_again(
    provider: Provider, faulty: FaultyAppFlow, client: Client, label: str
) -> None:
    provider.create()
    faulty.faults[:] = [stale(4)]
    changed = properties(label, Revision="2")
    assert provider.update("Orders", properties(), changed)["Status"] == "SUCCESS"
    assert "RegisterConnector" not in faulty.calls[2:] or label == "Sales"
    assert label in labels(client)


def test_a_delete_of_a_connector_removed_by_hand_ends_within_seconds(
    provider: Provider, faulty: FaultyAppFlow
) -> None:
    assert provider.delete("Orders")["Status"] == "SUCCESS"
    assert faulty.calls == 5 * ["DescribeConnector"]
    assert sum(provider.time.waits) < 8


@pytest.mark.parametrize("seconds", [30, 300])
def test_an_update_of_a_connector_removed_by_hand_has_time_to_register_it_again(
    provider: Provider, faulty: FaultyAppFlow, client: Client, seconds: float
) -> None:
    provider.create()
    client.unregister_connector(connectorLabel="Orders")
    provider.seconds = seconds
    faulty.faults[:] = [Fault("DescribeConnector", "late", 9, 0.3)]
    answer = provider.update("Orders", properties(), properties(Description="Back"))
    assert answer["Status"] == "SUCCESS", answer["Reason"]
    assert labels(client) == ["Orders"]


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("physical_id", ["Orders", INVENTED_ID])
def test_a_delete_unregisters_again_what_it_saw_and_unregister_did_not_find(
    provider: Provider, faulty: FaultyAppFlow, client: Client, times: int, physical_id: str
) -> None:
    provider.create()
    faulty.faults[:] = [Fault("UnregisterConnector", "ResourceNotFoundException", times)]
    assert provider.delete(physical_id)["Status"] == "SUCCESS"
    assert labels(client) == []


def test_what_the_last_look_for_a_cancelled_create_finds_is_unregistered_again_too(
    provider: Provider, faulty: FaultyAppFlow, client: Client
) -> None:
    faulty.faults[:] = [Fault("UnregisterConnector", "ResourceNotFoundException", 3)]

    def register_late() -> None:
        register(client)

    provider.time.call_later(289, register_late)
    assert provider.delete(INVENTED_ID)["Status"] == "SUCCESS"
    assert labels(client) == []


def test_a_delete_of_a_connector_that_somebody_removes_meanwhile_ends_within_seconds(
    provider: Provider, faulty: FaultyAppFlow
) -> None:
    provider.create()
    faulty.faults[:] = [Fault("UnregisterConnector", "ResourceNotFoundException", 200)]
    assert provider.delete("Orders")["Status"] == "SUCCESS"
    assert sum(provider.time.waits) < 8


@pytest.mark.parametrize("seconds", [8.0, 20.0, 28.0])
def test_what_a_delete_registers_to_settle_a_create_is_waited_for_and_unregistered(
    provider: Provider, faulty: FaultyAppFlow, client: Client, seconds: float
) -> None:
    faulty.now, faulty.invisible = (lambda: provider.time.now), seconds
    faulty.faults[:] = [Fault("RegisterConnector", "ThrottlingException", 200)]
    failed = provider.create()
    faulty.faults.clear()
    assert failed["PhysicalResourceId"].startswith("refused:")
    assert provider.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert faulty.registrations.total() == 1
    assert labels(client) == []
