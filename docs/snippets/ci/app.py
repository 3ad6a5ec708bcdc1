"""The app: one stack with a connector."""

from aws_cdk import App

from stack import OrdersStack

app = App()
OrdersStack(app, "Orders")
app.synth()
