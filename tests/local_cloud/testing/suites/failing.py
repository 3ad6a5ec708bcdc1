"""Tests that fail, each in its own way; `test_pytest_plugin` looks at what pytest says of them.

Beside them are `connector`, `keyed` (it looks at the key), `crash` (its QueryData divides by zero),
`store` (in JavaScript, its QueryData fails), `slow` (it answers too late) and `two` (it has two
handlers).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from appflow_local.testing import AppflowLocal

KEY = {"type": "apiKey", "apiKey": "open-sesame"}


def test_the_connector_crashes(appflow_local: AppflowLocal) -> None:
    assert appflow_local.connector("crash").profile(KEY).run("products").status == "Successful"


def test_a_store_in_javascript_crashes(appflow_local: AppflowLocal) -> None:
    assert appflow_local.connector("store").profile(KEY).run("orders").status == "Successful"


def test_a_flow_is_left_running(appflow_local: AppflowLocal) -> None:
    appflow_local.connector("slow").profile(KEY).run("products", wait=False)


def test_the_one_after_it_is_not_disturbed(appflow_local: AppflowLocal) -> None:
    assert appflow_local.connector("connector").profile(KEY).run("products").records


def test_a_run_takes_too_long(appflow_local: AppflowLocal) -> None:
    appflow_local.connector("slow").profile(KEY).run("products", timeout=0.5)


def test_there_is_no_such_operation(appflow_local: AppflowLocal) -> None:
    appflow_local.faults.add("Query", error="RateLimitExceeded")


def test_there_is_no_such_fault(appflow_local: AppflowLocal) -> None:
    appflow_local.faults.add("QueryData", error="Nonsense")


def test_a_fault_is_of_two_kinds(appflow_local: AppflowLocal) -> None:
    appflow_local.faults.add("QueryData", "crash", error="ClientError")


def test_the_handler_is_missing(appflow_local: AppflowLocal) -> None:
    appflow_local.connector("two")


def test_the_handler_is_another(appflow_local: AppflowLocal) -> None:
    appflow_local.connector("connector", handler="other.handler")


def test_there_is_no_connector(appflow_local: AppflowLocal) -> None:
    appflow_local.connector("nowhere/")


@pytest.mark.parametrize(
    "given",
    [
        {"type": "basic", "username": "ann", "password": "x"},
        {"type": "magic"},
        {"type": "apiKey"},
        {"apiKey": "k"},
        ["k"],
        None,
    ],
    ids=["other", "unknown", "short", "untyped", "list", "none"],
)
def test_credentials_are_of_a_wrong_type(appflow_local: AppflowLocal, given: Any) -> None:  # noqa: ANN401
    appflow_local.connector("connector").profile(given)


def test_the_key_is_wrong(appflow_local: AppflowLocal) -> None:
    appflow_local.connector("keyed").profile({"type": "apiKey", "apiKey": "wrong"})


def test_a_filter_cannot_be_read(appflow_local: AppflowLocal) -> None:
    appflow_local.connector("connector").profile(KEY).run("products", filter="price > 3")


def test_a_format_is_unknown(appflow_local: AppflowLocal) -> None:
    appflow_local.connector("connector").profile(KEY).run("products", format="XML")


def test_the_clock_is_turned_back(appflow_local: AppflowLocal) -> None:
    appflow_local.clock.advance(timedelta(hours=-1))


def test_nothing_is_written(appflow_local: AppflowLocal) -> None:
    appflow_local.connector("connector").profile(KEY).write("products", [])


@pytest.fixture
def broken(appflow_local: AppflowLocal) -> str:
    appflow_local.connector("connector")
    raise ValueError("of this fixture")


def test_a_fixture_fails(broken: str) -> None:
    assert broken
