"""What watches over a flow and its connector."""

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from cdklabs.cdk_appflow import S3Destination, S3Location

from cdk_appflow_connector import ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import (
    CustomConnectorSource,
    ScheduledFlow,
    map_all,
    monitor,
    on_deactivated,
    on_run_failed,
)

app = App()
stack = Stack(app, "Warehouse")
function = lambda_.Function(
    stack,
    "Function",
    code=lambda_.Code.from_asset("connector"),
    handler="crm.handler.lambda_handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
    timeout=Duration.seconds(30),
)
connector = CustomConnector(stack, "Crm", function=function)
profile = ConnectorProfile.from_profile_name(stack, "Profile", "crm", connector=connector)
# region flow
flow = ScheduledFlow(
    stack,
    "Hourly",
    source=CustomConnectorSource(profile, "Order"),
    destination=S3Destination(location=S3Location(bucket=s3.Bucket(stack, "Lake"))),
    mappings=[map_all()],
    schedule=events.Schedule.rate(Duration.hours(1)),
    deactivate_after_failures=3,
)
topic = sns.Topic(stack, "OnCall")
monitor(flow, connector, alarm_topic=topic)
# endregion
# region parts
target = targets.SnsTopic(topic, message=events.RuleTargetInput.from_event_path("$.detail.error"))
on_run_failed(flow, "Failed", target=target)
on_deactivated(flow, "Deactivated", target=targets.SnsTopic(topic))
connector.metric_errors().create_alarm(stack, "Errors", threshold=1, evaluation_periods=1)
connector.provider.metric_failures().create_alarm(
    stack, "Registrations", threshold=1, evaluation_periods=1
)
# endregion
# region grants
support = iam.Role(stack, "Support", assumed_by=iam.AccountRootPrincipal())
connector.grant_describe(support)  # its configuration
profile.grant_describe(support)  # the entities behind it, and their fields
profile.grant_use(support)  # flows that use it
# endregion
app.synth()
