"""Take over a connector that is registered already."""

from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector, OnConflict

app = App()
stack = Stack(app, "Crm")
function = lambda_.Function(
    stack,
    "Function",
    code=lambda_.Code.from_asset("connector"),
    handler="crm.handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
)
CustomConnector(
    stack,
    "Connector",
    function=function,
    label="Crm",  # the label that profiles and flows name already
    on_conflict=OnConflict.ADOPT,
    removal_policy=RemovalPolicy.RETAIN,
)
app.synth()
