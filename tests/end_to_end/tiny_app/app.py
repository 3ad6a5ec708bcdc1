"""An app with the smallest connector; the environment says what to change about it."""

import os
from pathlib import Path

from aws_cdk import App, CfnOutput, CfnResource, Duration, RemovalPolicy, Stack, Tags
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector, OnConflict, RegistrationProvider

app = App()
stack = Stack(app, os.environ.get("STACK_NAME", "Tiny"))
function = lambda_.Function(
    stack,
    "Function",
    code=lambda_.Code.from_asset(str(Path(__file__).with_name("connector"))),
    handler="index.handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
)
connector = CustomConnector(
    stack,
    os.environ.get("CONNECTOR_ID", "Connector"),
    function=function,
    label=os.environ.get("CONNECTOR_LABEL"),
    description=os.environ.get("DESCRIPTION"),
    on_conflict=OnConflict[os.environ.get("ON_CONFLICT", "FAIL")],
    force_unregister="FORCE_UNREGISTER" in os.environ,
    provider=RegistrationProvider(
        stack, os.environ.get("PROVIDER_ID", "Provider"), timeout=Duration.seconds(30)
    ),
    removal_policy=RemovalPolicy.RETAIN if "RETAIN" in os.environ else None,
)
CfnOutput(stack, "ConnectorArn", value=connector.connector_arn)
CfnOutput(stack, "ConnectorVersion", value=connector.connector_version)
if "UNRELATED" in os.environ:
    Tags.of(function).add("unrelated", os.environ["UNRELATED"])
if "BROKEN_SIBLING" in os.environ:
    sibling = CfnResource(
        stack,
        "Sibling",
        type="AWS::SSM::Parameter",
        properties={"Type": "NoSuchType", "Value": "x"},
    )
    sibling.node.add_dependency(connector)
app.synth()
