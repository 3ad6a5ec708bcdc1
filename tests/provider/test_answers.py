"""The answer: one for each event, soon, in full, and never with a secret in the log."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from appflow_connector_provider import contract, response, timing
from appflow_connector_provider.handler import handler
from appflow_connector_provider.resource import ConnectorResource
from appflow_connector_provider.response import ResponseError
from appflow_local.appflow.host import Invocation
from harness.model.appflow import FUNCTION_ARN, answering, sdk_answer
from harness.provider.endpoint import HANG
from harness.provider.handler import Context, Provider


@pytest.mark.parametrize("missing", ["RequestId", "StackId", "LogicalResourceId", "RequestType"])
def test_an_event_without_a_member_fails_and_names_it(provider: Provider, missing: str) -> None:
    event = provider.event("Create")
    del event[missing]
    answer = provider.deliver(event)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("Invalid event: ")
    assert missing in answer["Reason"]
    assert answer["PhysicalResourceId"]


@pytest.mark.parametrize("request_type", ["Update", "Delete"])
def test_an_event_without_its_physical_id_fails_and_says_so(
    provider: Provider, request_type: str
) -> None:
    answer = provider.deliver(provider.event(request_type))
    assert answer["Reason"].startswith("Invalid event: PhysicalResourceId must be a text")


@pytest.mark.parametrize("properties", [None, "text", []])
def test_an_event_without_properties_fails_and_says_so(
    provider: Provider, properties: object
) -> None:
    answer = provider.deliver(provider.event("Create", ResourceProperties=properties))
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("Invalid property: ResourceProperties")


def test_a_malformed_event_does_not_get_the_answer_of_the_event_before(provider: Provider) -> None:
    provider.create()
    event = provider.event("Create", StackId=None)
    answer = provider.deliver(event)
    assert answer["StackId"] != provider.event("Create")["StackId"]
    assert answer["RequestId"] == event["RequestId"]
    assert answer["PhysicalResourceId"] != "Orders"
    assert answer["Data"] == {}


def test_an_event_that_claims_to_be_crhelpers_polling_is_handled_as_itself(
    provider: Provider,
) -> None:
    event = provider.event("Create", CrHelperPoll=True, CrHelperData={"ConnectorArn": "forged"})
    assert provider.deliver(event)["Data"]["ConnectorArn"].endswith(":connector/Orders")


def test_an_event_that_names_nobody_to_answer_is_an_error(provider: Provider) -> None:
    with pytest.raises(ValueError, match="the event has no ResponseURL"):
        handler(provider.event("Create", ResponseURL=None), Context(provider.time, 300))


@pytest.mark.parametrize(
    "url",
    [
        "https://attacker.example/collect?X-Amz-Signature=abc",
        "http://localhost:1/",
        "https://s3.amazonaws.com.attacker.example/",
        "not a url",
    ],
)
def test_a_response_url_of_somebody_else_is_refused_before_anything_is_done(
    provider: Provider, url: str
) -> None:
    with pytest.raises(ResponseError, match=r"the ResponseURL's host .* is neither AWS's over"):
        handler(provider.event("Create", ResponseURL=url), Context(provider.time, 300))
    assert provider.cloud.host.asked == []


def test_a_refused_answer_is_sent_again_until_it_is_accepted(provider: Provider) -> None:
    provider.endpoint.script[:] = [403, 500]
    assert provider.create()["Status"] == "SUCCESS"
    assert len(set(provider.endpoint.attempts)) == 1
    assert len(provider.endpoint.attempts) == 3


def test_an_answer_that_is_always_refused_ends_in_time_for_lambda_to_deliver_again(
    provider: Provider,
) -> None:
    provider.endpoint.script[:] = [500] * 1000
    with pytest.raises(ResponseError, match="not accepted in time: HTTP status 500"):
        provider.create()
    assert sum(provider.time.waits) <= 300


def test_the_answer_is_sent_with_the_content_type_its_url_is_signed_for(provider: Provider) -> None:
    provider.create()
    assert provider.endpoint.content_types == [""]


def test_a_huge_configuration_gives_an_answer_of_4096_bytes_with_the_arn(
    provider: Provider,
) -> None:
    huge = sdk_answer(connectorVersion="\N{SNOWMAN}" * 200, connectorOwner="\N{SNOWMAN}" * 200)
    provider.cloud.host.functions[FUNCTION_ARN] = answering(
        {**huge, "supportedApiVersions": ["v" + "\N{SNOWMAN}" * 200], "connectorName": "n" * 3000}
    )
    answer = provider.create()
    (sent,) = provider.endpoint.attempts
    assert len(sent) <= 4096
    assert json.loads(sent)["LogicalResourceId"]
    if answer["Status"] == "SUCCESS":
        assert answer["Data"]["ConnectorArn"].endswith(":connector/Orders")


def test_neither_the_response_url_nor_credentials_are_logged_at_any_level(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.endpoint.script[:] = [500]
    with caplog.at_level(logging.DEBUG):
        created = provider.create()
        provider.delete(created["PhysicalResourceId"])
        provider.create(label="no good")
    assert caplog.text
    for secret in ("SECRET-SIGNATURE", provider.endpoint.url, "aws_secret_access_key"):
        assert secret not in caplog.text


def test_a_failed_request_is_logged_as_the_metric_of_failures_counts_it(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.create()
    assert not any(text in caplog.text for text in contract.LOGGED_FAILURES)
    provider.create(label="no good")
    counted = [each for each in caplog.messages if each.startswith(contract.LOGGED_FAILURES)]
    assert len(counted) == 1


def test_an_endpoint_that_does_not_answer_is_given_up_and_asked_again(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response, "_TIMEOUT", 0.2)
    provider.endpoint.script[:] = [HANG]
    assert provider.create()["Status"] == "SUCCESS"
    assert provider.endpoint.script == []


def test_a_delete_waits_for_nothing(provider: Provider) -> None:
    provider.delete(provider.create()["PhysicalResourceId"])
    assert provider.time.waits == []


def test_the_deadline_answers_with_the_id_that_lets_a_delete_find_out(provider: Provider) -> None:
    def too_slow(_request: object) -> object:
        provider.time.advance(299)
        return answering(sdk_answer())({})

    provider.cloud.host.functions[FUNCTION_ARN] = too_slow  # type: ignore[assignment]
    event = provider.event("Create")
    answer = provider.deliver(event)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("Create timed out: ")
    assert answer["PhysicalResourceId"] == f"outcome-unknown:{event['RequestId']}-register:Orders"


class Hasty:
    """Lambda's context object of a function that has a second."""

    log_stream_name = "log"

    def __init__(self) -> None:
        self._end = time.monotonic() + 1.0

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._end - time.monotonic()) * 1000))


def test_the_handler_does_not_return_before_the_deadlines_answer_is_delivered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delivered: list[str] = []

    def send(_url: str, body: dict[str, Any], _remaining: object) -> None:
        time.sleep(0.15)
        delivered.append(body["Status"])

    resource = ConnectorResource()
    # The deadline is after 0.8 seconds.
    resource.create(lambda _event, _context: time.sleep(0.85))
    monkeypatch.setattr(response, "send", send)
    monkeypatch.setattr(response, "check_host", lambda _url: None)
    event = dict.fromkeys(("RequestId", "StackId", "LogicalResourceId", "ResponseURL"), "1")
    resource({**event, "RequestType": "Create", "ResourceProperties": {}}, Hasty())
    assert delivered == ["FAILED"]


def test_a_connectors_texts_give_way_before_its_arn_and_label() -> None:
    label = 256 * "L"
    arn = f"arn:aws:appflow:ap-southeast-2:123456789012:connector/{label}"
    texts = dict.fromkeys(
        ("ConnectorName", "ConnectorOwner", "ConnectorVersion"), 300 * "\N{SNOWMAN}"
    )
    data = {
        "ConnectorArn": arn,
        "ConnectorLabel": label,
        **texts,
        "ApiVersion": 300 * "\N{SNOWMAN}",
    }
    encoded = response.encode({"PhysicalResourceId": label, "Reason": "", "Data": data})
    answered = json.loads(encoded)["Data"]
    assert len(encoded) <= 4096
    assert (answered["ConnectorArn"], answered["ConnectorLabel"]) == (arn, label)
    assert answered["ConnectorName"]


def test_the_thread_of_an_earlier_event_that_wakes_late_answers_nothing(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[Callable[[], None]] = []

    class Uncancelled:
        def cancel(self) -> None:
            """Too late: the thread has begun."""

    def call_later(_seconds: float, function: Callable[[], None]) -> Uncancelled:
        late.append(function)
        return Uncancelled()

    monkeypatch.setattr(timing, "call_later", call_later)
    provider.create()

    def wakes_the_earlier_thread(_request: object) -> Invocation:
        late[0]()
        return answering(sdk_answer())({})

    provider.cloud.host.functions[FUNCTION_ARN] = wakes_the_earlier_thread
    answer = provider.create(label="Sales")
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "Sales")
    assert len(provider.endpoint.accepted) == 2


HOSTILE = "line\nbreak \x1b[31mred\x1b[0m \u202e" + 9000 * "x"


@pytest.mark.parametrize("name", ["urllib3.connection", "urllib3.connectionpool"])
def test_what_urllib3_tells_of_an_odd_answer_is_not_logged(
    caplog: pytest.LogCaptureFixture, name: str
) -> None:
    # As it words it: the URL is in it, and the level is no help.
    logging.getLogger(name).warning("Failed to parse headers (url=%s)", "SECRET-SIGNATURE")
    assert caplog.text == ""


def test_every_text_is_logged_in_one_printable_bounded_line(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    said = {"isSuccess": False, "errorDetails": {"errorCode": "X", "errorMessage": HOSTILE}}
    provider.cloud.host.functions[FUNCTION_ARN] = answering(said)
    with caplog.at_level(logging.INFO):
        provider.create()
        provider.delete(HOSTILE)
        provider.deliver(provider.event("Create", RequestType=HOSTILE))
    lines = [r.getMessage() for r in caplog.records if r.name.startswith("appflow_connector")]
    assert len(lines) > 2
    assert all(line.isprintable() and len(line) < 4400 for line in lines)


def test_appflows_refusal_is_one_line_without_a_traceback(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.cloud.host.functions[FUNCTION_ARN] = answering({"isSuccess": False})
    provider.create()
    errors = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "Traceback" not in caplog.text
    assert "No valid response" in errors[0].getMessage()
