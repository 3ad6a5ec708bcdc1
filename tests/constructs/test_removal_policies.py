"""Every resource of the library takes the removal policies that it can have, and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import CfnResource, Duration, RemovalPolicy, Resource, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs

from cdk_appflow_connector import CustomConnector, PythonConnectorFunction, RegistrationProvider
from cdk_appflow_connector.flows import CustomConnectorSource, ScheduledFlow, map_all
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised
from tests.constructs.flows.shop_flows import Shop

DELETED = {
    RemovalPolicy.DESTROY: "Delete",
    RemovalPolicy.RETAIN: "Retain",
    RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE: "RetainExceptOnCreate",
}


def python_function(stack: Stack, folder: Path, **given: Any) -> PythonConnectorFunction:  # noqa: ANN401 - of the function
    (folder / "crm.py").write_text("def handler(event, context): ...\n")
    (folder / "requirements.txt").touch()
    return PythonConnectorFunction(stack, "Made", entry=folder, handler="crm.handler", **given)


def each_made(folder: Path) -> dict[str, Resource]:
    """One of each in one stack, by their names in `EVERY`."""
    shop = Shop()
    function = connector_function(shop.stack, "Crm")
    return {
        "connector": CustomConnector(shop.stack, "Connector", function=function),
        "profile": shop.profile,
        "provider": RegistrationProvider(shop.stack, "Provider"),
        "function": python_function(shop.stack, folder),
        "flow": ScheduledFlow(
            shop.stack,
            "Flow",
            source=CustomConnectorSource(shop.profile, "orders", api_version="v1"),
            destination=shop.to_bucket,
            mappings=[map_all()],
            schedule=events.Schedule.rate(Duration.hours(1)),
        ),
    }


EVERY = pytest.mark.parametrize("made", ["connector", "profile", "provider", "function", "flow"])


@pytest.fixture(scope="module", params=DELETED, ids=str)
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[str, str]]:
    """The deletion policy of each, as the template has it, and the one that it was given."""
    resources = each_made(tmp_path_factory.mktemp("made"))
    for resource in resources.values():
        resource.apply_removal_policy(request.param)
    stack = resources["connector"].stack
    template = Synthesised(stack).json["Resources"]
    found = {}
    for name, resource in resources.items():
        child = resource.node.default_child
        assert isinstance(child, CfnResource)
        written = template[stack.resolve(child.logical_id)]["DeletionPolicy"]
        found[name] = written, DELETED[request.param]
    return found


@EVERY
def test_it_is_kept_or_deleted(made: str, kept: dict[str, tuple[str, str]]) -> None:
    written, wanted = kept[made]
    assert written == wanted


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Resource]:
    """One of each, which refuse what they are given."""
    return each_made(tmp_path_factory.mktemp("made"))


@EVERY
def test_nothing_of_it_can_be_a_snapshot(made: str, resources: dict[str, Resource]) -> None:
    resource = resources[made]
    says = r"^policy RemovalPolicy\.SNAPSHOT .*: give RemovalPolicy\.DESTROY, RETAIN, or"
    with pytest.raises(ValueError, match=rf"{says}.*\(at {resource.node.path}\)$"):
        resource.apply_removal_policy(RemovalPolicy.SNAPSHOT)


@EVERY
@pytest.mark.parametrize("wrong", [None, "RETAIN", True])
def test_it_is_no_policy(
    made: str,
    wrong: Any,  # noqa: ANN401 - wrong
    resources: dict[str, Resource],
) -> None:
    resource = resources[made]
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
