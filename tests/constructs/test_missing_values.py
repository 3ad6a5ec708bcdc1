"""What can't be left out is refused by its name when it is None, as when it is of another type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from aws_cdk import SecretValue
from cdklabs.cdk_appflow import OnDemandFlow

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile
from cdk_appflow_connector.flows import (
    CustomConnectorSource,
    RunAfterDeployment,
    StartFlowAndWait,
    grant_read,
    grant_run,
    map_all,
)
from tests.constructs.flows.shop_flows import Shop

_KEY = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))
_NOTHING: Any = None


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


@pytest.fixture(scope="module")
def flow(shop: Shop) -> OnDemandFlow:
    return OnDemandFlow(
        shop.stack,
        "OnDemand",
        source=CustomConnectorSource(shop.profile, "orders", api_version="v1"),
        destination=shop.to_bucket,
        mappings=[map_all()],
    )


_OF_PROFILES: dict[str, Callable[[Shop], object]] = {
    "connector None": lambda shop: ConnectorProfile(
        shop.stack, "Made", connector=_NOTHING, credentials=_KEY
    ),
    "credentials None": lambda shop: ConnectorProfile(
        shop.stack, "Made", connector=shop.profile.connector, credentials=_NOTHING
    ),
    "refresh_on_rotation None": lambda shop: ConnectorProfile(
        shop.stack,
        "Made",
        connector=shop.profile.connector,
        credentials=_KEY,
        refresh_on_rotation=[_NOTHING],
    ),
    "profile_arn None": lambda shop: ConnectorProfile.from_profile_arn(
        shop.stack, "Made", _NOTHING, connector=shop.profile.connector
    ),
    "connector  None": lambda shop: ConnectorProfile.from_profile_name(
        shop.stack, "Made", "shop", connector=_NOTHING
    ),
}


@pytest.mark.parametrize("what", _OF_PROFILES)
def test_a_profile_names_what_is_none(shop: Shop, what: str) -> None:
    with pytest.raises(TypeError) as caught:
        _OF_PROFILES[what](shop)
    assert str(caught.value).startswith(" ".join(what.split()))
    assert str(caught.value).endswith("(at Stack/Made)")


def test_what_waits_or_runs_names_what_is_none(shop: Shop, flow: OnDemandFlow) -> None:
    with pytest.raises(TypeError, match=r"^poll_interval None .*\(at Stack/Wait\)$"):
        StartFlowAndWait(shop.stack, "Wait", flow=flow, poll_interval=_NOTHING)
    with pytest.raises(TypeError, match=r"^execute_after None .*\(at Stack/Run\)$"):
        RunAfterDeployment(shop.stack, "Run", flow=flow, execute_after=_NOTHING)
    wrong: Any = ["bucket"]
    with pytest.raises(TypeError, match=r"^execute_after 'bucket' .*\(at Stack/Run\)$"):
        RunAfterDeployment(shop.stack, "Run", flow=flow, execute_after=wrong)


@pytest.mark.parametrize("grantee", [None, "arn:aws:iam::123456789012:role/x"])
def test_a_right_is_granted_to_a_principal_only(
    shop: Shop, flow: OnDemandFlow, grantee: object
) -> None:
    profile = shop.profile
    for grant in (
        profile.connector.grant_describe,
        profile.grant_use,
        profile.grant_describe,
        lambda to: grant_run(flow, to),
        lambda to: grant_read(flow, to),
    ):
        with pytest.raises(TypeError, match=r"^grantee .*: give an aws_iam\.Role"):
            grant(cast("Any", grantee))


@pytest.mark.parametrize("exclude", ["email", [3], None])
def test_fields_to_leave_out_are_a_list_of_names(exclude: object) -> None:
    with pytest.raises(TypeError, match=r"^exclude .*: give a list of names"):
        map_all(cast("Any", exclude))
