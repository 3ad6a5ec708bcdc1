"""A function may be told its connector's label, but nothing that only its registration knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aws_cdk import App, CfnOutput, CfnParameter, Fn, SecretValue, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
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


def test_other_functions_may_be_told_everything(stack: Stack, function: lambda_.Function) -> None:
    connector = CustomConnector(stack, "Orders", function=function)
    other = connector_function(stack, "Other")
    other.add_environment("ARN", connector.connector_arn)
    CfnOutput(stack, "Label", value=connector.connector_label)
    assert Synthesised(stack).the("AWS::Lambda::Function", "Other")


def test_a_function_of_another_stack_is_left_to_the_cdk() -> None:
    app = App()
    owner, stack = Stack(app, "Owner"), Stack(app, "Stack")
    connector = CustomConnector(stack, "Orders", function=connector_function(owner))
    CfnOutput(stack, "Arn", value=connector.connector_arn)
    assert Synthesised(stack).the("Custom::AppFlowConnector")
