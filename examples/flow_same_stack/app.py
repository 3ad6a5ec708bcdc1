"""One stack: a connector, a profile of it, and a flow that takes its orders into a bucket."""

from aws_cdk import App, CfnOutput, SecretValue, Stack
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import OnDemandFlow, S3Destination, S3Location

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all
from examples.datasette_connector.stack import datasette_function
from examples.shop_server import ShopServer

app = App()
server = ShopServer.of(app)
stack = Stack(app, "FlowSameStack")
connector = CustomConnector(stack, "Datasette", function=datasette_function(stack, "Function"))
key = ConnectorCredentials.api_key(SecretValue.secrets_manager(server.secret_name))
settings = {"baseUrl": server.url}
profile = ConnectorProfile(stack, "Shop", connector=connector, credentials=key, settings=settings)
source = CustomConnectorSource(profile, "shop/orders")
bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
target = S3Destination(location=S3Location(bucket=bucket))
flow = OnDemandFlow(stack, "Orders", source=source, destination=target, mappings=[map_all()])
CfnOutput(stack, "FlowName", value=flow.name)
CfnOutput(stack, "BucketName", value=bucket.bucket_name)
app.synth()
