"""Tests of an app with a connector: of its template, and of its deployment."""

from collections.abc import Iterator
from pathlib import Path

# region imports
import boto3
import pytest
from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from cdk_appflow_connector import CustomConnector
from cdk_appflow_connector.testing import Deployed, deployed, has_connector, hides_credentials

# endregion
CONNECTOR = Path(__file__).parents[1] / "connector"


class CrmStack(Stack):
    """The stack that is tested."""

    def __init__(self, scope: App) -> None:
        super().__init__(scope, "Crm")
        function = lambda_.Function(
            self,
            "Function",
            code=lambda_.Code.from_asset(str(CONNECTOR)),
            handler="crm.handler.lambda_handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
        )
        connector = CustomConnector(self, "Connector", function=function, label="Crm")
        CfnOutput(self, "Label", value=connector.connector_label)


# region template
def test_the_stack_registers_the_connector() -> None:
    """In a second, without a cloud."""
    template = Template.from_stack(CrmStack(App()))
    has_connector(template, label="Crm")
    hides_credentials(template)


# endregion
# region deployed
@pytest.fixture(scope="module")
def cloud() -> Iterator[Deployed]:
    """The deployed stack, destroyed after the module's tests."""
    app = App()
    CrmStack(app)
    with deployed(app) as cloud:
        yield cloud


def test_appflow_knows_the_connector(cloud: Deployed) -> None:
    """On the local cloud, by the CDK CLI."""
    (connector,) = boto3.client("appflow").list_connectors()["connectors"]
    assert connector["connectorLabel"] == cloud.output("Label")


# endregion
