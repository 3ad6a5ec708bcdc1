"""The Datasette connector as a stack that AWS's suite can register by itself."""

import os

from aws_cdk import App, ArnFormat, CfnOutput
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from examples.datasette_connector.stack import DatasetteConnectorStack

app = App()
stack = DatasetteConnectorStack(app, os.environ["SUITE_STACK"])
function = stack.node.find_child("Function")
assert isinstance(function, lambda_.Function)
# AppFlow's answers name the function, and the suite compares them with a file.
resource = function.node.default_child
assert isinstance(resource, lambda_.CfnFunction)
resource.function_name = "aws-suite-datasette"
# What the function's TLS trusts: the test made the server's certificate.
function.add_environment("SSL_CERT_FILE", os.environ["SUITE_AUTHORITY"])
# The suite registers the connector under labels of its own, too.
function.add_to_role_policy(
    iam.PolicyStatement(
        actions=["secretsmanager:GetSecretValue"],
        resources=[
            stack.format_arn(
                service="secretsmanager",
                resource="secret",
                resource_name=f"appflow!{stack.account}-Integ_Connector_*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
        ],
    )
)
CfnOutput(stack, "FunctionArn", value=function.function_arn)
app.synth()
