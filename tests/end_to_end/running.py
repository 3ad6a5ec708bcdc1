"""A flow that a state machine, a schedule and a deployment start."""

from __future__ import annotations

import os
from datetime import datetime, timezone

from aws_cdk import App, CfnOutput, Duration, SecretValue, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn
from cdklabs.cdk_appflow import OnDemandFlow, S3Destination, S3Location

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import (
    CustomConnectorSource,
    RunAfterDeployment,
    StartFlowAndWait,
    map_all,
    start_flow_target,
)
from examples.datasette_connector.stack import datasette_function
from examples.shop_server import ShopServer


def flow_of(construct_id: str) -> OnDemandFlow:
    source = CustomConnectorSource(profile, "shop/orders")
    return OnDemandFlow(
        stack, construct_id, source=source, destination=target, mappings=[map_all()]
    )


app = App()
server = ShopServer.of(app)
stack = Stack(app, "Running")
connector = CustomConnector(stack, "Datasette", function=datasette_function(stack, "Function"))
profile = ConnectorProfile(
    stack,
    "Shop",
    connector=connector,
    credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager(server.secret_name)),
    settings={"baseUrl": server.url},
)
target = S3Destination(location=S3Location(bucket=s3.Bucket(stack, "Bucket")))

orders = flow_of("Orders")
load = StartFlowAndWait(stack, "Load", flow=orders, poll_interval=Duration.seconds(1))
report = sfn.Pass.jsonata(
    stack, "Report", outputs={"records": "{% $states.input.ExecutionResult.RecordsProcessed %}"}
)
machine = sfn.StateMachine(
    stack,
    "Nightly",
    definition_body=sfn.DefinitionBody.from_chainable(load.next(report)),
    timeout=Duration.minutes(5),
)
loaded = flow_of("Loaded")
once = RunAfterDeployment(stack, "FirstLoad", flow=loaded, revision=os.environ.get("REVISION", "1"))
scheduled = flow_of("Scheduled")
scheduler.Schedule(
    stack,
    "AtOnce",
    schedule=scheduler.ScheduleExpression.at(datetime.now(timezone.utc)),
    target=start_flow_target(scheduled),
)
CfnOutput(stack, "Machine", value=machine.state_machine_arn)
CfnOutput(stack, "FirstRun", value=once.execution_id)
CfnOutput(stack, "LoadedFlow", value=loaded.name)
CfnOutput(stack, "ScheduledFlow", value=scheduled.name)
app.synth()
