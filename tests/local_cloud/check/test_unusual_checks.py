"""Checks whose defects are of the surroundings, not of an answer; and AWS's own example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from custom_connector_example.handlers.lambda_handler import salesforce_lambda_handler

from appflow_local.appflow.host import Invocation
from appflow_local.check.catalog import CATALOG
from appflow_local.check.model import Outcome
from appflow_local.check.reply import Reply
from appflow_local.check.subject import Plan, Subject
from harness.model.appflow import FUNCTION_ARN, register
from harness.model.checked import FakeBench, alarms, check


def outcome(identifier: str, *replies: Reply) -> Outcome:
    """What a check makes of calls."""
    subject = Subject(lambda _request: replies[0], Plan())
    subject.replies = list(replies)
    return next(each for each in CATALOG if each.id == identifier).outcome(subject)


def call(operation: str, milliseconds: float) -> Reply:
    answer = {"isSuccess": True}
    return Reply({"type": f"{operation}Request"}, answer, milliseconds=milliseconds)


@pytest.mark.parametrize(
    ("identifier", "seconds", "status"),
    [
        ("limits.cold-start-margin", [6, 1], "warned"),
        ("limits.cold-start-margin", [4, 6], "passed"),
        ("limits.time-margin", [6, 1], "passed"),
        ("limits.time-margin", [1, 6], "warned"),
    ],
)
def test_a_call_that_takes_more_than_half_of_its_time_is_a_warning(
    identifier: str, seconds: list[float], status: str
) -> None:
    found = outcome(identifier, *(call("ListEntities", each * 1000) for each in seconds))
    assert found.status == status


def test_records_may_take_longer_than_metadata() -> None:
    first = call("ListEntities", 1)
    assert outcome("limits.time-margin", first, call("QueryData", 14_000)).status == "passed"
    assert outcome("limits.time-margin", first, call("QueryData", 16_000)).status == "warned"


def test_what_appflow_says_against_a_registration_is_shown(bench: FakeBench) -> None:
    bench.connector()
    register(bench.appflow)
    found = alarms(check(bench))
    assert list(found) == ["configuration.registers"]
    assert found["configuration.registers"].startswith("ConflictException: ")


def test_an_entity_that_is_asked_for_and_not_listed_is_a_warning(bench: FakeBench) -> None:
    connector = bench.connector()
    connector.entities.pop()  # with which others are nested
    connector.tables["hidden"] = connector.tables["orders"]
    connector.nested.append({"entityIdentifier": "hidden", "hasNestedEntities": False})
    assert list(alarms(check(bench, entities=["customers", "hidden"]))) == ["entities.given-listed"]


def test_awss_salesforce_example_raises_no_alarm_without_a_salesforce(bench: FakeBench) -> None:
    def salesforce(request: Mapping[str, Any]) -> Invocation:
        return Invocation(json.dumps(salesforce_lambda_handler(request, None)).encode())

    bench.host.functions[FUNCTION_ARN] = salesforce
    settings = {"instanceUrl": "https://example.my.salesforce.com", "is_sandbox_account": "false"}
    outcomes = check(bench, credentials=None, write=None, settings=settings)
    assert alarms(outcomes) == {}
    passed = {each.check.id for each in outcomes if each.status == "passed"}
    assert {"configuration.registers", "settings.source-answered"} <= passed
