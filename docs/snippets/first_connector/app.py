"""The connector, a connection to the CRM, and a flow into a bucket."""

from aws_cdk import App, CfnParameter, RemovalPolicy, SecretValue, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import OnDemandFlow, S3Destination, S3Location

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all

app = App()
stack = Stack(app, "Crm")
function = lambda_.Function(
    stack,
    "Function",
    code=lambda_.Code.from_asset("connector"),
    handler="crm.handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
)
connector = CustomConnector(stack, "Connector", function=function, label="Crm")
key = SecretValue.cfn_parameter(CfnParameter(stack, "ApiKey", no_echo=True))
profile = ConnectorProfile(
    stack, "Profile", connector=connector, credentials=ConnectorCredentials.api_key(key)
)
bucket = s3.Bucket(stack, "Lake", removal_policy=RemovalPolicy.DESTROY, auto_delete_objects=True)
OnDemandFlow(
    stack,
    "Flow",
    name="customers",
    source=CustomConnectorSource(profile, "customers"),
    destination=S3Destination(location=S3Location(bucket=bucket)),
    mappings=[map_all()],
)
app.synth()
