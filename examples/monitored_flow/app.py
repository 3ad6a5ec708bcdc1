"""A scheduled flow that tells a topic when its runs fail, its schedule ends, or it slows down."""

from aws_cdk import App, CfnOutput, Duration, SecretValue, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from cdklabs.cdk_appflow import S3Destination, S3Location

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, ScheduledFlow, map_all, monitor
from examples.datasette_connector.stack import datasette_function
from examples.shop_server import ShopServer

app = App()
server = ShopServer.of(app)
stack = Stack(app, "MonitoredFlow")
function = datasette_function(stack, "Function")
connector = CustomConnector(stack, "Datasette", function=function)
key = ConnectorCredentials.api_key(SecretValue.secrets_manager(server.secret_name))
settings = {"baseUrl": server.url}
profile = ConnectorProfile(stack, "Shop", connector=connector, credentials=key, settings=settings)
bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
flow = ScheduledFlow(
    stack,
    "Orders",
    source=CustomConnectorSource(profile, "shop/orders"),
    destination=S3Destination(location=S3Location(bucket=bucket)),
    mappings=[map_all()],
    schedule=events.Schedule.rate(Duration.hours(1)),
    deactivate_after_failures=1,  # a person looks at it before the server is asked again
)
# Subscribe with sns.Topic.add_subscription, or by hand: people, a chat, PagerDuty.
topic = sns.Topic(stack, "OnCall", enforce_ssl=True)
watched = monitor(flow, connector, alarm_topic=topic)
CfnOutput(stack, "FlowName", value=flow.name)
CfnOutput(stack, "BucketName", value=bucket.bucket_name)
CfnOutput(stack, "FunctionName", value=function.function_name)
CfnOutput(stack, "TopicArn", value=topic.topic_arn)
CfnOutput(stack, "FailedRuns", value=watched.failed_runs_alarm.alarm_name)
app.synth()
