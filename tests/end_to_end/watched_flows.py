"""An app whose flows are watched by all that cdk-appflow offers: events, alarms, a dashboard.

And one is run by the state machine that the documents show.
"""

import runpy

from aws_cdk import App, CfnOutput, Duration, SecretValue, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_appflow import CfnFlow
from cdklabs.cdk_appflow import (
    DataPullConfig,
    DataPullMode,
    IFlow,
    OnDemandFlow,
    OnScheduleFlow,
    S3Destination,
    S3Location,
)

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all
from examples.datasette_connector.stack import datasette_function
from examples.shop_server import ShopServer

LISTENER = """
import boto3, json, os

def handler(event, context):
    body = json.dumps(event)
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=body)
"""

app = App()
server = ShopServer.of(app)
stack = Stack(app, "WatchedFlows")
connector = CustomConnector(stack, "Datasette", function=datasette_function(stack, "Function"))
profile = ConnectorProfile(
    stack,
    "Shop",
    connector=connector,
    credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager(server.secret_name)),
    settings={"baseUrl": server.url},
)
lake = S3Destination(location=S3Location(bucket=s3.Bucket(stack, "Bucket", enforce_ssl=True)))
orders = OnDemandFlow(
    stack,
    "Orders",
    source=CustomConnectorSource(profile, "shop/orders"),
    destination=lake,
    mappings=[map_all()],
)
# It fails at its first run, which begins with the schedule.
torn = OnScheduleFlow(
    stack,
    "Torn",
    source=CustomConnectorSource(profile, "shop/torn"),
    destination=lake,
    mappings=[map_all()],
    schedule=events.Schedule.rate(Duration.hours(1)),
    pull_config=DataPullConfig(mode=DataPullMode.COMPLETE),
    auto_activate=True,
)
# The library has no argument for it.
threshold = "TriggerConfig.TriggerProperties.FlowErrorDeactivationThreshold"
resource = torn.node.default_child
assert isinstance(resource, CfnFlow)
resource.add_property_override(threshold, 1)


def queue(name: str) -> sqs.Queue:
    made = sqs.Queue(stack, name, enforce_ssl=True)
    CfnOutput(stack, f"{name}Url", value=made.queue_url)
    return made


started, ended, deactivated = queue("Started"), queue("Ended"), queue("Deactivated")
orders.on_run_started("OnStarted", target=targets.SqsQueue(started))
listener = lambda_.Function(
    stack,
    "Listener",
    code=lambda_.Code.from_inline(LISTENER),
    handler="index.handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
    environment={"QUEUE": ended.queue_url},
)
ended.grant_send_messages(listener)
orders.on_run_completed(
    "OnCompleted",
    target=targets.LambdaFunction(listener),
    event_pattern=events.EventPattern(
        detail={"num-of-records-processed": events.Match.anything_but("0")}
    ),
)
torn.on_deactivated("OnDeactivated", target=targets.SqsQueue(deactivated))


def alarm(name: str, flow: IFlow) -> None:
    failed = flow.metric_flow_executions_failed(statistic="Sum")
    made = failed.create_alarm(stack, name, threshold=1, evaluation_periods=1)
    CfnOutput(stack, f"{name}Name", value=made.alarm_name)


alarm("OrdersFail", orders)
alarm("TornFails", torn)
dashboard = cloudwatch.Dashboard(stack, "Flows")
metrics = [
    orders.metric_flow_executions_started(statistic="Sum"),
    orders.metric_flow_executions_succeeded(statistic="Sum"),
    torn.metric_flow_executions_failed(statistic="Sum"),
    orders.metric_flow_execution_time(),
    orders.metric_flow_execution_records_processed(statistic="Sum"),
]
dashboard.add_widgets(cloudwatch.GraphWidget(left=metrics))
run_flow = runpy.run_path("docs/snippets/run_flow.py")["run_flow"]
machine = run_flow(stack, "RunOrders", orders)
CfnOutput(stack, "MachineArn", value=machine.state_machine_arn)
CfnOutput(stack, "FlowName", value=orders.name)
CfnOutput(stack, "TornName", value=torn.name)
CfnOutput(stack, "DashboardName", value=dashboard.dashboard_name)
app.synth()
