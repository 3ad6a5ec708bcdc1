"""A connector registered by a handler of the app's own."""

from aws_cdk import App, CustomResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

app = App()
stack = Stack(app, "Crm")
function = lambda_.Function(
    stack,
    "Function",
    code=lambda_.Code.from_asset("connector"),
    handler="crm.handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
)
function.add_permission("AppFlow", principal=iam.ServicePrincipal("appflow.amazonaws.com"))
secrets = iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=["*"])
function.add_to_role_policy(secrets)
registrar = lambda_.Function(
    stack,
    "Registrar",
    code=lambda_.Code.from_asset("registrar"),  # the handler, with crhelper
    handler="tutorial.handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
    timeout=Duration.seconds(60),
)
rights = ["appflow:*", "lambda:InvokeFunction"]
registrar.add_to_role_policy(iam.PolicyStatement(actions=rights, resources=["*"]))
registration = CustomResource(
    stack,
    "Registration",
    service_token=registrar.function_arn,
    properties={"ConnectorLabel": "Crm", "LambdaArn": function.function_arn},
)
app.synth()
