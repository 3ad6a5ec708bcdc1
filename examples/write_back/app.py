"""The other direction: a flow that writes files of a bucket to a Datasette server."""

from aws_cdk import App, CfnOutput, SecretValue, Stack
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import (
    ErrorHandlingConfiguration,
    OnDemandFlow,
    S3InputFileType,
    S3InputFormat,
    S3Location,
    S3Source,
    WriteOperation,
)

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorDestination, map_all
from examples.datasette_connector.stack import datasette_function
from examples.shop_server import ShopServer

app = App()
server = ShopServer.of(app)
stack = Stack(app, "WriteBack")
connector = CustomConnector(stack, "Datasette", function=datasette_function(stack, "Function"))
profile = ConnectorProfile(
    stack,
    "Shop",
    connector=connector,
    credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager(server.secret_name)),
    settings={"baseUrl": server.url},
)
bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
errors = s3.Bucket(stack, "Errors", enforce_ssl=True)
flow = OnDemandFlow(
    stack,
    "Orders",
    source=S3Source(bucket=bucket, prefix="orders", format=S3InputFormat(type=S3InputFileType.CSV)),
    destination=CustomConnectorDestination(
        profile,
        "shop/orders",
        operation=WriteOperation.upsert(["id"]),
        error_handling=ErrorHandlingConfiguration(error_location=S3Location(bucket=errors)),
    ),
    mappings=[map_all()],
)
CfnOutput(stack, "FlowName", value=flow.name)
CfnOutput(stack, "BucketName", value=bucket.bucket_name)
CfnOutput(stack, "ErrorBucketName", value=errors.bucket_name)
app.synth()
