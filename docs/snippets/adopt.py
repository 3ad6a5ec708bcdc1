"""Take over a connector that is registered already."""

from aws_cdk import App, RemovalPolicy, Stack

from cdk_appflow_connector import CustomConnector, OnConflict, PythonConnectorFunction

app = App()
stack = Stack(app, "Crm")
function = PythonConnectorFunction(
    stack, "Function", entry="connector", handler="crm.handler.lambda_handler"
)
CustomConnector(
    stack,
    "Connector",
    function=function,
    label="Crm",  # the label that profiles and flows name already
    on_conflict=OnConflict.ADOPT,
    removal_policy=RemovalPolicy.RETAIN,  # others use it: it outlives the stack
)
app.synth()
