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
    answer = client.register_connector(
        connectorLabel=properties["ConnectorLabel"],
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": properties["LambdaArn"]}},
    )
    helper.Data["ConnectorArn"] = answer["connectorArn"]
    return str(properties["ConnectorLabel"])


def handler(event: dict[str, Any], context: object) -> None:
    """Hand the event to crhelper."""
    helper(event, context)
