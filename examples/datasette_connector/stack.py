"""The Datasette connector as a stack: its function, registered with AppFlow."""

from pathlib import Path

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_appflow_connector import CustomConnector, installed_code

PACKAGE = Path(__file__).with_name("datasette_connector")


class DatasetteConnectorStack(Stack):
    """Makes any Datasette server a source and a destination for AppFlow's flows."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.connector = CustomConnector(
            self,
            "Datasette",
            function=datasette_function(self, "Function"),
            description="Tables and views of a Datasette server",
        )
        CfnOutput(self, "ConnectorArn", value=self.connector.connector_arn)
        CfnOutput(self, "ConnectorLabel", value=self.connector.connector_label)


def datasette_function(scope: Construct, construct_id: str) -> lambda_.Function:
    """The connector's function, and a log group beside it with the construct id ``Logs``."""
    return lambda_.Function(
        scope,
        construct_id,
        code=installed_code(
            PACKAGE, "custom_connector_sdk", "custom_connector_queryfilter", "antlr4"
        ),
        handler="datasette_connector.handler.lambda_handler",
        # AWS's connector SDK does not import on 3.13 by itself.
        runtime=lambda_.Runtime.PYTHON_3_12,
        memory_size=512,
        # AppFlow gives a query 30 seconds.
        timeout=Duration.seconds(30),
        log_group=logs.LogGroup(scope, "Logs", removal_policy=RemovalPolicy.DESTROY),
    )
