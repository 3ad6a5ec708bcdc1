"""A connection whose password rotates."""

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector

app = App()
stack = Stack(app, "Crm")
connector = CustomConnector.from_connector_label(stack, "Connector", "Crm", api_version="v1")
rotation = lambda_.Function.from_function_name(stack, "Rotation", "rotate-crm-password")
# region profile
secret = secretsmanager.Secret.from_secret_name_v2(stack, "Login", "crm/login")
profile = ConnectorProfile(
    stack,
    "Profile",
    connector=connector,
    credentials=ConnectorCredentials.basic("ann", secret.secret_value_from_json("password")),
    refresh_on_rotation=secret,
    revision="1",
)
profile.metric_refresh_failures().create_alarm(
    stack, "NotRefreshed", threshold=1, evaluation_periods=1
)
monthly = secret.add_rotation_schedule(
    "Monthly", automatically_after=Duration.days(30), rotation_lambda=rotation
)
monthly.node.add_dependency(profile)  # a new schedule rotates the secret at once
# endregion
operators = iam.Role(stack, "Operators", assumed_by=iam.AccountRootPrincipal())
if profile.refresh_function is not None:
    profile.refresh_function.grant_invoke(operators)
app.synth()
