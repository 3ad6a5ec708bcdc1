"""One PUT to the ResponseURL, by the standard library; it retries nothing."""

import json
import ssl
from http.client import HTTPSConnection
from typing import Any
from urllib.parse import urlsplit


def answer(event: dict[str, Any], arn: str, context: ssl.SSLContext | None = None) -> None:
    """Tell CloudFormation that the connector is registered."""
    body = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body["Status"] = "SUCCESS"
    body["PhysicalResourceId"] = event["ResourceProperties"]["ConnectorLabel"]
    body["Data"] = {"ConnectorArn": arn}
    url = urlsplit(event["ResponseURL"])
    connection = HTTPSConnection(url.netloc, context=context or ssl.create_default_context())
    connection.request("PUT", url.path, json.dumps(body))
    connection.getresponse().read()
    connection.close()
