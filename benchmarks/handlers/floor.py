"""The floor: a bare botocore client, its one request, and one PUT; it retries nothing."""

import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlsplit

import botocore.session

client: Any = botocore.session.get_session().create_client("appflow")


def handler(event: dict[str, Any], _context: object) -> None:
    """Register the connector and say so."""
    properties = event["ResourceProperties"]
    arn = client.register_connector(
        connectorLabel=properties["ConnectorLabel"],
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": properties["LambdaArn"]}},
        clientToken=event["RequestId"],
    )["connectorArn"]
    body = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {"Status": "SUCCESS", "PhysicalResourceId": properties["ConnectorLabel"]}
    url = urlsplit(event["ResponseURL"])
    connection = http.client.HTTPSConnection(url.netloc, context=ssl.create_default_context())
    connection.request("PUT", url.path, json.dumps({**body, "Data": {"ConnectorArn": arn}}))
    connection.getresponse().read()
    connection.close()
