"""An app of somebody who has installed the wheel, and nothing else of this repository."""

from pathlib import Path

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector

app = App()
stack = Stack(app, "NewApp")
function = lambda_.Function(
    stack,
    "Function",
    code=lambda_.Code.from_asset(str(Path(__file__).with_name("connector"))),
    handler="index.handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
)
connector = CustomConnector(stack, "Connector", function=function, label="NewApp")
CfnOutput(stack, "ConnectorArn", value=connector.connector_arn)
app.synth()
