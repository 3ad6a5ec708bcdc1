"""The app's template, and its deployment on a local cloud."""

import boto3
from aws_cdk import App
from aws_cdk.assertions import Template
from shop_stack import OrdersStack

from cdk_appflow_connector.testing import deployed, has_connector, hides_credentials


def test_the_stack_registers_the_connector() -> None:
    """In a second, without a cloud."""
    template = Template.from_stack(OrdersStack(App(), "Orders"))
    has_connector(template, label="Orders")
    hides_credentials(template)


def test_a_deployment_registers_it() -> None:
    """By the CDK CLI, as on AWS."""
    app = App()
    OrdersStack(app, "Orders")
    with deployed(app) as cloud:
        (connector,) = boto3.client("appflow").list_connectors()["connectors"]
        assert connector["connectorLabel"] == cloud.output("Label")
