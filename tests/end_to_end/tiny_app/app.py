"""An app with the smallest connector; the tests copy it and change it."""

import os

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector, RegistrationProvider

app = App()
stack = Stack(app, os.environ.get("STACK_NAME", "Tiny"))
connector = CustomConnector(
    stack,
    "Connector",
    function=lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_asset("connector"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    ),
    label=os.environ.get("CONNECTOR_LABEL"),
    provider=RegistrationProvider(stack, "Provider", timeout=Duration.seconds(30)),
)
CfnOutput(stack, "ConnectorArn", value=connector.connector_arn)
CfnOutput(stack, "ConnectorVersion", value=connector.connector_version)
app.synth()
