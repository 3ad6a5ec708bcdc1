"""A connector, a connection and a flow into a bucket, in one stack."""

from aws_cdk import App, SecretValue, Stack
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import OnDemandFlow, S3Destination, S3Location

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    PythonConnectorFunction,
)
from cdk_appflow_connector.flows import CustomConnectorSource, map_all

app = App()
stack = Stack(app, "Crm")
function = PythonConnectorFunction(
    stack, "Function", entry="connector", handler="crm.handler.lambda_handler"
)
connector = CustomConnector(stack, "Connector", function=function)
# region flow
profile = ConnectorProfile(
    stack,
    "Profile",
    connector=connector,
    credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager("crm-key")),
)
source = CustomConnectorSource(profile, "Order")
target = S3Destination(location=S3Location(bucket=s3.Bucket(stack, "Lake")))
OnDemandFlow(stack, "Orders", source=source, destination=target, mappings=[map_all()])
# endregion
app.synth()
