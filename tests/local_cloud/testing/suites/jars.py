"""Tests of connectors in Java; beside them are the documents' shop and one that is closed."""

from __future__ import annotations

import pytest

from appflow_local.testing import AppflowLocal, Run

BASIC = {"type": "basic", "username": "a", "password": "b"}


def read(appflow_local: AppflowLocal, jar: str) -> Run:
    connector = appflow_local.connector(jar, handler="Shop::handleRequest", runtime="java17")
    return connector.profile(BASIC).run("orders")


@pytest.mark.parametrize("jar", ["shop.jar", "closed.jar"])
def test_all_orders_arrive(appflow_local: AppflowLocal, jar: str) -> None:
    run = read(appflow_local, jar)
    assert run.records == [{"id": 1}, {"id": 2}], run.message
    assert run.calls[0].operation == "QueryData"
