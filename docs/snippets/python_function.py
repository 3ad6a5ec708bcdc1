"""A connector from a folder of Python and its requirements."""

from aws_cdk import App, Stack

from cdk_appflow_connector import CustomConnector, PythonConnectorFunction

app = App()
stack = Stack(app, "Crm")
function = PythonConnectorFunction(
    stack,
    "Function",
    entry="connector",  # with a requirements.txt, a uv.lock or a pyproject.toml
    handler="crm.handler.lambda_handler",
    preflight=True,  # what AppFlow would refuse is an error before you deploy
)
CustomConnector(stack, "Connector", function=function)
app.synth()
