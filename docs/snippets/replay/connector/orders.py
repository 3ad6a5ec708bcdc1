"""A connector that reads the orders of a web shop, page by page."""

import json
from typing import Any

import boto3
import urllib3

http = urllib3.PoolManager()
FIELDS = [{"fieldName": "id", "dataType": "Integer"}, {"fieldName": "total", "dataType": "Double"}]
ENTITY = {"entityIdentifier": "orders", "hasNestedEntities": False, "label": "Orders"}
BASE_URL = {
    "key": "baseUrl",
    "dataType": "String",
    "required": True,
    "label": "URL",
    "description": "The shop's address",
    "scope": "CONNECTOR_PROFILE",
}
CONFIGURATION = {
    "isSuccess": True,
    "connectorOwner": "Example",
    "connectorName": "Orders",
    "connectorVersion": "1.0",
    "connectorModes": ["SOURCE"],
    "supportedApiVersions": ["v1"],
    "supportedTriggerTypes": ["ONDEMAND"],
    "triggerFrequenciesSupported": ["ONCE"],
    "operatorsSupported": ["PROJECTION", "NO_OP"],
    "connectorRuntimeSetting": [BASE_URL],
    "authenticationConfig": {"isApiKeyAuthSupported": True},
}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of AppFlow."""
    kind, entity = event["type"].removesuffix("Request"), event.get("entityIdentifier", "orders")
    if entity != "orders":
        return failure("InvalidArgument", f"there is no {entity}")
    match kind:
        case "DescribeConnectorConfiguration":
            return CONFIGURATION
        case "ValidateConnectorRuntimeSettings":
            return {"isSuccess": True}
        case "ListEntities":
            return {"isSuccess": True, "entities": [ENTITY]}
        case "DescribeEntity":
            return {"isSuccess": True, "entityDefinition": {"entity": ENTITY, "fields": FIELDS}}
        case "ValidateCredentials":
            return read(event, event["connectorRuntimeSettings"], 1, ["id"])
        case "QueryData":
            context = event["connectorContext"]
            page = int(event.get("nextToken") or 1)
            fields = event["selectedFieldNames"]
            return read(context, context["connectorRuntimeSettings"], page, fields)
    return failure("InvalidArgument", f"{kind} is not supported")


# region read
def read(
    context: dict[str, Any], settings: dict[str, str], page: int, fields: list[str]
) -> dict[str, Any]:
    """Return a page of orders, in the form that QueryData wants."""
    secret = boto3.client("secretsmanager").get_secret_value(
        SecretId=context["credentials"]["secretArn"]
    )
    answer = http.request(
        "GET",
        f"{settings['baseUrl']}/orders",
        fields={"page": str(page)},
        headers={"X-Api-Key": json.loads(secret["SecretString"])["apiKey"]},
    )
    if answer.status != 200:
        code = "InvalidCredentials" if answer.status == 401 else "ServerError"
        return failure(code, f"the shop answers {answer.status}: {answer.data.decode()}")
    found = answer.json()
    rows = [{name: each[name] for name in fields} for each in found["orders"]]
    records = {"isSuccess": True, "records": [json.dumps(each) for each in rows]}
    return records | ({"nextToken": str(page + 1)} if found["more"] else {})


# endregion


def failure(code: str, message: str) -> dict[str, Any]:
    """Tell AppFlow why, in a way that its user gets to see."""
    return {"isSuccess": False, "errorDetails": {"errorCode": code, "errorMessage": message}}
