"""A provider with a role, a network, a log group and limits that a security team gave."""

from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from cdk_appflow_connector import CustomConnector, RegistrationProvider

app = App()
stack = Stack(app, "Crm")
key = kms.Key(stack, "Key", enable_key_rotation=True)
key.grant_encrypt_decrypt(iam.ServicePrincipal("logs.amazonaws.com"))
vpc = ec2.Vpc.from_vpc_attributes(
    stack,
    "Network",
    vpc_id="vpc-0123456789abcdef0",
    availability_zones=["us-east-1a", "us-east-1b"],
    private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
)
provider = RegistrationProvider(
    stack,
    "Provider",
    role=iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")),
    vpc=vpc,
    environment_encryption=key,
    log_group=logs.LogGroup(
        stack, "Logs", encryption_key=key, retention=logs.RetentionDays.ONE_YEAR
    ),
    reserved_concurrent_executions=2,
)
function = lambda_.Function(
    stack,
    "Function",
    code=lambda_.Code.from_asset("connector"),
    handler="crm.handler.lambda_handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
)
CustomConnector(stack, "Connector", function=function, provider=provider)
boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", "TeamBoundary")
iam.PermissionsBoundary.of(app).apply(boundary)
app.synth()
