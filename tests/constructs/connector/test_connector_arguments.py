"""Arguments of CustomConnector: what they change, and which are refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from aws_cdk import CfnParameter, Duration, Environment, RemovalPolicy, Stack, Stage
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector, OnConflict, RegistrationProvider
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
HOME = Environment(account="123456789012", region="eu-west-1")

Connect = Callable[..., CustomConnector]


@pytest.fixture
def connect(stack: Stack, function: lambda_.Function) -> Connect:
    return partial(CustomConnector, stack, "Orders", function=function)


def properties_of(stack: Stack) -> dict[str, object]:
    properties: dict[str, object] = Synthesised(stack).the("Custom::AppFlowConnector")["Properties"]
    return properties


@pytest.mark.parametrize(
    "label", ["Orders app", "-Orders", "O", "", "Orders/2", "a" * 257, "Ordërs"]
)
def test_a_label_that_appflow_refuses_is_refused(label: str, connect: Connect) -> None:
    with pytest.raises(ValueError, match=r"label .* (must be|has 257 characters)"):
        connect(label=label)


@pytest.mark.parametrize("character", [",", ":", "(", ")", "'", "é"])
def test_a_description_that_appflow_refuses_is_refused_by_character(
    character: str, connect: Connect
) -> None:
    with pytest.raises(ValueError, match=r"description .* holds .*AppFlow admits only") as caught:
        connect(description=f"a{character}b")
    assert repr(character) in str(caught.value)


def test_a_description_that_is_too_long_is_refused(connect: Connect) -> None:
    with pytest.raises(ValueError, match="has 1025 characters; AppFlow admits 1024"):
        connect(description="a" * 1025)


@pytest.mark.parametrize("value", ["no", "true", 1, None])
def test_force_unregister_that_is_no_boolean_is_refused(value: Any, connect: Connect) -> None:  # noqa: ANN401
    with pytest.raises(TypeError, match=f"force_unregister {value!r} must be True or False"):
        connect(force_unregister=value)


def test_an_arn_as_the_function_is_refused_with_the_way_to_refer_to_it(connect: Connect) -> None:
    with pytest.raises(TypeError, match=r"function 'arn:.*from_function_attributes"):
        connect(function=FUNCTION_ARN)


def test_an_l1_as_the_function_is_refused_with_what_to_use(
    stack: Stack, function: lambda_.Function, connect: Connect
) -> None:
    with pytest.raises(TypeError, match=r"is not an IFunction: use aws_lambda\.Function"):
        connect(function=function.node.default_child)
    for other in (stack, lambda_.Function):  # a construct of another kind, and the class itself
        with pytest.raises(TypeError, match=r"give an aws_lambda\.Function"):
            connect(function=other)


def test_a_default_label_that_appflow_refuses_is_refused_at_synth() -> None:
    stack = Stack(unbundled_app(), "S")
    with pytest.raises(ValueError, match=r"label 'S', the default for 'S/Default', .*give a label"):
        CustomConnector(stack, "Default", function=connector_function(stack))


def test_a_refused_connector_leaves_nothing_in_the_stack(connect: Connect) -> None:
    with pytest.raises(ValueError, match="label"):
        connect(label="no good")
    assert connect(label="Good").connector_label


def test_one_label_cannot_be_registered_twice(stack: Stack, function: lambda_.Function) -> None:
    CustomConnector(stack, "First", function=function, label="Orders")
    with pytest.raises(ValueError, match="label 'Orders' is already registered by 'Stack/First'"):
        CustomConnector(stack, "Second", function=function, label="Orders")


def test_one_label_cannot_be_registered_by_two_stacks_of_one_environment() -> None:
    app = unbundled_app()
    one, two = Stack(app, "One", env=HOME), Stack(app, "Two", env=HOME)
    CustomConnector(one, "Orders", function=connector_function(one), label="Orders")
    with pytest.raises(ValueError, match="already registered by 'One/Orders'"):
        CustomConnector(two, "Orders", function=connector_function(two), label="Orders")


def test_one_label_may_be_registered_in_two_regions_and_in_two_stages() -> None:
    app = unbundled_app()
    for region in ("eu-west-1", "us-east-1"):
        stack = Stack(app, region, env=Environment(account="123456789012", region=region))
        CustomConnector(stack, "Orders", function=connector_function(stack), label="Orders")
    for name in ("Test", "Live"):
        stack = Stack(Stage(app, name), "Stack")
        CustomConnector(stack, "Orders", function=connector_function(stack), label="Orders")


def test_the_default_label_is_unique_within_an_app() -> None:
    app = unbundled_app()
    stacks = [Stack(app, "One"), Stack(app, "Two")]
    for stack in stacks:
        for construct_id in ("Orders", "Invoices"):
            function = connector_function(stack, f"{construct_id}Function")
            CustomConnector(stack, construct_id, function=function)
    resources = [Synthesised(stack).of_type("Custom::AppFlowConnector") for stack in stacks]
    labels = [r["Properties"]["ConnectorLabel"] for found in resources for r in found.values()]
    assert len(set(labels)) == len(labels) == 4


def test_a_label_that_is_a_parameter_is_checked_at_deployment(
    stack: Stack, connect: Connect
) -> None:
    label = CfnParameter(stack, "Label").value_as_string
    connect(label=label)
    assert properties_of(stack)["ConnectorLabel"] == {"Ref": "Label"}
    policy = Synthesised(stack).the("AWS::IAM::Policy", "AppFlowConnectorRegistration")
    statement = policy["Properties"]["PolicyDocument"]["Statement"][0]
    assert flat(statement["Resource"]).endswith(":connector/${Label}")


def test_adopting_and_forcing_reach_the_provider(stack: Stack, connect: Connect) -> None:
    connect(on_conflict=OnConflict.ADOPT, force_unregister=True)
    properties = properties_of(stack)
    assert properties["OnConflict"] == "ADOPT"
    assert properties["ForceUnregister"] is True


def test_on_conflict_takes_only_members_of_its_enumeration(connect: Connect) -> None:
    with pytest.raises(TypeError, match=r"on_conflict 'ADOPT' must be OnConflict\.FAIL or"):
        connect(on_conflict="ADOPT")


def test_the_removal_policy_retain_keeps_the_registration(stack: Stack, connect: Connect) -> None:
    connect(removal_policy=RemovalPolicy.RETAIN)
    resource = Synthesised(stack).the("Custom::AppFlowConnector")
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_removal_policy_snapshot_is_refused(connect: Connect) -> None:
    with pytest.raises(ValueError, match="SNAPSHOT is for databases and volumes"):
        connect(removal_policy=RemovalPolicy.SNAPSHOT)


def test_an_imported_function_is_not_refreshed_and_its_role_is_warned_of(
    stack: Stack, connect: Connect
) -> None:
    function = lambda_.Function.from_function_arn(stack, "Imported", FUNCTION_ARN)
    connect(function=function)
    assert "Revision" not in properties_of(stack)
    Annotations.from_stack(stack).has_warning(
        "/Stack/Imported",
        Match.string_like_regexp("Add statement to this resource's role: .*:GetSecretValue"),
    )


def test_a_given_revision_reaches_the_provider(stack: Stack, connect: Connect) -> None:
    function = lambda_.Function.from_function_arn(stack, "Imported", FUNCTION_ARN)
    connect(function=function, revision="2026-11-22")
    assert properties_of(stack)["Revision"] == "2026-11-22"


def test_an_empty_revision_is_refused(connect: Connect) -> None:
    with pytest.raises(ValueError, match="revision '' is empty"):
        connect(revision="")


def test_connectors_of_a_stack_share_one_provider(stack: Stack, function: lambda_.Function) -> None:
    first = CustomConnector(stack, "First", function=function)
    second = CustomConnector(stack, "Second", function=function)
    assert first.provider is second.provider
    assert len(Synthesised(stack).of_type("AWS::Logs::LogGroup")) == 1


def test_a_given_provider_replaces_the_shared_one(stack: Stack, connect: Connect) -> None:
    provider = RegistrationProvider(stack, "Mine", timeout=Duration.minutes(1))
    connector = connect(provider=provider)
    assert connector.provider is provider
    handler = Synthesised(stack).the("AWS::Lambda::Function", "Mine")
    assert handler["Properties"]["Timeout"] == 60


@pytest.mark.parametrize("seconds", [29, 901])
def test_a_providers_timeout_out_of_range_is_refused(stack: Stack, seconds: int) -> None:
    with pytest.raises(ValueError, match=f"timeout {seconds} s is out of range"):
        RegistrationProvider(stack, "Mine", timeout=Duration.seconds(seconds))


def test_a_connector_is_imported_by_label(stack: Stack) -> None:
    connector = CustomConnector.from_connector_label(stack, "Imported", "Orders")
    assert connector.connector_label == "Orders"
    assert flat(stack.resolve(connector.connector_arn)) == (
        "arn:${AWS::Partition}:appflow:${AWS::Region}:${AWS::AccountId}:connector/Orders"
    )


def test_a_connector_is_imported_by_arn(stack: Stack) -> None:
    arn = "arn:aws:appflow:eu-west-1:123456789012:connector/Orders"
    connector = CustomConnector.from_connector_arn(stack, "Imported", arn)
    assert (connector.connector_arn, connector.connector_label) == (arn, "Orders")


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:appflow:eu-west-1:123456789012:flow/Orders",
        "arn:aws:appflow:eu-west-1:123456789012:connector",
        "nonsense",
    ],
)
def test_an_arn_that_is_not_a_connectors_is_refused(stack: Stack, arn: str) -> None:
    with pytest.raises(ValueError, match=r"connector_arn .* is not a connector's"):
        CustomConnector.from_connector_arn(stack, "Imported", arn)


@pytest.mark.parametrize("environment", ["us-east-1:123456789012", "eu-west-1:222222222222"])
def test_an_arn_of_another_environment_is_refused(environment: str) -> None:
    stack = Stack(unbundled_app(), "Stack", env=HOME)
    with pytest.raises(ValueError, match=r"is not in the stack's account 123456789012 and Region"):
        CustomConnector.from_connector_arn(
            stack, "X", f"arn:aws:appflow:{environment}:connector/Orders"
        )


def test_a_providers_timeout_known_at_deployment_is_refused(stack: Stack) -> None:
    seconds = CfnParameter(stack, "Seconds", type="Number").value_as_number
    with pytest.raises(ValueError, match=r"timeout must be known when the app is synthesised"):
        RegistrationProvider(stack, "Provider", timeout=Duration.seconds(seconds))


def test_a_provider_that_is_something_else_is_refused(
    function: lambda_.Function, connect: Connect
) -> None:
    for given in (function, FUNCTION_ARN):
        with pytest.raises(TypeError, match=r"provider .*: give a RegistrationProvider"):
            connect(provider=given)


def test_a_providers_timeout_that_is_a_number_is_refused(stack: Stack) -> None:
    with pytest.raises(TypeError, match=r"timeout 60 has another type .*: give a Duration"):
        RegistrationProvider(stack, "Own", timeout=60)  # type: ignore[arg-type]
