"""Every argument of a flow that is of no type at all is refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration
from aws_cdk import aws_events as events
from cdklabs import cdk_appflow as library

from cdk_appflow_connector.flows import (
    CustomConnectorDestination,
    CustomConnectorSource,
    ScheduledFlow,
    map_all,
)
from tests.constructs.flows.shop_flows import Shop
from tests.constructs.wrong_types import arguments_of, refusal


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


@pytest.mark.parametrize(("call", "argument"), arguments_of(ScheduledFlow))
def test_a_flows_is_refused(shop: Shop, call: Callable[..., object], argument: str) -> None:
    given = {
        "source": CustomConnectorSource(shop.profile, "orders"),
        "destination": shop.to_bucket,
        "mappings": [map_all()],
        "schedule": events.Schedule.rate(Duration.hours(1)),
    }
    text = refusal(lambda wrong: call(shop.stack, "Made", **{**given, **wrong}), argument)
    assert text.endswith("(at Stack/Made)")


@pytest.mark.parametrize(
    ("call", "argument"), arguments_of(CustomConnectorSource, CustomConnectorDestination)
)
def test_one_of_its_ends_is_refused(shop: Shop, call: Callable[..., object], argument: str) -> None:
    given: dict[str, Any] = {"profile": shop.profile, "entity": "orders"}
    if call is CustomConnectorDestination:
        given["operation"] = library.WriteOperation.insert()
    refusal(lambda wrong: call(**{**given, **wrong}), argument)
