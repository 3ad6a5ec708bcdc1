"""A connector is somebody's code: what it says of itself goes into answers, logs and templates."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appflow_local.appflow.host import Invocation
from harness.model.appflow import FUNCTION_ARN, answering, sdk_answer
from harness.provider.handler import Provider, properties
from tests.security.answers import check_answer
from tests.security.hostile_appflow import CredulousAppFlow
from tests.security.hostile_texts import TEXTS, any_text
from tests.security.sandbox import Sandbox

ATTRIBUTES = {
    "connectorName": "ConnectorName",
    "connectorVersion": "ConnectorVersion",
    "connectorOwner": "ConnectorOwner",
    "supportedApiVersions": "ApiVersion",
}
IN_SDK_ANSWER = tuple(ATTRIBUTES)
ERRORS = ("ConnectorServerException", "ValidationException", "ConflictException")


def members(text: str, *names: str) -> dict[str, Any]:
    return {name: [text] if name.endswith("s") else text for name in names}


def only_answer(hostile: Sandbox, provider: Provider, event: dict[str, Any]) -> dict[str, Any]:
    """Deliver the event; return its answer, which is as every answer must be."""
    provider.endpoint.attempts.clear()
    hostile.deliver(event)
    answer = check_answer(provider.endpoint.attempts)
    assert hostile.leaks() == []
    assert hostile.log.unforeseen == []
    return answer


def described(hostile: Sandbox, configuration: dict[str, Any]) -> dict[str, Any]:
    """Create a connector that AppFlow describes so."""
    provider = hostile.fresh()
    hostile.server.appflow = CredulousAppFlow(provider.cloud.appflow, configuration)
    answer = only_answer(hostile, provider, provider.event("Create"))
    assert answer["Status"] == "SUCCESS", answer["Reason"]
    assert answer["PhysicalResourceId"] == "Orders"
    assert answer["Data"]["ConnectorLabel"] == "Orders"
    assert answer["Data"]["ConnectorArn"].endswith(":connector/Orders")
    return answer


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_all_attributes_are_printable_no_dynamic_references_and_leave_room_for_label_and_arn(
    hostile: Sandbox, text: str
) -> None:
    data = described(hostile, members(text, *ATTRIBUTES))["Data"]
    for value in (data.get(name, "") for name in ATTRIBUTES.values()):
        assert value.isprintable()
        assert "{{" not in value


@pytest.mark.parametrize("text", ["huge", "huge and wide", "huge number"])
@pytest.mark.parametrize("member", ATTRIBUTES)
def test_a_huge_attribute_is_printable_alone_too(hostile: Sandbox, member: str, text: str) -> None:
    answer = described(hostile, members(TEXTS[text], member))
    assert answer["Data"].get(ATTRIBUTES[member], "").isprintable()


def test_whatever_appflow_describes_the_answer_is_one_that_cloudformation_takes(
    hostile: Sandbox, tries: settings
) -> None:
    @settings(tries, max_examples=max(tries.max_examples // 3, 1))
    @given(names=st.dictionaries(st.sampled_from(list(ATTRIBUTES)), any_text, min_size=1))
    def try_one(names: dict[str, str]) -> None:
        configuration = {name: members(text, name)[name] for name, text in names.items()}
        answer = described(hostile, configuration)
        assert "{{" not in json.dumps(answer["Data"])

    try_one()


def test_a_text_that_does_no_harm_is_left_as_it_is(hostile: Sandbox) -> None:
    for text in ("Größe 1.0 ${x} {y} 中文", TEXTS["substitution"], TEXTS["format"]):
        assert described(hostile, members(text, "connectorOwner"))["Data"]["ConnectorOwner"] == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (TEXTS["dynamic reference"], "{ {resolve:secretsmanager:prod:SecretString:password}}"),
        (TEXTS["more braces"], "{ { { {resolve:ssm-secure:/prod/password:1}}}}"),
        (TEXTS["lines"], "first??second?third?fourth"),
        (TEXTS["lone surrogate"], "a?b"),
        (TEXTS["direction mark"], "?gpj.exe"),
    ],
)
def test_a_hostile_text_is_replaced_by_a_printable_one(
    hostile: Sandbox, text: str, value: str
) -> None:
    answer = described(hostile, members(text, "connectorName"))
    assert answer["Data"]["ConnectorName"] == value


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("member", IN_SDK_ANSWER)
def test_the_connector_itself_says_it(hostile: Sandbox, member: str, text: str) -> None:
    provider = hostile.fresh()
    provider.cloud.host.functions[FUNCTION_ARN] = answering(sdk_answer(**members(text, member)))
    answer = only_answer(hostile, provider, provider.event("Create"))
    assert "{{" not in json.dumps(answer["Data"])
    if answer["Status"] == "FAILED":
        assert answer["Reason"].startswith("RegisterConnector: ConnectorServerException: ")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("code", ERRORS)
def test_a_reason_keeps_its_head_whatever_message_appflow_passes_on(
    hostile: Sandbox, code: str, text: str
) -> None:
    provider = hostile.fresh()
    failing = {"/update-connector-registration": (code, text)}
    event = provider.event(
        "Update",
        PhysicalResourceId="Orders",
        ResourceProperties=properties(Revision="2"),
        OldResourceProperties=properties(),
    )
    hostile.server.appflow = CredulousAppFlow(provider.cloud.appflow, {}, failing)
    answer = only_answer(hostile, provider, event)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(f"UpdateConnectorRegistration: {code}: ")
    assert " Log: " in answer["Reason"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_connector_that_fails_with_it(hostile: Sandbox, text: str) -> None:
    refusal = {"errorDetails": {"errorCode": "ServerError", "errorMessage": text}}
    crash = json.dumps({"errorMessage": text, "errorType": text}).encode()
    for function in (
        answering({"isSuccess": False, **refusal}),
        lambda _request: Invocation(crash, "Unhandled"),
        lambda _request: Invocation(text.encode("utf-8", "surrogatepass")),
    ):
        provider = hostile.fresh()
        provider.cloud.host.functions[FUNCTION_ARN] = function
        answer = only_answer(hostile, provider, provider.event("Create"))
        assert answer["Reason"].startswith("RegisterConnector: ConnectorServerException: ")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_uses_the_connector_is_named_readably(hostile: Sandbox, text: str) -> None:
    provider = hostile.fresh()
    provider.create()
    provider.cloud.appflow.connectors.add_user_source(lambda *_: [f"connector profile {text}"])
    event = provider.event("Delete", PhysicalResourceId="Orders")
    answer = only_answer(hostile, provider, event)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("UnregisterConnector: ConflictException: ")
