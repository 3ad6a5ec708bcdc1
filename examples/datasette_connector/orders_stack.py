"""A flow over the Datasette connector: the orders of one server, into a bucket."""

from aws_cdk import CfnOutput, SecretValue, Stack
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import OnDemandFlow, S3Destination, S3Location
from constructs import Construct

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, ICustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all
from examples.shop_server import ShopServer


class OrdersStack(Stack):
    """A connection to one Datasette server, and a flow that takes its orders when asked to."""

    def __init__(
        self, scope: Construct, construct_id: str, connector: ICustomConnector, server: ShopServer
    ) -> None:
        super().__init__(scope, construct_id)
        key = SecretValue.secrets_manager(server.secret_name)
        profile = ConnectorProfile(
            self,
            "Shop",
            connector=connector,
            credentials=ConnectorCredentials.api_key(key),
            settings={"baseUrl": server.url},
        )
        bucket = s3.Bucket(self, "Bucket", enforce_ssl=True)
        flow = OnDemandFlow(
            self,
            "Orders",
            source=CustomConnectorSource(profile, "shop/orders", api_version="v0"),
            destination=S3Destination(location=S3Location(bucket=bucket)),
            mappings=[map_all()],
        )
        CfnOutput(self, "FlowName", value=flow.name)
        CfnOutput(self, "BucketName", value=bucket.bucket_name)
