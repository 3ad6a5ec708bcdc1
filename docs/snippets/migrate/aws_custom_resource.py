"""A connector registered by the CDK's `AwsCustomResource`."""

from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import custom_resources as cr

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
provisioning = {"lambda": {"lambdaArn": function.function_arn}}
registration = cr.AwsCustomResource(
    stack,
    "Registration",
    on_create=cr.AwsSdkCall(
        service="appflow",
        action="registerConnector",
        parameters={
            "connectorLabel": "Crm",
            "connectorProvisioningType": "LAMBDA",
            "connectorProvisioningConfig": provisioning,
        },
        physical_resource_id=cr.PhysicalResourceId.of("Crm"),
    ),
    on_delete=cr.AwsSdkCall(
        service="appflow",
        action="unregisterConnector",
        parameters={"connectorLabel": "Crm"},
    ),
    policy=cr.AwsCustomResourcePolicy.from_statements(
        [
            iam.PolicyStatement(
                actions=[
                    "appflow:RegisterConnector",
                    "appflow:UnRegisterConnector",
                    "lambda:InvokeFunction",
                ],
                resources=["*"],
            )
        ]
    ),
    install_latest_aws_sdk=False,
)
app.synth()
