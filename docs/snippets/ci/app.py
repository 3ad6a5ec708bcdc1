"""The app: one stack with a connector."""

from aws_cdk import App
from shop_stack import OrdersStack

app = App()
OrdersStack(app, "Orders")
app.synth()
