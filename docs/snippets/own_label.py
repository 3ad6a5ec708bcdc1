"""A function that knows the label of its own connector."""

from aws_cdk import App, Stack

from cdk_appflow_connector import CustomConnector, PythonConnectorFunction

app = App()
stack = Stack(app, "Crm")
function = PythonConnectorFunction(
    stack, "Function", entry="connector", handler="crm.handler.lambda_handler"
)
connector = CustomConnector(stack, "Connector", function=function)
# --8<-- [start:label]
function.add_environment("CONNECTOR_LABEL", connector.label)
# --8<-- [end:label]
app.synth()
