"""Tests that share a cloud; `test_pytest_plugin` looks at what pytest says of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from appflow_local.testing import AppflowLocal, AppflowLocalFactory

KEY = {"type": "apiKey", "apiKey": "open-sesame"}


@pytest.fixture(scope="module")
def cloud(appflow_local_factory: AppflowLocalFactory) -> Iterator[AppflowLocal]:
    with appflow_local_factory() as made:
        for name in ("connector", "crash", "slow"):
            made.connector(name, label=name.upper()).profile(KEY, name=name)
        yield made


def test_it_is_used_beside_one_of_the_tests_own(
    cloud: AppflowLocal, appflow_local: AppflowLocal
) -> None:
    assert cloud.url != appflow_local.url
    assert len(cloud.calls) > len(appflow_local.calls) == 0
    cloud.connector("CONNECTOR").profile(KEY, name="more").run("products")


def test_nothing_has_emptied_it(cloud: AppflowLocal, appflow_local: AppflowLocal) -> None:
    assert "QueryData" in [each.operation for each in cloud.calls]
    assert appflow_local.calls == []


def test_it_fails_here(cloud: AppflowLocal) -> None:
    found = cloud.client("appflow").describe_connector_profiles(connectorProfileNames=["crash"])
    assert found["connectorProfileDetails"]
    call = cloud.connector("CRASH").ask("QueryData", profile="crash", entity="products")
    assert call.error is None


def test_its_clock_goes_on(cloud: AppflowLocal) -> None:
    assert cloud.clock.advance(timedelta(days=1)) > cloud.clock.now() - timedelta(minutes=1)


def test_a_flow_of_it_is_left_running(cloud: AppflowLocal) -> None:
    cloud.connector("SLOW").profile(KEY).run("products", wait=False)
