"""A connector of any Lambda function."""

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector

app = App()
stack = Stack(app, "Crm")
function = lambda_.Function(
    stack,
    "Function",
    code=lambda_.Code.from_asset("connector"),  # any language, any SDK
    handler="crm.handler.lambda_handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
)
connector = CustomConnector(stack, "Connector", function=function)
CfnOutput(stack, "ConnectorArn", value=connector.connector_arn)
app.synth()
