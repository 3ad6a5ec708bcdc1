"""What starts a flow that waits to be started, and what follows its runs."""

from aws_cdk import App, Duration, Stack, TimeZone
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from cdklabs.cdk_appflow import OnDemandFlow, S3Destination, S3Location

from cdk_appflow_connector import ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import (
    CustomConnectorSource,
    RunAfterDeployment,
    StartFlowAndWait,
    map_all,
    start_flow_target,
)

app = App()
stack = Stack(app, "Warehouse")
connector = CustomConnector.from_connector_label(stack, "Crm", "Crm", api_version="v1")
profile = ConnectorProfile.from_profile_name(stack, "Profile", "crm", connector=connector)
flow = OnDemandFlow(
    stack,
    "Orders",
    source=CustomConnectorSource(profile, "Order"),
    destination=S3Destination(location=S3Location(bucket=s3.Bucket(stack, "Lake"))),
    mappings=[map_all()],
)
# region machine
load = StartFlowAndWait(stack, "Load", flow=flow)
refresh = sfn.Pass(stack, "RefreshTheReports")  # its input is the run's record
sfn.StateMachine(
    stack,
    "Nightly",
    definition_body=sfn.DefinitionBody.from_chainable(load.next(refresh)),
    timeout=Duration.hours(2),
)
# endregion
# region schedule
scheduler.Schedule(
    stack,
    "EveryWeekday",
    schedule=scheduler.ScheduleExpression.cron(
        minute="30", hour="6", week_day="MON-FRI", time_zone=TimeZone.EUROPE_ZURICH
    ),
    target=start_flow_target(flow),
)
# endregion
# region once
RunAfterDeployment(stack, "FirstLoad", flow=flow, revision="1")
# endregion
queue = sqs.Queue(stack, "Arrivals")
topic = sns.Topic(stack, "Operators")
# region events
some = events.EventPattern(detail={"num-of-records-processed": events.Match.anything_but("0")})
flow.on_run_completed("Arrived", target=targets.SqsQueue(queue), event_pattern=some)
# endregion
# region alarm
failed = flow.metric_flow_executions_failed(statistic="Sum")
alarm = failed.create_alarm(stack, "RunsFail", threshold=1, evaluation_periods=1)
alarm.add_alarm_action(actions.SnsAction(topic))
# endregion
app.synth()
