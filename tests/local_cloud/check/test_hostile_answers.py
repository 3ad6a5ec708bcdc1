"""Whatever a connector answers, the check ends with a report, and never with a traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appflow_local.appflow.host import Invocation
from appflow_local.call_commands import OPERATIONS
from appflow_local.check.reports import as_json, as_junit
from appflow_local.command_arguments import UsageError
from harness.model.appflow import FUNCTION_ARN
from harness.model.checked import FakeBench, alarms, check
from harness.model.sound_connector import SoundConnector

STRANGE: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1.5, "", "x", [], [None], ["x"], [[]], {}, {"x": {}}]
)


def paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places in a JSON value."""
    found = [path]
    members = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    for key, member in members:
        nested = isinstance(member, dict | list)
        found += paths(member, (*path, key)) if nested else [(*path, key)]
    return found


def replaced(value: Any, path: tuple[Any, ...], other: object) -> Any:  # noqa: ANN401 - JSON
    """The value with another one at a place."""
    if not path:
        return other
    copied = json.loads(json.dumps(value))
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = other
    return copied


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operation=st.sampled_from(OPERATIONS), place=st.integers(0, 10_000), other=STRANGE)
def test_a_strange_value_anywhere_in_an_answer_ends_in_a_report(
    bench: FakeBench, operation: str, place: int, other: object
) -> None:
    def change(_request: Mapping[str, Any], answer: Any) -> Any:  # noqa: ANN401 - JSON
        found = paths(answer)
        return replaced(answer, found[place % len(found)], other)

    connector = bench.connector()
    connector.breaks[operation] = change
    try:
        outcomes = check(bench)
    except UsageError as error:  # it declares no such setting, or takes no such credentials
        assert operation == "DescribeConnectorConfiguration"
        assert re.search("declares no such setting: |takes no credentials of the type ", str(error))
        return
    report = json.loads(as_json("Strange", outcomes))
    assert sum(report["summary"].values()) == len(outcomes) == len(report["checks"])
    assert as_junit("Strange", outcomes, 1.0).endswith("</testsuites>\n")
    for label in [each["connectorLabel"] for each in bench.appflow.list_connectors()["connectors"]]:
        bench.appflow.unregister_connector(connectorLabel=label, forceDelete=True)


@pytest.mark.parametrize(
    "payload", [b"", b"<html>Bad Gateway</html>", b"null", b"[]", b"7", b"\xff\xfe", b"{", b'"x"']
)
def test_what_is_no_json_object_is_one_failed_check(bench: FakeBench, payload: bytes) -> None:
    bench.host.functions[FUNCTION_ARN] = lambda _request: Invocation(payload)
    assert list(alarms(check(bench))) == ["configuration.answered"]


def test_a_function_that_fails_is_shown_with_its_own_words(bench: FakeBench) -> None:
    failure = json.dumps({"errorType": "ImportError", "errorMessage": "no module named shop"})
    bench.host.functions[FUNCTION_ARN] = lambda _request: Invocation(failure.encode(), "Unhandled")
    found = alarms(check(bench))
    assert "the function failed with ImportError: no module named shop" in found.popitem()[1]


def test_reports_hide_control_characters_and_escape_markup(bench: FakeBench) -> None:
    def hostile(_request: Mapping[str, Any], _answer: object) -> object:
        message = "\x1b[31m<script>\x00&"
        return {"isSuccess": False, "errorDetails": {"errorCode": "x", "errorMessage": message}}

    connector: SoundConnector = bench.connector()
    connector.breaks["DescribeConnectorConfiguration"] = hostile
    text = as_junit("<Shop>", check(bench), 1.0)
    assert "<script>" not in text
    assert "\x00" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("other", [7, [None], ["retries"], [{"key": None}], [{"key": ""}]])
def test_settings_that_are_declared_wrongly_are_the_connectors_mistake(
    bench: FakeBench, other: object
) -> None:
    def change(_request: Mapping[str, Any], answer: Any) -> Any:  # noqa: ANN401 - JSON
        return {**answer, "connectorRuntimeSetting": other}

    bench.connector().breaks["DescribeConnectorConfiguration"] = change
    assert alarms(check(bench))
