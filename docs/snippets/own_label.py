"""A function that knows the label of its own connector."""

from aws_cdk import App, Stack

from cdk_appflow_connector import CustomConnector, PythonConnectorFunction

app = App()
stack = Stack(app, "Crm")
function = PythonConnectorFunction(
    stack, "Function", entry="connector", handler="crm.handler.lambda_handler"
)
connector = CustomConnector(stack, "Connector", function=function)
# region label
function.add_environment("CONNECTOR_LABEL", connector.label)
# endregion
app.synth()
