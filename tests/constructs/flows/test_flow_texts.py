"""A flow's name and description are what AppFlow takes."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import CfnParameter

from tests.constructs.flows.shop_flows import Shop


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


LETTERS, ADMITTED = "letters a-z and A-Z", "AppFlow admits"
REFUSED = [
    *[("name", value, LETTERS) for value in ("", "a", "a b", "-ab", "a/b", "größe")],
    ("name", "x" * 257, ADMITTED),
    *[("description", value, ADMITTED) for value in ("a/b", "größe", "(new)", "x" * 2049)],
]


@pytest.mark.parametrize(("argument", "value", "problem"), REFUSED)
def test_a_text_that_appflow_would_refuse_is_refused(
    shop: Shop, argument: str, value: str, problem: str
) -> None:
    given: dict[str, Any] = {argument: value}
    with pytest.raises(ValueError, match=rf"^{argument} '.* \(at Stack/Made\)$") as caught:
        shop.scheduled("Made", **given)
    assert problem in str(caught.value)


def test_texts_that_appflow_takes_are_taken() -> None:
    shop = Shop()
    text = "Is it new? Yes, v1.0!"
    shop.scheduled(name="orders_v1.0!@#-", description=text)
    assert (shop.flow["FlowName"], shop.flow["Description"]) == ("orders_v1.0!@#-", text)


def test_a_name_may_be_a_parameter() -> None:
    shop = Shop()
    shop.scheduled(name=CfnParameter(shop.stack, "Name").value_as_string)
    assert shop.flow["FlowName"] == {"Ref": "Name"}
