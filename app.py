"""The demo app: one custom connector, registered with Amazon AppFlow."""

from aws_cdk import App

from examples.datasette_connector.stack import DatasetteConnectorStack

app = App()
DatasetteConnectorStack(app, "AppFlowConnectorDemo")
app.synth()
