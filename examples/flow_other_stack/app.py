"""Two stacks of one app: a connector, and a flow every hour that takes what is new and paid."""

from aws_cdk import App, CfnOutput, Duration, SecretValue, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_events import Schedule
from cdklabs.cdk_appflow import (
    DataPullConfig,
    DataPullMode,
    Field,
    Filter,
    FilterCondition,
    Mapping,
    S3Destination,
    S3Location,
)

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    ICustomConnector,
)
from cdk_appflow_connector.flows import CustomConnectorSource, ScheduledFlow
from examples.datasette_connector.stack import datasette_function
from examples.shop_server import ShopServer

STATUS = Field(name="status", data_type="String")


class ConnectorStack(Stack):
    """The connector, which any number of stacks may use."""

    def __init__(self, app: App, construct_id: str) -> None:
        super().__init__(app, construct_id)
        function = datasette_function(self, "Function")
        self.connector = CustomConnector(self, "Datasette", function=function)


class PaidOrdersStack(Stack):
    """One use of it; deployed after the connector's stack and deleted before it."""

    def __init__(
        self, app: App, construct_id: str, connector: ICustomConnector, server: ShopServer
    ) -> None:
        super().__init__(app, construct_id)
        key = ConnectorCredentials.api_key(SecretValue.secrets_manager(server.secret_name))
        profile = ConnectorProfile(
            self,
            "Shop",
            connector=connector,
            credentials=key,
            settings={"baseUrl": server.url},
        )
        bucket = s3.Bucket(self, "Bucket", enforce_ssl=True)
        flow = ScheduledFlow(
            self,
            "PaidOrders",
            # Named, so that the connector may get a newer one while this flow uses it.
            source=CustomConnectorSource(profile, "shop/orders", api_version="v0"),
            destination=S3Destination(location=S3Location(bucket=bucket)),
            mappings=[
                Mapping.map(Field(name="id"), name="id"),
                Mapping.map(Field(name="quantity"), name="pieces"),
            ],
            filters=[Filter.when(FilterCondition.string_equals(STATUS, "paid"))],
            schedule=Schedule.rate(Duration.hours(1)),
            pull_config=DataPullConfig(mode=DataPullMode.INCREMENTAL, timestamp_field="ordered_at"),
        )
        CfnOutput(self, "FlowName", value=flow.name)
        CfnOutput(self, "BucketName", value=bucket.bucket_name)


app = App()
producer = ConnectorStack(app, "FlowOtherStackConnector")
PaidOrdersStack(app, "FlowOtherStack", producer.connector, ShopServer.of(app))
app.synth()
