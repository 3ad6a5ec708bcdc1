"""Names that AWS admits once in an account and Region: labels, profiles', SSM prefixes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import (
    Annotations,
    CfnParameter,
    Environment,
    NestedStack,
    SecretValue,
    Stack,
    Stage,
)
from aws_cdk.assertions import Annotations as Found
from aws_cdk.assertions import Match

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function

HOME = Environment(account="123456789012", region="eu-west-1")
ID = "cdk-appflow-connector:nameInUnknownEnvironment"
Claim = Callable[[Stack, str], Any]


def label(stack: Stack, construct_id: str) -> CustomConnector:
    function = connector_function(stack, f"{construct_id}Function")
    return CustomConnector(stack, construct_id, function=function, label="Shop")


def profile_name(stack: Stack, construct_id: str) -> ConnectorProfile:
    connector = CustomConnector.from_connector_label(stack, f"{construct_id}Connector", "Shop")
    return ConnectorProfile(
        stack,
        construct_id,
        connector=connector,
        credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager("key")),
        profile_name="Shop",
    )


def publish_to_ssm(stack: Stack, construct_id: str) -> CustomConnector:
    function = connector_function(stack, f"{construct_id}Function")
    return CustomConnector(stack, construct_id, function=function, publish_to_ssm="/shop")


EVERY = pytest.mark.parametrize("claim", [label, profile_name, publish_to_ssm])


def warnings_of(stack: Stack) -> list[tuple[str, str]]:
    found = Found.from_stack(stack).find_warning("*", Match.string_like_regexp(ID))
    return [(each.id, str(each.entry.data)) for each in found]


@EVERY
def test_a_name_is_used_once_in_a_stack(stack: Stack, claim: Claim) -> None:
    claim(stack, "First")
    with pytest.raises(
        ValueError, match=r"'/?[Ss]hop' is already .* by 'Stack/First', in the same"
    ):
        claim(stack, "Second")


@EVERY
def test_a_name_is_used_once_in_a_nested_stack_and_the_one_around_it(
    stack: Stack, claim: Claim
) -> None:
    claim(stack, "First")
    with pytest.raises(ValueError, match="by 'Stack/First', in the same account and Region"):
        claim(NestedStack(stack, "Nested"), "Second")


@EVERY
def test_a_name_is_used_once_in_an_account_and_region(claim: Claim) -> None:
    app = unbundled_app()
    claim(Stack(app, "One", env=HOME), "First")
    with pytest.raises(ValueError, match="by 'One/First', in the same account and Region"):
        claim(Stack(Stage(app, "Live"), "Two", env=HOME), "Second")


@EVERY
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HOME, Environment(account="123456789012", region="us-east-1")),
        (HOME, Environment(account="222222222222", region="eu-west-1")),
        (Environment(region="eu-west-1"), Environment(region="us-east-1")),
        (HOME, Environment(region="us-east-1")),
    ],
    ids=["Region", "account", "Region alone", "Region of one"],
)
def test_a_name_may_be_used_where_an_account_or_a_region_differs(
    claim: Claim, one: Environment, other: Environment
) -> None:
    app = unbundled_app()
    stacks = [Stack(app, "One", env=one), Stack(app, "Two", env=other)]
    for stack in stacks:
        claim(stack, "Orders")
    assert [warnings_of(stack) for stack in stacks] == [[], []]


@EVERY
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, None),
        (HOME, None),
        (None, HOME),
        (Environment(region="eu-west-1"), HOME),
        (Environment(account="123456789012"), Environment(account="123456789012")),
    ],
    ids=["none", "second", "first", "account", "Region"],
)
def test_what_is_not_known_is_not_equal_but_warned_of(
    claim: Claim, one: Environment | None, other: Environment | None
) -> None:
    app = unbundled_app()
    stacks = [Stack(app, "Dev", env=one), Stack(app, "Prod", env=other)]
    for stack in stacks:
        claim(stack, "Orders")
    assert warnings_of(stacks[0]) == []
    ((path, text),) = warnings_of(stacks[1])
    assert path == "/Prod/Orders"
    assert "by 'Dev/Orders', too" in text
    assert "env=" in text
    assert "Stage" in text


@EVERY
def test_stages_tell_unknown_environments_apart(claim: Claim) -> None:
    app = unbundled_app()
    stacks = [Stack(Stage(app, name), "Stack") for name in ("Dev", "Prod")]
    for stack in stacks:
        claim(stack, "Orders")
    assert [warnings_of(stack) for stack in stacks] == [[], []]


@EVERY
@pytest.mark.parametrize("acknowledged", [0, 1], ids=["first", "second"])
def test_the_warning_is_acknowledged_on_either(claim: Claim, acknowledged: int) -> None:
    app = unbundled_app()
    stacks = [Stack(app, name) for name in ("Dev", "Prod")]
    made = [claim(stack, "Orders") for stack in stacks]
    Annotations.of(made[acknowledged]).acknowledge_warning(ID, "two accounts")
    assert warnings_of(stacks[1]) == []


def test_names_known_at_deployment_only_are_not_compared(stack: Stack) -> None:
    name = CfnParameter(stack, "Name").value_as_string
    for construct_id in ("First", "Second"):
        function = connector_function(stack, f"{construct_id}Function")
        CustomConnector(stack, construct_id, function=function, label=name)
