"""The app of those who use the connector: all that they know of it is a prefix."""

from aws_cdk import App, CfnOutput, SecretValue, Stack
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import OnDemandFlow, S3Destination, S3Location

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all
from examples.shop_server import ShopServer

app = App()
server = ShopServer.of(app)
stack = Stack(app, "FlowOtherApp")
connector = CustomConnector.from_ssm(stack, "Datasette", "/connectors/datasette")
profile = ConnectorProfile(
    stack,
    "Shop",
    connector=connector,
    credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager(server.secret_name)),
    settings={"baseUrl": server.url},
)
bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
flow = OnDemandFlow(
    stack,
    "Orders",
    source=CustomConnectorSource(profile, "shop/orders"),
    destination=S3Destination(location=S3Location(bucket=bucket)),
    mappings=[map_all(exclude=["status"])],
)
CfnOutput(stack, "FlowName", value=flow.name)
CfnOutput(stack, "BucketName", value=bucket.bucket_name)
app.synth()
