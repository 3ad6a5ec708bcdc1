"""Errors: which are tried again, for how long, and what is said in the end."""

from __future__ import annotations

import json

from appflow_local.appflow.host import Invocation
from harness.appflow import FUNCTION_ARN, Client, answering, labels, sdk_answer
from harness.provider import Provider


def test_a_permission_that_is_not_visible_yet_is_waited_for(provider: Provider) -> None:
    host = provider.cloud.host
    host.closed_to_appflow.add(FUNCTION_ARN)
    provider.time.call_later(20, host.closed_to_appflow.clear)
    assert provider.create()["Status"] == "SUCCESS"
    assert 20 <= sum(provider.time.waits) < 60


def test_but_not_for_longer_than_a_minute(provider: Provider) -> None:
    provider.cloud.host.denied.add(("appflow:RegisterConnector", "*"))
    answer = provider.create()
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("RegisterConnector: AccessDeniedException: User: ")
    assert "Check the provider role's policy" in answer["Reason"]
    assert 40 < sum(provider.time.waits) < 60


def test_nor_into_the_time_kept_for_the_answer(provider: Provider) -> None:
    provider.seconds = 30
    provider.cloud.host.denied.add(("appflow:RegisterConnector", "*"))
    assert provider.create()["Status"] == "FAILED"
    assert sum(provider.time.waits) < 20


def test_a_connector_that_fails_at_first_is_asked_again(provider: Provider) -> None:
    answers = [Invocation(b"null", "Unhandled"), Invocation(json.dumps(sdk_answer()).encode())]
    provider.cloud.host.functions[FUNCTION_ARN] = lambda _request: answers.pop(0)
    assert provider.create()["Status"] == "SUCCESS"


def test_a_permanent_error_is_answered_at_once(provider: Provider, client: Client) -> None:
    foreign = "arn:aws:lambda:us-east-1:123456789012:function:orders"
    answer = provider.create(LambdaArn=foreign)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("RegisterConnector: ValidationException: ")
    assert provider.time.waits == []
    assert labels(client) == []


def test_a_create_that_registered_nothing_is_deleted_without_a_call(provider: Provider) -> None:
    provider.cloud.host.functions[FUNCTION_ARN] = answering({"isSuccess": False})
    failed = provider.create()
    provider.cloud.host.asked.clear()
    assert provider.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert provider.cloud.host.asked == []


def test_a_registration_that_cannot_be_described_is_undone(
    provider: Provider, client: Client
) -> None:
    connector = "arn:aws:appflow:eu-west-1:123456789012:connector/Orders"
    provider.cloud.host.denied.add(("appflow:DescribeConnector", connector))
    failed = provider.create()
    assert failed["Status"] == "FAILED"
    assert failed["PhysicalResourceId"] == "Orders"
    provider.cloud.host.denied.clear()
    provider.delete(failed["PhysicalResourceId"])
    assert labels(client) == []


def test_the_reason_ends_with_the_log(provider: Provider) -> None:
    answer = provider.create(label="-")
    assert "Log: 2026/01/02/[$LATEST]58419525dade4d17a495dceeeeb44708" in answer["Reason"]
    assert len(answer["Reason"]) <= 256
