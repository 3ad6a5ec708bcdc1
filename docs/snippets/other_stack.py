"""A connector in one stack, published for stacks of other apps."""

from aws_cdk import App, Stack

from cdk_appflow_connector import CustomConnector, PythonConnectorFunction

app = App()
platform = Stack(app, "Platform")
function = PythonConnectorFunction(
    platform, "Function", entry="connector", handler="crm.handler.lambda_handler"
)
CustomConnector(platform, "Connector", function=function, publish_to_ssm="/connectors/crm")

# In another app, of another team, deployed later:
team = Stack(app, "Team")
connector = CustomConnector.from_ssm(team, "Crm", "/connectors/crm")
app.synth()
