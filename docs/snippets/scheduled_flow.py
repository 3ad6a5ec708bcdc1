"""Every hour, what changed since the last run."""

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import DataPullConfig, DataPullMode, S3Destination, S3Location

from cdk_appflow_connector import ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, ScheduledFlow, grant_run, map_all

app = App()
stack = Stack(app, "Warehouse")
connector = CustomConnector.from_connector_label(stack, "Crm", "Crm", api_version="v1")
profile = ConnectorProfile.from_profile_name(stack, "Profile", "crm", connector=connector)
# region flow
flow = ScheduledFlow(
    stack,
    "Hourly",
    source=CustomConnectorSource(profile, "Order"),
    destination=S3Destination(location=S3Location(bucket=s3.Bucket(stack, "Lake"))),
    mappings=[map_all()],
    schedule=events.Schedule.rate(Duration.hours(1)),
    pull_config=DataPullConfig(mode=DataPullMode.INCREMENTAL, timestamp_field="UpdatedAt"),
)
operators = iam.Role(stack, "Operators", assumed_by=iam.AccountRootPrincipal())
grant_run(flow, operators)  # start, stop, and read what the runs did; of this flow only
# endregion
app.synth()
