"""A request that CloudFormation cancels still runs while what undoes it does, too."""

from __future__ import annotations

from datetime import timedelta

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
from harness.provider.cloudformation import INVENTED_ID, Account, CloudFormation
from harness.provider.faults import Fault, FaultyAppFlow
from harness.provider.handler import Provider, properties
from harness.provider.killer import Killer

LATE = Fault("RegisterConnector", "late", 1, 29.0)
LATE_UPDATE = Fault("UpdateConnectorRegistration", "late", 1, 29.0)
THROTTLED = Fault("RegisterConnector", "ThrottlingException", 8)


@pytest.fixture
def stack(provider: Provider, server: Server) -> CloudFormation:
    provider.cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
    faulty = FaultyAppFlow(
        provider.cloud.appflow, provider.time.advance, now=lambda: provider.time.now
    )
    server.appflow = faulty
    return CloudFormation(provider, faulty, Killer(), Account(), lambda: None)


def function_of(client: Client, label: str = "Orders") -> str:
    return str(describe(client, label)["connectorProvisioningConfig"]["lambda"]["lambdaArn"])


@pytest.mark.parametrize("fault", [LATE, THROTTLED])
@pytest.mark.parametrize("invisible", [0.0, 5.0])
def test_a_create_that_registers_after_its_delete_has_begun_leaves_nothing(
    stack: CloudFormation, client: Client, fault: Fault, invisible: float
) -> None:
    stack.appflow.invisible = invisible
    stack.create_cancelled(properties(), (fault,), after=0.3)
    assert stack.appflow.registrations.total() == 1
    assert labels(client) == []


def test_a_delete_waits_for_a_create_that_registers_nothing_and_ends_in_time(
    stack: CloudFormation, provider: Provider
) -> None:
    began = provider.time.now
    assert provider.delete(INVENTED_ID)["Status"] == "SUCCESS"
    assert 280 < provider.time.now - began <= 291
    assert stack.appflow.calls[-1] == "DescribeConnector"


@pytest.mark.parametrize("seconds", [10, 30, 60])
def test_a_delete_ends_in_a_short_functions_time_too(provider: Provider, seconds: float) -> None:
    provider.seconds = seconds
    began = provider.time.now
    assert provider.delete(INVENTED_ID)["Status"] == "SUCCESS"
    assert provider.time.now - began < seconds


def test_somebody_elses_connector_under_the_label_survives_and_ends_the_wait(
    stack: CloudFormation, provider: Provider, client: Client
) -> None:
    register(client, connectorProvisioningConfig={"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}})
    stack.create_cancelled(properties(), (LATE,), after=0.3)
    assert function_of(client) == OTHER_FUNCTION_ARN
    assert sum(provider.time.waits) < 35


def test_a_rename_that_registers_after_its_rollback_has_begun_leaves_nothing(
    stack: CloudFormation, provider: Provider, client: Client
) -> None:
    provider.create()
    stack.physical_id, stack.properties = "Orders", properties()
    stack.update_cancelled(properties("Sales"), (LATE,), after=0.3)
    assert labels(client) == ["Orders"]
    assert stack.physical_id == "Orders"


def test_the_rollback_of_a_rename_takes_the_new_label_back_even_if_it_fails(
    stack: CloudFormation, provider: Provider, client: Client
) -> None:
    provider.create()
    register(client, "Sales")
    stack.appflow.faults[:] = [Fault("UpdateConnectorRegistration", "ValidationException", 9)]
    assert provider.update("Orders", properties("Sales"), properties())["Status"] == "FAILED"
    assert labels(client) == ["Orders"]


def test_a_change_of_function_that_is_written_after_its_rollback_is_taken_back(
    stack: CloudFormation, provider: Provider, client: Client
) -> None:
    provider.create()
    stack.physical_id, stack.properties = "Orders", properties()
    stack.update_cancelled(properties(LambdaArn=OTHER_FUNCTION_ARN), (LATE_UPDATE,), after=0.3)
    assert stack.appflow.calls.count("UpdateConnectorRegistration") == 3
    assert function_of(client) == FUNCTION_ARN


@pytest.mark.parametrize(
    ("before", "cancelled"), [(None, "new"), ("old", None), ("old", "new"), ("old", "")]
)
@pytest.mark.parametrize("after", [0.3, 28.0, 29.5])
def test_a_change_of_description_that_is_written_after_its_rollback_is_taken_back(
    stack: CloudFormation, client: Client, before: str | None, cancelled: str | None, after: float
) -> None:
    stack.provider.create(Description=before)
    described = describe(client)["connectorDescription"]
    stack.physical_id, stack.properties = "Orders", properties(Description=before)
    stack.update_cancelled(properties(Description=cancelled), (LATE_UPDATE,), after=after)
    assert describe(client)["connectorDescription"] == described


@pytest.mark.parametrize("fault", [LATE, THROTTLED])
@pytest.mark.parametrize("choice", ["ADOPT", "FAIL"])
@pytest.mark.parametrize("registered_by", ["somebody else", "the provider, long ago"])
def test_a_create_leaves_nothing_where_its_functions_connector_was_registered_before(
    stack: CloudFormation,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    choice: str,
    registered_by: str,
) -> None:
    if registered_by == "somebody else":
        register(client)
    else:
        stack.provider.create()
        stack.provider.cloud.clock.advance(timedelta(hours=1))
        monkeypatch.setattr(timing, "now", stack.provider.cloud.clock.now)
    stack.create_cancelled(properties(OnConflict=choice), (fault,), after=0.3)
    assert labels(client) == []


@pytest.mark.parametrize("after", [0.3, 28.5])
def test_a_cancelled_adoption_is_undone_as_soon_as_it_is_made(
    stack: CloudFormation, provider: Provider, client: Client, after: float
) -> None:
    register(client, connectorProvisioningConfig={"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}})
    stack.create_cancelled(properties(OnConflict="ADOPT"), (LATE_UPDATE,), after=after)
    assert labels(client) == []
    assert sum(provider.time.waits) < 60


def test_the_rollback_of_an_update_that_ended_in_this_instance_waits_for_nothing(
    stack: CloudFormation, provider: Provider, client: Client
) -> None:
    provider.create()
    moved = properties(LambdaArn=OTHER_FUNCTION_ARN)
    stack.appflow.faults[:] = [Fault("UpdateConnectorRegistration", "ValidationException")]
    assert provider.update("Orders", properties(), moved)["Status"] == "FAILED"
    assert provider.update("Orders", moved, properties())["Status"] == "SUCCESS"
    assert provider.time.waits == []
    assert function_of(client) == FUNCTION_ARN


def test_what_ended_before_lambda_froze_the_process_is_not_taken_for_recent(
    stack: CloudFormation, provider: Provider, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.create()
    moved = properties(LambdaArn=OTHER_FUNCTION_ARN)
    stack.appflow.faults[:] = [Fault("UpdateConnectorRegistration", "ValidationException")]
    assert provider.update("Orders", properties(), moved)["Status"] == "FAILED"
    later = timing.now() + timedelta(minutes=5)  # while the monotonic clock stood still
    monkeypatch.setattr(timing, "now", lambda: later)
    assert provider.update("Orders", moved, properties())["Status"] == "SUCCESS"
    assert sum(provider.time.waits) > 0
    assert function_of(client) == FUNCTION_ARN


@pytest.mark.usefixtures("stack")
def test_no_healthy_request_waits(provider: Provider) -> None:
    old, new = properties(), properties(LambdaArn=OTHER_FUNCTION_ARN)
    provider.create()
    assert provider.update("Orders", old, new)["Status"] == "SUCCESS"
    assert provider.update("Orders", new, properties("Sales"))["PhysicalResourceId"] == "Sales"
    provider.delete("Orders", new)
    provider.delete("Sales", properties("Sales"))
    assert provider.time.waits == []
