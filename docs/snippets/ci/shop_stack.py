"""A connector whose configuration is checked when the app is synthesised."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector import CustomConnector, PythonConnectorFunction


class OrdersStack(Stack):
    """The connector to the shop's orders."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        function = PythonConnectorFunction(
            self,
            "Function",
            entry="connector",
            handler="orders.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,  # the workflow's own, for the preflight
            preflight=True,
        )
        connector = CustomConnector(self, "Connector", function=function, label="Orders")
        CfnOutput(self, "Label", value=connector.connector_label)
