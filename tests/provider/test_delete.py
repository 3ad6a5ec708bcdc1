"""Delete: unregisters what this resource registered, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appflow_connector_provider import timing
from harness.model.appflow import (
    OTHER_FUNCTION_ARN,
    Client,
    answering,
    labels,
    register,
    sdk_answer,
)
from harness.provider.handler import Provider, new_request_id, properties

INVENTED = "shop-OrdersRegistration-1A2B3C4D5E6F7"


def test_the_connector_is_unregistered(provider: Provider, client: Client) -> None:
    created = provider.create()
    assert provider.delete(created["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert labels(client) == []


def test_a_connector_that_is_gone_is_deleted(provider: Provider) -> None:
    assert provider.delete("Orders")["Status"] == "SUCCESS"


def test_a_delete_answers_with_the_id_it_was_asked_for(provider: Provider) -> None:
    assert provider.delete("Orders")["PhysicalResourceId"] == "Orders"


def test_a_label_that_now_belongs_to_somebody_else_is_left_alone(
    provider: Provider, client: Client
) -> None:
    provider.cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
    register(client, connectorProvisioningConfig={"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}})
    assert provider.delete("Orders")["Status"] == "SUCCESS"
    assert labels(client) == ["Orders"]


def test_an_invented_id_unregisters_what_a_lost_answer_registered(
    provider: Provider, client: Client
) -> None:
    provider.create()
    assert provider.delete(INVENTED)["Status"] == "SUCCESS"
    assert labels(client) == []


def test_an_invented_id_needs_no_right_to_describe_it(provider: Provider, client: Client) -> None:
    provider.create()
    invented = f"arn:aws:appflow:eu-west-1:123456789012:connector/{INVENTED}"
    provider.cloud.host.denied.add(("appflow:DescribeConnector", invented))
    assert provider.delete(INVENTED)["Status"] == "SUCCESS"
    assert labels(client) == []
    assert provider.time.waits == []


def test_an_old_label_goes_with_the_new_one_after_a_rename_that_failed_for_good(
    provider: Provider, client: Client
) -> None:
    provider.create()
    assert provider.delete("Orders", properties("Sales"))["Status"] == "SUCCESS"
    assert labels(client) == []


def test_an_invented_id_leaves_somebody_elses_connector_alone(
    provider: Provider, client: Client
) -> None:
    provider.cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
    register(client, connectorProvisioningConfig={"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}})
    assert provider.delete(INVENTED)["Status"] == "SUCCESS"
    assert labels(client) == ["Orders"]


def test_an_unknown_outcome_that_was_a_registration_is_undone(
    provider: Provider, client: Client
) -> None:
    event = provider.event("Create", RequestId=new_request_id())
    provider.deliver(event)
    marker = f"outcome-unknown:{event['RequestId']}-register:Orders"
    assert provider.delete(marker)["Status"] == "SUCCESS"
    assert labels(client) == []


def test_an_unknown_outcome_never_unregisters_somebody_elses_connector(
    provider: Provider, client: Client
) -> None:
    register(client)
    assert provider.delete("outcome-unknown:other-register:Orders")["Status"] == "SUCCESS"
    assert labels(client) == ["Orders"]


def test_an_unknown_outcome_that_appflow_has_forgotten_is_told(
    provider: Provider, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = provider.event("Create", RequestId=new_request_id())
    provider.deliver(event)
    provider.cloud.clock.advance(timedelta(hours=9))
    monkeypatch.setattr(timing, "now", provider.cloud.clock.now)
    answer = provider.delete(f"outcome-unknown:{event['RequestId']}-register:Orders")
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("Not unregistered: Orders was registered for this function ")
    assert labels(client) == ["Orders"]


def test_a_connector_in_use_is_refused_with_the_way_out(provider: Provider, client: Client) -> None:
    provider.create()
    provider.cloud.appflow.connectors.add_user_source(lambda *_: ["connector profile sales"])
    answer = provider.delete("Orders")
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("UnregisterConnector: ConflictException: ")
    assert "force_unregister=True" in answer["Reason"]
    forced = provider.delete("Orders", properties(ForceUnregister="true"))
    assert forced["Status"] == "SUCCESS"
    assert labels(client) == []


@pytest.mark.parametrize("marker", ["nothing-registered:5b478341", "nothing-registered:"])
def test_a_marker_of_nothing_makes_no_call(provider: Provider, marker: str) -> None:
    assert provider.delete(marker)["Status"] == "SUCCESS"
    assert provider.cloud.host.asked == []
