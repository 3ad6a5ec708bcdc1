"""A flow whose server's key rotates: the profile follows the secret, and the flow runs on."""

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from cdklabs.cdk_appflow import OnDemandFlow, S3Destination, S3Location

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all
from examples.datasette_connector.stack import datasette_function
from examples.shop_server import ShopServer

app = App()
server = ShopServer.of(app)
stack = Stack(app, "RotatingSecret")
connector = CustomConnector(stack, "Datasette", function=datasette_function(stack, "Function"))
# Whoever owns the server rotates it; a rotation schedule of Secrets Manager does the same.
secret = secretsmanager.Secret.from_secret_name_v2(stack, "Key", server.secret_name)
profile = ConnectorProfile(
    stack,
    "Shop",
    connector=connector,
    credentials=ConnectorCredentials.api_key(secret.secret_value),
    settings={"baseUrl": server.url},
    refresh_on_rotation=secret,
    revision=app.node.try_get_context("revision"),
)
bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
flow = OnDemandFlow(
    stack,
    "Orders",
    source=CustomConnectorSource(profile, "shop/orders"),
    destination=S3Destination(location=S3Location(bucket=bucket)),
    mappings=[map_all()],
)
CfnOutput(stack, "FlowName", value=flow.name)
CfnOutput(stack, "BucketName", value=bucket.bucket_name)
CfnOutput(stack, "ProfileName", value=profile.profile_name)
app.synth()
