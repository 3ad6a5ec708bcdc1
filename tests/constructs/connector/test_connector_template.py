"""What one CustomConnector adds to a template."""

from __future__ import annotations

import pytest
from aws_cdk import CfnOutput, Stack

from cdk_appflow_connector import CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.creation_order import awaited_by
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

CONNECTOR_ARN = (
    "arn:${AWS::Partition}:appflow:${AWS::Region}:${AWS::AccountId}:connector/Stack-Orders-EEDB7941"
)


@pytest.fixture(scope="module")
def template() -> Synthesised:
    stack = Stack(unbundled_app(), "Stack")
    connector = CustomConnector(
        stack, "Orders", function=connector_function(stack), description="Orders and invoices"
    )
    CfnOutput(stack, "Arn", value=connector.connector_arn)
    CfnOutput(stack, "Label", value=connector.connector_label)
    CfnOutput(stack, "Name", value=connector.connector_name)
    CfnOutput(stack, "Version", value=connector.connector_version)
    CfnOutput(stack, "Owner", value=connector.connector_owner)
    CfnOutput(stack, "ApiVersion", value=connector.api_version)
    return Synthesised(stack)


def test_appflow_may_invoke_the_function_for_this_account_only(template: Synthesised) -> None:
    permission = template.the("AWS::Lambda::Permission")["Properties"]
    assert permission["Action"] == "lambda:InvokeFunction"
    assert permission["Principal"] == "appflow.amazonaws.com"
    assert flat(permission["SourceAccount"]) == "${AWS::AccountId}"
    assert flat(permission["SourceArn"]) == (
        "arn:${AWS::Partition}:appflow:${AWS::Region}:${AWS::AccountId}:*"
    )


def test_the_function_may_read_the_secrets_of_this_label_only(template: Synthesised) -> None:
    (statement,) = template.statements("FunctionServiceRole")
    assert statement["Action"] == "secretsmanager:GetSecretValue"
    assert flat(statement["Resource"]) == (
        "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}"
        ":secret:appflow!${AWS::AccountId}-Stack-Orders-EEDB7941-*"
    )


def test_the_provider_has_exactly_the_rights_for_this_connector(template: Synthesised) -> None:
    granted = {
        (action, flat(statement["Resource"]))
        for statement in template.statements("AppFlowConnectorRegistrationRole")
        for action in _listed(statement["Action"])
    }
    function = template.id_of("AWS::Lambda::Function", "Function")
    logs = template.id_of("AWS::Logs::LogGroup")
    account = "arn:${AWS::Partition}:appflow:${AWS::Region}:${AWS::AccountId}:"
    assert granted == {
        ("appflow:RegisterConnector", "*"),
        ("appflow:DescribeConnectorProfiles", "*"),
        ("appflow:ListFlows", f"{account}flow/*"),
        ("appflow:DescribeConnector", CONNECTOR_ARN),
        ("appflow:UpdateConnectorRegistration", CONNECTOR_ARN),
        ("appflow:UnRegisterConnector", CONNECTOR_ARN),
        ("appflow:UnRegisterConnector", f"{account}/unregister-connector"),
        ("lambda:InvokeFunction", f"${{{function}.Arn}}"),
        ("logs:CreateLogStream", f"${{{logs}.Arn}}"),
        ("logs:PutLogEvents", f"${{{logs}.Arn}}"),
    }


def test_the_connector_is_registered_after_every_permission(template: Synthesised) -> None:
    assert awaited_by(template, template.id_of("Custom::AppFlowConnector")) >= {
        template.id_of("AWS::Lambda::Permission"),
        template.id_of("AWS::IAM::Policy", "AppFlowConnectorRegistration"),
        template.id_of("AWS::IAM::Role", "FunctionServiceRole"),
    }


def test_the_custom_resource_holds_what_to_register(template: Synthesised) -> None:
    properties = template.the("Custom::AppFlowConnector")["Properties"]
    function = template.id_of("AWS::Lambda::Function", "Function")
    assert properties["ConnectorLabel"] == "Stack-Orders-EEDB7941"
    assert properties["LambdaArn"] == {"Fn::GetAtt": [function, "Arn"]}
    assert properties["Description"] == "Orders and invoices"
    assert len(properties["Revision"]) == 16
    assert "OnConflict" not in properties
    assert "ForceUnregister" not in properties


def test_a_connectors_attributes_come_from_the_custom_resource(template: Synthesised) -> None:
    resource = template.id_of("Custom::AppFlowConnector")
    outputs = {name: flat(output["Value"]) for name, output in template.json["Outputs"].items()}
    assert outputs == {
        "Arn": f"${{{resource}.ConnectorArn}}",
        "Label": f"${{{resource}}}",
        "Name": f"${{{resource}.ConnectorName}}",
        "Version": f"${{{resource}.ConnectorVersion}}",
        "Owner": f"${{{resource}.ConnectorOwner}}",
        "ApiVersion": f"${{{resource}.ApiVersion}}",
    }


def test_cloudformation_waits_as_long_as_three_deliveries_take(template: Synthesised) -> None:
    timeout = template.the("AWS::Lambda::Function", "AppFlowConnectorRegistration")["Properties"][
        "Timeout"
    ]
    waits = int(template.the("Custom::AppFlowConnector")["Properties"]["ServiceTimeout"])
    assert waits == 3 * timeout + 180


def test_the_provider_logs_to_a_group_that_is_deleted_with_the_stack(template: Synthesised) -> None:
    group = template.the("AWS::Logs::LogGroup")
    assert group["DeletionPolicy"] == "Delete"
    assert group["Properties"]["RetentionInDays"] == 30
    handler = template.the("AWS::Lambda::Function", "AppFlowConnectorRegistration")
    assert handler["Properties"]["LoggingConfig"] == {
        "LogGroup": {"Ref": template.id_of("AWS::Logs::LogGroup")}
    }


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
