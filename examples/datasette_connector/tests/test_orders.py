"""The connector as AppFlow runs it: what arrives in S3, what is written, and what failures do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from conftest import HANDLER, Shop

from appflow_local.testing import AppflowLocal, Profile

ORDERS = "shop/orders"


def test_orders_arrive_with_the_types_of_their_columns(profile: Profile) -> None:
    assert ORDERS in profile.entities()
    run = profile.run(ORDERS)
    assert run.status == "Successful"
    assert run.records[0] == {
        "id": 1,
        "customer": "Ann",
        "amount": 12.5,
        "placed": "2026-01-01T08:00:00Z",
    }
    assert [row["id"] for row in run.records] == [1, 2, 3]


def test_the_server_filters(profile: Profile) -> None:
    run = profile.run(ORDERS, filter="customer = 'Ann' and amount > 10", format="PARQUET")
    assert [row["id"] for row in run.records] == [1]
    assert run.records_processed == 1


# region incremental
def test_an_incremental_flow_pulls_only_what_is_new(
    appflow_local: AppflowLocal, profile: Profile
) -> None:
    flow = profile.schedule(ORDERS, "rate(1hours)", incremental="placed")
    appflow_local.clock.advance(timedelta(hours=1))
    first, second = flow.runs
    assert first.pulled is not None
    assert second.pulled is not None
    assert first.pulled[1] == second.pulled[0]
    assert "placed" in second.calls[0].request["filterExpression"]


# endregion
def test_orders_are_written_and_doubtful_ones_refused(profile: Profile, shop: Shop) -> None:
    run = profile.write(
        ORDERS,
        [
            {"id": 4, "customer": "Cleo", "amount": 1.5},
            {"id": 1, "customer": "Eve", "amount": 2.5},  # there is an order 1
        ],
    )
    assert run.failures == 1
    assert [each["record"]["customer"] for each in run.refused] == ["Eve"]
    assert shop.customers() == ["Ann", "Bob", "Ann", "Cleo"]


def test_a_wrong_key_is_refused_in_the_connectors_words(
    appflow_local: AppflowLocal, shop: Shop
) -> None:
    connector = appflow_local.connector("..", handler=HANDLER)
    with pytest.raises(ClientError, match="Error authenticating to connector"):
        connector.profile({"type": "apiKey", "apiKey": "wrong"}, {"baseUrl": shop.url})


def test_a_busy_server_is_asked_again(appflow_local: AppflowLocal, profile: Profile) -> None:
    appflow_local.faults.add("QueryData", error="RateLimitExceeded", times=2, retry_after=60)
    run = profile.run(ORDERS)
    assert len(run.records) == 3
    assert run.ended_at - run.started_at >= timedelta(minutes=2)


def test_half_an_answer_ends_the_run(appflow_local: AppflowLocal, profile: Profile) -> None:
    appflow_local.faults.add("QueryData", "cut-json")
    run = profile.run(ORDERS)
    assert run.status == "Error"
    assert "No valid response" in run.message
