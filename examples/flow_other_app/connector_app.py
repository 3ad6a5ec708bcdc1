"""The app of those who run the connector: it is published for other apps of the account."""

from aws_cdk import App, Stack

from cdk_appflow_connector import CustomConnector
from examples.datasette_connector.stack import datasette_function

app = App()
stack = Stack(app, "FlowOtherAppConnector")
CustomConnector(
    stack,
    "Datasette",
    function=datasette_function(stack, "Function"),
    publish_to_ssm="/connectors/datasette",
)
app.synth()
