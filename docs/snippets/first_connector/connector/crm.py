"""A connector to a small CRM."""

import json
from typing import Any

import boto3

Json = dict[str, Any]

CUSTOMERS = [  # in place of your application's API
    {"id": 1, "name": "Ann Smith", "city": "Basel"},
    {"id": 2, "name": "Bob Miller", "city": "Bern"},
    {"id": 3, "name": "Cleo Brown", "city": "Genf"},
]


def handler(event: Json, _context: object) -> Json:
    """Answer one request of AppFlow, as `type` says."""
    try:
        return {"isSuccess": True, **answer(event)}
    except CrmError as error:
        details = {"errorCode": error.code, "errorMessage": str(error)}
        return {"isSuccess": False, "errorDetails": details}


class CrmError(Exception):
    """Tells AppFlow, and whoever uses the connector, what is wrong."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def answer(event: Json) -> Json:
    """Answer a request, or raise what is wrong with it."""
    match event["type"]:
        case "DescribeConnectorConfigurationRequest":
            return CONFIGURATION
        case "ValidateConnectorRuntimeSettingsRequest":
            return {}
        case "ValidateCredentialsRequest":
            log_in(event["credentials"])
            return {}
        case "ListEntitiesRequest":
            return {"entities": [ENTITY]}
        case "DescribeEntityRequest" if event["entityIdentifier"] == "customers":
            return {"entityDefinition": {"entity": ENTITY, "fields": FIELDS}}
        case "QueryDataRequest" if event["entityIdentifier"] == "customers":
            log_in(event["connectorContext"]["credentials"])
            return query(event)
    raise CrmError("InvalidArgument", "there is no such request or entity")


def log_in(credentials: Json) -> None:
    """AppFlow keeps the user's key in a secret: read it, and try it."""
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=credentials["secretArn"])
    if json.loads(secret["SecretString"])["apiKey"] != "open-sesame":
        raise CrmError("InvalidCredentials", "the CRM does not know this key")


def query(event: Json) -> Json:
    """A page of records: each is a JSON text with the fields that were asked for."""
    first = int(event.get("nextToken") or 0)
    after = first + (event.get("maxResults") or 1000)
    names = event["selectedFieldNames"]
    found = [{name: each[name] for name in names} for each in CUSTOMERS[first:after]]
    return {
        "records": [json.dumps(record) for record in found],
        "nextToken": str(after) if after < len(CUSTOMERS) else None,
    }


ENTITY = {"entityIdentifier": "customers", "hasNestedEntities": False, "label": "Customers"}
FIELDS = [
    {"fieldName": "id", "dataType": "Integer", "isPrimaryKey": True},
    {"fieldName": "name", "dataType": "String"},
    {"fieldName": "city", "dataType": "String"},
]
CONFIGURATION = {
    "connectorOwner": "Example",
    "connectorName": "Crm",
    "connectorVersion": "1.0",
    "connectorModes": ["SOURCE"],
    "supportedApiVersions": ["v1"],
    "supportedTriggerTypes": ["ONDEMAND"],
    "operatorsSupported": ["PROJECTION", "NO_OP"],
    "connectorRuntimeSetting": [],
    "authenticationConfig": {"isApiKeyAuthSupported": True},
}
