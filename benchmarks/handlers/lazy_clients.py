"""crhelper with boto3, and without its three clients, which only its polling uses."""

from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
from crhelper import CfnResource, resource_helper

_no_boto3 = SimpleNamespace(client=lambda *_args, **_kwargs: None)
resource_helper.boto3 = _no_boto3  # type: ignore[attr-defined]  # its stubs leave it out
helper = CfnResource()


@cache
def appflow() -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    """Return the one client, made by the first event."""
    return boto3.client("appflow")


@helper.create
def create(event: dict[str, Any], _context: object) -> str:
    """Register the connector."""
    properties = event["ResourceProperties"]
    registered = appflow().register_connector(
        connectorLabel=properties["ConnectorLabel"],
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": properties["LambdaArn"]}},
    )
    helper.Data["ConnectorArn"] = registered["connectorArn"]
    return str(properties["ConnectorLabel"])


def handler(event: dict[str, Any], context: object) -> None:
    """Hand the event to crhelper."""
    helper(event, context)
