"""A connector without an SDK that reads and writes: the one behind the page's requests."""

import json
from typing import Any

import boto3

Json = dict[str, Any]

PAGE = 2  # records; so that there is more than one page
ORDERS: list[Json] = [
    {"id": 1, "status": "open", "total": 12.5},
    {"id": 2, "status": "paid", "total": 30.0},
    {"id": 3, "status": "open", "total": 7.9},
    {"id": 4, "status": "open", "total": 99.0},
]
CONFIGURATION: Json = {
    "isSuccess": True,
    "connectorOwner": "Example",
    "connectorName": "Shop",
    "connectorVersion": "1.0",
    "connectorModes": ["SOURCE", "DESTINATION"],
    "supportedApiVersions": ["v1"],
    "supportedTriggerTypes": ["ONDEMAND"],
    "supportedWriteOperations": ["INSERT"],
    "operatorsSupported": ["PROJECTION", "NO_OP"],
    "connectorRuntimeSetting": [
        {
            "key": "baseUrl",
            "label": "Address",
            "description": "Where the shop answers",
            "dataType": "String",
            "required": True,
            "scope": "CONNECTOR_PROFILE",
        }
    ],
    "authenticationConfig": {"isApiKeyAuthSupported": True},
}
ENTITY = {"entityIdentifier": "orders", "hasNestedEntities": False, "label": "Orders"}
FIELDS: list[Json] = [
    {"fieldName": "id", "dataType": "Integer", "isPrimaryKey": True},
    {"fieldName": "status", "dataType": "String"},
    {"fieldName": "total", "dataType": "Double"},
]


def handler(event: Json, _context: object) -> Json:
    """Answer one request of AppFlow."""
    operation = str(event["type"]).removesuffix("Request")
    try:
        return {"isSuccess": True, **ANSWERS[operation](event)}
    except Failure as failure:
        return failure.answer


class Failure(Exception):  # noqa: N818 - an answer
    """Tells AppFlow why, in a way that its user gets to see."""

    def __init__(self, code: str, message: str, **more: object) -> None:
        details = {"errorCode": code, "errorMessage": message}
        self.answer: Json = {"isSuccess": False, "errorDetails": details, **more}


def validate_settings(event: Json) -> Json:
    """Check a profile's or a flow's settings, as `scope` says."""
    settings = event["connectorRuntimeSettings"]
    if event["scope"] == "CONNECTOR_PROFILE" and not settings.get("baseUrl", "").startswith(
        "https://"
    ):
        wrong = {"baseUrl": "must begin with https://"}
        raise Failure("InvalidArgument", "settings are wrong", errorsByInputField=wrong)
    return {}


def validate_credentials(event: Json) -> Json:
    """Try a profile's credentials."""
    log_in(event["credentials"])
    return {}


def log_in(credentials: Json) -> None:
    """Read the secret that AppFlow keeps for the profile, and try what is in it."""
    if read_secret(credentials["secretArn"])["apiKey"] != "open-sesame":
        raise Failure("InvalidCredentials", "the shop does not know this key")


def read_secret(arn: str) -> Json:
    """Read a secret; only the function may, not AppFlow's user."""
    text = boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    return dict(json.loads(text))


def list_entities(event: Json) -> Json:
    """Say what can be read and written."""
    log_in(event["connectorContext"]["credentials"])
    return {"entities": [{**ENTITY, "isWritable": True}]}


def describe_entity(event: Json) -> Json:
    """Say which fields it has."""
    check_entity(event)
    return {"entityDefinition": {"entity": ENTITY, "fields": FIELDS}}


def check_entity(event: Json) -> None:
    """Refuse what this shop doesn't have."""
    if event["entityIdentifier"] != "orders":
        raise Failure("InvalidArgument", f"there is no {event['entityIdentifier']}")


def query(event: Json) -> Json:
    """Return a page; records are JSON texts, and the last page has no token."""
    check_entity(event)
    log_in(event["connectorContext"]["credentials"])
    first = int(event.get("nextToken") or 0)
    after = first + min(PAGE, event.get("maxResults") or PAGE)
    token = str(after) if after < len(ORDERS) else None
    return {"records": texts(ORDERS[first:after], event), "nextToken": token}


def retrieve(event: Json) -> Json:
    """Return the records with the given IDs, which are texts."""
    check_entity(event)
    log_in(event["connectorContext"]["credentials"])
    found = [each for each in ORDERS if str(each["id"]) in event["ids"]]
    return {"records": texts(found, event)}


def texts(orders: list[Json], event: Json) -> list[str]:
    """Return what was asked for of each order."""
    names = event["selectedFieldNames"]
    return [json.dumps({name: each.get(name) for name in names}) for each in orders]


def write(event: Json) -> Json:
    """Insert what is new; say for each record, in their order, how it went."""
    check_entity(event)
    log_in(event["connectorContext"]["credentials"])
    orders = [json.loads(text) for text in event["records"]]
    reasons = [why_not(order) for order in orders]
    if event.get("allOrNone") and any(reasons):
        reasons = [reason or "another order is wrong" for reason in reasons]
    results = [result(*each) for each in zip(orders, reasons, strict=True)]
    if any(reasons):
        raise Failure("PartialWriteFailure", "some are refused", writeRecordResults=results)
    return {"writeRecordResults": results}


def why_not(order: Json) -> str | None:
    """Say why an order can't be inserted; numbers may come as text, from a CSV file."""
    try:
        number, _total = int(order["id"]), float(order["total"])
    except (KeyError, TypeError, ValueError):
        return "id and total must be numbers"
    is_known = any(each["id"] == number for each in ORDERS)
    return f"there is an order {number}" if is_known else None


def result(order: Json, reason: str | None) -> Json:
    """Insert an order that may be; return what happened to it."""
    if reason:
        return {"isSuccess": False, "errorMessage": reason}
    ORDERS.append({**order, "id": int(order["id"]), "total": float(order["total"])})
    return {"isSuccess": True, "recordId": str(order["id"])}


ANSWERS = {
    "DescribeConnectorConfiguration": lambda _event: CONFIGURATION,
    "ValidateConnectorRuntimeSettings": validate_settings,
    "ValidateCredentials": validate_credentials,
    "ListEntities": list_entities,
    "DescribeEntity": describe_entity,
    "QueryData": query,
    "RetrieveData": retrieve,
    "WriteData": write,
}
