"""CloudFormation's own type; its handlers run in AWS's account."""

from aws_cdk import Stack, aws_appflow
from aws_cdk import aws_lambda as lambda_

from benchmarks.peers.permission import let_appflow_invoke


def connect(stack: Stack, number: int, function: lambda_.Function) -> None:
    """Register a function."""
    provisioning = aws_appflow.CfnConnector.ConnectorProvisioningConfigProperty(
        lambda_=aws_appflow.CfnConnector.LambdaConnectorProvisioningConfigProperty(
            lambda_arn=function.function_arn
        )
    )
    connector = aws_appflow.CfnConnector(
        stack,
        f"Connector{number}",
        connector_label=f"Connector{number}",
        connector_provisioning_type="LAMBDA",
        connector_provisioning_config=provisioning,
    )
    connector.node.add_dependency(let_appflow_invoke(function))
