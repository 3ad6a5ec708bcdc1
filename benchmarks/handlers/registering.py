"""One RegisterConnector by a client of botocore's, and the answer; it retries nothing."""

from collections.abc import Callable
from typing import Any

from benchmarks.handlers.answering import answer


def registering(client: Any) -> Callable[[dict[str, Any], object], None]:  # noqa: ANN401 - botocore
    """Make a handler of a client."""

    def handler(event: dict[str, Any], _context: object) -> None:
        answer(event, register(client, event))

    return handler


def register(client: Any, event: dict[str, Any]) -> str:  # noqa: ANN401 - as above
    """Register the connector and return its ARN."""
    properties = event["ResourceProperties"]
    registered = client.register_connector(
        connectorLabel=properties["ConnectorLabel"],
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": properties["LambdaArn"]}},
        clientToken=event["RequestId"],
    )
    return str(registered["connectorArn"])
