"""crhelper as most tutorials use it: its defaults, and boto3's client made at import."""

from typing import Any

import boto3
from crhelper import CfnResource

helper = CfnResource()
client = boto3.client("appflow")


@helper.create
def create(event: dict[str, Any], _context: object) -> str:
    """Register the connector."""
    properties = event["ResourceProperties"]
    registered = client.register_connector(
        connectorLabel=properties["ConnectorLabel"],
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": properties["LambdaArn"]}},
    )
    helper.Data["ConnectorArn"] = registered["connectorArn"]
    return str(properties["ConnectorLabel"])


@helper.update
def update(event: dict[str, Any], _context: object) -> str:
    """Update the registration after any change."""
    properties = event["ResourceProperties"]
    updated = client.update_connector_registration(
        connectorLabel=properties["ConnectorLabel"],
        connectorProvisioningConfig={"lambda": {"lambdaArn": properties["LambdaArn"]}},
    )
    helper.Data["ConnectorArn"] = updated["connectorArn"]
    return str(properties["ConnectorLabel"])


@helper.delete
def delete(event: dict[str, Any], _context: object) -> None:
    """Unregister the connector."""
    client.unregister_connector(connectorLabel=event["PhysicalResourceId"])


def handler(event: dict[str, Any], context: object) -> None:
    """Hand the event to crhelper."""
    helper(event, context)
