"""A test of a connector in Java that fails; beside it is the shop, which closes after a query."""

from __future__ import annotations

from appflow_local.testing import AppflowLocal

BASIC = {"type": "basic", "username": "a", "password": "b"}


def test_all_orders_arrive_twice(appflow_local: AppflowLocal) -> None:
    connector = appflow_local.connector("shop.jar", handler="Shop::handleRequest", runtime="java17")
    profile = connector.profile(BASIC)
    first = profile.run("orders")
    assert first.records == [{"id": 1}, {"id": 2}], first.message
    assert first.calls[0].operation == "QueryData"
    assert profile.run("orders").status == "Successful", "the second run"
