"""A connector registered by CloudFormation's own type."""

from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import aws_appflow as appflow
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
secrets = iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=["*"])
function.add_to_role_policy(secrets)
permission = lambda_.CfnPermission(
    stack,
    "Permission",
    action="lambda:InvokeFunction",
    function_name=function.function_arn,
    principal="appflow.amazonaws.com",
)
native = appflow.CfnConnector(
    stack,
    "Native",
    connector_label="Crm",
    connector_provisioning_type="LAMBDA",
    connector_provisioning_config={"lambda": {"lambdaArn": function.function_arn}},
)
native.add_dependency(permission)
app.synth()
