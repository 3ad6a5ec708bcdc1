"""Errors: which are tried again, for how long, and what is said in the end."""

from __future__ import annotations

import json
import socket

import pytest
from botocore.exceptions import ClientError

from appflow_connector_provider import calls
from appflow_connector_provider import handler as provider_handler
from appflow_connector_provider.calls import longest_call
from appflow_local.appflow.host import Invocation, InvocationTimedOut
from harness.model.appflow import (
    FUNCTION_ARN,
    Client,
    Function,
    Server,
    answering,
    labels,
    sdk_answer,
)
from harness.provider.faults import MODELLED, Fault, FaultyAppFlow
from harness.provider.handler import Provider, properties


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


@pytest.mark.parametrize("seconds", [30, 60, 300, 900])
@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_no_call_is_begun_that_could_outlast_the_answer(
    provider: Provider, server: Server, request_type: str, seconds: float
) -> None:
    provider.create()
    faulty = FaultyAppFlow(provider.cloud.appflow, provider.time.advance)
    # So long does the client wait: it has less patience where the function has less time.
    waits = longest_call(seconds) - 5.0
    faulty.faults[:] = [Fault(each, "hang", 200, waits) for each in MODELLED]
    server.appflow = faulty
    provider.seconds = seconds
    event = provider.event(
        request_type,
        PhysicalResourceId="Orders",
        OldResourceProperties=properties(),
        ResourceProperties=properties("Sales" if request_type == "Create" else "Orders"),
    )
    started = provider.time.now
    answer = provider.deliver(event)
    assert faulty.calls
    assert answer["Status"] == "FAILED"
    assert "timed out" not in answer["Reason"]
    assert provider.time.now - started <= seconds - min(5, seconds / 5)


def test_where_appflow_is_not_to_be_reached_nothing_needs_undoing(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        monkeypatch.setenv("AWS_ENDPOINT_URL_APPFLOW", f"http://127.0.0.1:{port}")
        provider_handler._client.cache_clear()
        failed = provider.create()
        deleted = provider.delete(failed["PhysicalResourceId"])
    provider_handler._client.cache_clear()
    assert failed["Reason"].startswith("RegisterConnector: EndpointConnectionError: ")
    assert "Check the provider's network" in failed["Reason"]
    assert failed["PhysicalResourceId"].startswith("refused:")
    assert deleted["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("code", "status"), [("TooManyRequestsException", 429), ("Throttling", 400), ("Other", 429)]
)
def test_throttling_by_whatever_name_passes(code: str, status: int) -> None:
    told = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    failure = calls._failure("RegisterConnector", ClientError(told, "RegisterConnector"))  # type: ignore[arg-type]
    assert failure.can_pass
    assert not failure.outcome_unknown
    assert "fewer connectors at once" in failure.advice


def test_a_connector_that_fails_at_first_is_asked_again(provider: Provider) -> None:
    well = Invocation(json.dumps(sdk_answer()).encode())
    answers: list[Invocation | InvocationTimedOut] = [InvocationTimedOut(), well]

    def slow_at_first(_request: object) -> Invocation:
        answer = answers.pop(0)
        if isinstance(answer, InvocationTimedOut):
            raise answer
        return answer

    provider.cloud.host.functions[FUNCTION_ARN] = slow_at_first
    assert provider.create()["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("connector", "fact"),
    [
        (answering(sdk_answer(supportedTriggerTypes=[])), "supportedTriggerTypes"),
        (answering(sdk_answer(connectorModes=["SORCE"])), "SORCE"),
        (answering({"isSuccess": False}), "No valid response"),
        (lambda _request: Invocation(b"null", "Unhandled"), "No valid response"),
    ],
)
def test_a_refusal_of_content_is_answered_at_once_and_leads_with_the_fact(
    provider: Provider, connector: Function, fact: str
) -> None:
    provider.cloud.host.functions[FUNCTION_ARN] = connector
    reason = provider.create()["Reason"]
    assert provider.time.waits == []
    said = reason.removeprefix("RegisterConnector: ConnectorServerException: ")
    assert fact.lower() in said[:60].lower()
    assert "/aws/lambda/orders" in reason


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        (
            "Error while communicating to connector: Got error from connector. Runtime."
            "ImportModuleError: Unable to import module 'crm': No module named 'requests'",
            "Runtime.ImportModuleError: Unable to import module 'crm': No module named 'requests'",
        ),
        (
            'Error authenticating to connector: Failed to validate Connection while attempting "x" '
            "with connector failure key is wrong (Service: null; Status Code: 400)",
            "key is wrong",
        ),
    ],
)
def test_appflows_words_around_a_fact_are_left_out(said: str, fact: str) -> None:
    assert calls._fact(said) == fact
    assert calls._is_of_content(said)


def test_a_permission_that_a_connector_lacks_may_be_too_new() -> None:
    assert not calls._is_of_content(
        "Error while communicating to connector: validation: not authorized to perform x"
    )


@pytest.mark.parametrize(
    "said",
    [
        "Unable to import module 'crm': No module named 'permissions'",
        "Unable to import module 'crm': cannot import name 'pending' from 'states'",
        "PermissionError: [Errno 13] Permission denied: '/var/task/crm.py'",
        "failed with following validation validationErrors: oauthScopes: 'x.permissions.read'",
        "with connector failure 403 Forbidden",
        "supportedApiVersions: must not be empty",
        "connectorName: Value must satisfy regular expression pattern: [a-z]+",
    ],
)
def test_content_that_sounds_like_a_permission_is_not_asked_again(said: str) -> None:
    assert calls._is_of_content(f"Error while communicating to connector: {said}")


@pytest.mark.parametrize(
    "said",
    [
        "TooManyRequestsException: Rate Exceeded.",
        "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:orders "
        "(Error Code: ResourceNotFoundException)",
        "ResourceConflictException: An update is in progress for resource",
        "EC2ThrottledException: Lambda was throttled during function initialization",
        "ServiceException",
        "Task timed out after 3.00 seconds",
        "java.net.SocketTimeoutException: Read timed out",
    ],
)
def test_what_passes_is_asked_again_even_if_it_is_named_by_an_exception(said: str) -> None:
    assert not calls._is_of_content(f"Error while communicating to connector: {said}")


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
