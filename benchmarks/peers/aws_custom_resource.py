"""CDK's `AwsCustomResource`: one SDK call per event, made by a Node.js function of the CDK."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import custom_resources as cr

from benchmarks.peers.permission import let_appflow_invoke

_ACTIONS = ["appflow:RegisterConnector", "appflow:UnRegisterConnector"]


def connect(stack: Stack, number: int, function: lambda_.Function) -> None:
    """Register a function."""
    label = f"Connector{number}"
    connector = cr.AwsCustomResource(
        stack,
        label,
        on_create=cr.AwsSdkCall(
            service="@aws-sdk/client-appflow",
            action="RegisterConnectorCommand",
            parameters={
                "connectorLabel": label,
                "connectorProvisioningType": "LAMBDA",
                "connectorProvisioningConfig": {"lambda": {"lambdaArn": function.function_arn}},
            },
            physical_resource_id=cr.PhysicalResourceId.of(label),
        ),
        on_delete=cr.AwsSdkCall(
            service="@aws-sdk/client-appflow",
            action="UnregisterConnectorCommand",
            parameters={"connectorLabel": label},
        ),
        policy=cr.AwsCustomResourcePolicy.from_statements(
            [
                iam.PolicyStatement(actions=_ACTIONS, resources=["*"]),
                iam.PolicyStatement(
                    actions=["lambda:InvokeFunction"], resources=[function.function_arn]
                ),
            ]
        ),
        install_latest_aws_sdk=False,
    )
    connector.node.add_dependency(let_appflow_invoke(function))
