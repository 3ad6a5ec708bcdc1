"""What the provider framework calls: it returns, and the framework answers CloudFormation."""

from typing import Any

import boto3

client: Any = boto3.client("appflow")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Register, update or unregister the connector."""
    label = event["ResourceProperties"]["ConnectorLabel"]
    if event["RequestType"] == "Delete":
        client.unregister_connector(connectorLabel=label)
        return {}
    config = {"lambda": {"lambdaArn": event["ResourceProperties"]["LambdaArn"]}}
    if event["RequestType"] == "Update":
        arn = client.update_connector_registration(
            connectorLabel=label, connectorProvisioningConfig=config
        )["connectorArn"]
    else:
        arn = client.register_connector(
            connectorLabel=label,
            connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig=config,
        )["connectorArn"]
    return {"PhysicalResourceId": label, "Data": {"ConnectorArn": arn}}
