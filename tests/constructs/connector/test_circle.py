"""A function may be told its connector's label, but nothing that only its registration knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aws_cdk import (
    CfnOutput,
    CfnParameter,
    CfnResource,
    CliCredentialsStackSynthesizer,
    DefaultStackSynthesizer,
    Fn,
    IStackSynthesizer,
    LegacyStackSynthesizer,
    NestedStack,
    SecretValue,
    Stack,
    Stage,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised

Told = Callable[[CustomConnector], str]


def variables(stack: Stack) -> dict[str, object]:
    function = Synthesised(stack).the("AWS::Lambda::Function", "Function")
    found: dict[str, object] = function["Properties"]["Environment"]["Variables"]
    return found


@pytest.mark.parametrize("label", ["Crm", None], ids=["given", "default"])
def test_a_function_can_be_told_its_label_in_plain_text(
    stack: Stack, function: lambda_.Function, label: str | None
) -> None:
    connector = CustomConnector(stack, "Orders", function=function, label=label)
    function.add_environment("LABEL", connector.label)
    registration = Synthesised(stack).the("Custom::AppFlowConnector")
    assert variables(stack) == {"LABEL": registration["Properties"]["ConnectorLabel"]}
    assert connector.label == label or label is None


def test_a_label_that_is_a_parameter_can_be_told_too(
    stack: Stack, function: lambda_.Function
) -> None:
    given = CfnParameter(stack, "Label", allowed_pattern="[a-z]{2,20}").value_as_string
    connector = CustomConnector(stack, "Orders", function=function, label=given)
    function.add_environment("LABEL", connector.label)
    assert variables(stack) == {"LABEL": {"Ref": "Label"}}


def test_a_function_can_be_told_an_arn_with_its_label(
    stack: Stack, function: lambda_.Function
) -> None:
    connector = CustomConnector(stack, "Orders", function=function, label="Crm")
    arn = stack.format_arn(service="appflow", resource="connector", resource_name=connector.label)
    function.add_environment("ARN", arn)
    function.add_to_role_policy(
        iam.PolicyStatement(actions=["appflow:DescribeConnector"], resources=[arn])
    )
    Synthesised(stack)


def profile_of(connector: CustomConnector) -> str:
    return ConnectorProfile(
        Stack.of(connector),
        "Profile",
        connector=connector,
        credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager("key")),
    ).profile_name


@pytest.mark.parametrize(
    "told",
    [
        lambda connector: connector.connector_label,
        lambda connector: connector.connector_arn,
        lambda connector: connector.api_version,
        lambda connector: f"appflow!{connector.connector_label}-*",
        lambda connector: Fn.sub("${Label}", {"Label": connector.connector_label}),
        profile_of,
    ],
    ids=["label", "arn", "version", "in a text", "in a Sub", "profile"],
)
@pytest.mark.parametrize("is_in_role", [False, True], ids=["environment", "role"])
def test_a_circle_is_refused_with_what_to_do(
    stack: Stack, function: lambda_.Function, told: Told, is_in_role: bool
) -> None:
    connector = CustomConnector(stack, "Orders", function=function)
    if is_in_role:
        statement = iam.PolicyStatement(actions=["s3:GetObject"], resources=[told(connector)])
        function.add_to_role_policy(statement)
    else:
        function.add_environment("TOLD", told(connector))
    with pytest.raises(
        RuntimeError, match=r"\[Stack/Orders\] .*'Stack/Function'.*connector\.label"
    ):
        Synthesised(stack)


def test_a_circle_by_an_alias_is_refused(stack: Stack, function: lambda_.Function) -> None:
    connector = CustomConnector(stack, "Orders", function=function.add_alias("live"))
    function.add_environment("ARN", connector.connector_arn)
    with pytest.raises(RuntimeError, match=r"connector\.label"):
        Synthesised(stack)


def told_by_a_parameter(connector: CustomConnector, function: lambda_.Function) -> None:
    parameter = ssm.StringParameter(
        Stack.of(connector), "Parameter", string_value=connector.connector_arn
    )
    function.add_environment("ARN", parameter.string_value)


def told_by_an_override(connector: CustomConnector, function: lambda_.Function) -> None:
    resource = function.node.default_child
    assert isinstance(resource, lambda_.CfnFunction)
    resource.add_property_override("Environment.Variables.ARN", connector.connector_arn)


def allowed_by_a_managed_policy(connector: CustomConnector, function: lambda_.Function) -> None:
    statement = iam.PolicyStatement(
        actions=["appflow:DescribeConnector"], resources=[connector.connector_arn]
    )
    policy = iam.ManagedPolicy(Stack.of(connector), "Managed", statements=[statement])
    assert function.role is not None
    function.role.add_managed_policy(policy)


def allowed_to_the_provider(connector: CustomConnector, function: lambda_.Function) -> None:  # noqa: ARG001
    connector.provider.role.add_to_principal_policy(
        iam.PolicyStatement(actions=["appflow:TagResource"], resources=[connector.connector_arn])
    )


def depended_on(connector: CustomConnector, function: lambda_.Function) -> None:
    function.node.add_dependency(connector)


def depended_on_by_the_role(connector: CustomConnector, function: lambda_.Function) -> None:
    assert function.role is not None
    function.role.node.add_dependency(connector)


def in_a_substitution(connector: CustomConnector, function: lambda_.Function) -> None:
    resource = connector.node.find_child("Registration")
    assert isinstance(resource, CfnResource)
    text = f"arn of ${{!not}}: ${{{Stack.of(connector).get_logical_id(resource)}.ConnectorArn}}"
    function.add_environment("ARN", Fn.sub(text))


DETOURS = [
    (
        told_by_a_parameter,
        "'Stack/Function' (LambdaArn), which waits for 'Stack/Parameter' "
        "(Environment.Variables.ARN), which waits for 'Stack/Orders' (Value)",
    ),
    (told_by_an_override, "which waits for 'Stack/Orders' (Environment.Variables.ARN)"),
    (allowed_by_a_managed_policy, "(ManagedPolicyArns), which waits for 'Stack/Orders' "),
    (allowed_to_the_provider, "which waits for 'Stack/Orders' (PolicyDocument."),
    (depended_on, "which waits for 'Stack/Orders' (DependsOn)"),
    (depended_on_by_the_role, "which waits for 'Stack/Orders' (DependsOn)"),
    (in_a_substitution, "which waits for 'Stack/Orders' (Environment.Variables.ARN)"),
]


@pytest.mark.parametrize(("detour", "way"), DETOURS, ids=[f.__name__ for f, _ in DETOURS])
def test_a_circle_by_a_detour_is_refused_with_its_way(
    stack: Stack,
    function: lambda_.Function,
    detour: Callable[[CustomConnector, lambda_.Function], None],
    way: str,
) -> None:
    connector = CustomConnector(stack, "Orders", function=function)
    detour(connector, function)
    with pytest.raises(RuntimeError, match=r"\[Stack/Orders\] .*connector\.label") as caught:
        Synthesised(stack)
    assert way in str(caught.value)


def test_a_circle_of_all_connectors_is_told_once(stack: Stack, function: lambda_.Function) -> None:
    connectors = [
        CustomConnector(stack, name, function=function, label=name) for name in ("Orders", "Stock")
    ]
    allowed_to_the_provider(connectors[0], function)
    with pytest.raises(RuntimeError) as caught:
        Synthesised(stack)
    assert str(caught.value).count("would be circular") == 1


@pytest.mark.parametrize("nested", ["function", "connector"])
def test_a_circle_through_a_nested_stack_is_refused(stack: Stack, nested: str) -> None:
    inside = NestedStack(stack, "Inside")
    scopes = {"function": stack, "connector": stack, nested: inside}
    function = connector_function(scopes["function"])
    connector = CustomConnector(scopes["connector"], "Orders", function=function)
    function.add_environment("ARN", connector.connector_arn)
    with pytest.raises(RuntimeError, match=r"\[Stack/\w+\] .*'Stack/Inside.*connector\.label"):
        Synthesised(stack)


def test_a_circle_in_a_nested_stack_is_refused(stack: Stack) -> None:
    inside = NestedStack(stack, "Inside")
    function = connector_function(inside)
    depended_on(CustomConnector(inside, "Orders", function=function), function)
    with pytest.raises(RuntimeError, match=r"\[Stack/Inside/Orders\] .*connector\.label"):
        Synthesised(stack)


@pytest.mark.parametrize(
    "synthesizer",
    [
        CliCredentialsStackSynthesizer,
        DefaultStackSynthesizer,
        LegacyStackSynthesizer,
    ],
)
def test_a_circle_is_refused_by_every_synthesizer(
    synthesizer: Callable[[], IStackSynthesizer],
) -> None:
    stack = Stack(Stage(unbundled_app(), "Stage"), "Stack", synthesizer=synthesizer())
    function = connector_function(stack)
    depended_on(CustomConnector(stack, "Orders", function=function), function)
    with pytest.raises(RuntimeError, match=r"\[Stage/Stack/Orders\] .*connector\.label"):
        Synthesised(stack)


def test_circles_without_a_connector_are_not_ours(stack: Stack, function: lambda_.Function) -> None:
    CustomConnector(stack, "Orders", function=function)
    topics = [CfnResource(stack, name, type="AWS::SNS::Topic") for name in ("One", "Two")]
    for topic, other in zip(topics, reversed(topics), strict=True):
        topic.add_property_override("DisplayName", other.ref)
    with pytest.raises(RuntimeError) as caught:
        Synthesised(stack)
    assert "connector.label" not in str(caught.value)


def test_other_functions_may_be_told_everything(stack: Stack, function: lambda_.Function) -> None:
    connector = CustomConnector(stack, "Orders", function=function)
    other = connector_function(stack, "Other")
    other.add_environment("ARN", connector.connector_arn)
    CfnOutput(stack, "Label", value=connector.connector_label)
    assert Synthesised(stack).the("AWS::Lambda::Function", "Other")


def test_a_function_of_another_stack_is_left_to_the_cdk() -> None:
    app = unbundled_app()
    owner, stack = Stack(app, "Owner"), Stack(app, "Stack")
    connector = CustomConnector(stack, "Orders", function=connector_function(owner))
    CfnOutput(stack, "Arn", value=connector.connector_arn)
    assert Synthesised(stack).the("Custom::AppFlowConnector")
