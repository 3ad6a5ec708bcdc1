"""The demo app: a custom connector, registered with Amazon AppFlow; given a server, a flow over it.

The server is a Datasette with a table of orders: ``cdk deploy --all -c serverUrl=https://…``, or
``make deploy SERVER_URL=https://…``.
"""

from aws_cdk import App

from examples.datasette_connector.orders_stack import OrdersStack
from examples.datasette_connector.stack import DatasetteConnectorStack
from examples.shop_server import ShopServer

app = App()
connector = DatasetteConnectorStack(app, "AppFlowConnectorDemo").connector
if server := ShopServer.named(app):
    OrdersStack(app, "AppFlowFlowDemo", connector, server)
app.synth()
