"""Every resource of the library takes the removal policies that it can have, and no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import CfnResource, Duration, RemovalPolicy, Resource, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from cdk_appflow_connector import CustomConnector, PythonConnectorFunction, RegistrationProvider
from cdk_appflow_connector.flows import CustomConnectorSource, ScheduledFlow, map_all
from harness.synth.functions import connector_function
from tests.constructs.flows.shop_flows import Shop

DELETED = {
    RemovalPolicy.DESTROY: "Delete",
    RemovalPolicy.RETAIN: "Retain",
    RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE: "RetainExceptOnCreate",
}
Made = Callable[[Shop, Path], Resource]


def python_function(stack: Stack, folder: Path, **given: Any) -> PythonConnectorFunction:  # noqa: ANN401 - of the function
    (folder / "crm.py").write_text("def handler(event, context): ...\n")
    (folder / "requirements.txt").touch()
    return PythonConnectorFunction(stack, "Made", entry=folder, handler="crm.handler", **given)


def connector(shop: Shop, _folder: Path) -> Resource:
    return CustomConnector(shop.stack, "Made", function=connector_function(shop.stack, "Crm"))


def profile(shop: Shop, _folder: Path) -> Resource:
    return shop.profile


def provider(shop: Shop, _folder: Path) -> Resource:
    return RegistrationProvider(shop.stack, "Made")


def function(shop: Shop, folder: Path) -> Resource:
    return python_function(shop.stack, folder)


def flow(shop: Shop, _folder: Path) -> Resource:
    return ScheduledFlow(
        shop.stack,
        "Made",
        source=CustomConnectorSource(shop.profile, "orders", api_version="v1"),
        destination=shop.to_bucket,
        mappings=[map_all()],
        schedule=events.Schedule.rate(Duration.hours(1)),
    )


EVERY = pytest.mark.parametrize("made", [connector, profile, provider, function, flow])


@EVERY
@pytest.mark.parametrize(("policy", "written"), DELETED.items())
def test_it_is_kept_or_deleted(
    made: Made, policy: RemovalPolicy, written: str, tmp_path: Path
) -> None:
    shop = Shop()
    resource = made(shop, tmp_path)
    resource.apply_removal_policy(policy)
    child = resource.node.default_child
    assert isinstance(child, CfnResource)
    template = Template.from_stack(shop.stack).to_json()
    assert template["Resources"][shop.stack.resolve(child.logical_id)]["DeletionPolicy"] == written


@EVERY
def test_nothing_of_it_can_be_a_snapshot(made: Made, tmp_path: Path) -> None:
    resource = made(Shop(), tmp_path)
    says = r"^policy RemovalPolicy\.SNAPSHOT .*: give RemovalPolicy\.DESTROY, RETAIN, or"
    with pytest.raises(ValueError, match=rf"{says}.*\(at {resource.node.path}\)$"):
        resource.apply_removal_policy(RemovalPolicy.SNAPSHOT)


@EVERY
@pytest.mark.parametrize("wrong", [None, "RETAIN", True])
def test_it_is_no_policy(made: Made, wrong: Any, tmp_path: Path) -> None:  # noqa: ANN401 - wrong
    resource = made(Shop(), tmp_path)
    with pytest.raises(TypeError, match=rf"^policy {wrong!r} .*\(at {resource.node.path}\)$"):
        resource.apply_removal_policy(wrong)


def test_an_argument_of_another_policy_is_refused_by_its_name(stack: Stack, tmp_path: Path) -> None:
    snapshot = RemovalPolicy.SNAPSHOT
    with pytest.raises(ValueError, match=r"^removal_policy RemovalPolicy\.SNAPSHOT .*Stack/Crm\)$"):
        CustomConnector(stack, "Crm", function=connector_function(stack), removal_policy=snapshot)
    with pytest.raises(ValueError, match=r"^log_removal_policy .*SNAPSHOT .*Stack/Made\)$"):
        python_function(
            stack,
            tmp_path,
            log_removal_policy=snapshot,
            log_retention=logs.RetentionDays.ONE_DAY,
        )
