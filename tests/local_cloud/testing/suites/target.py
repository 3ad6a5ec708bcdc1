"""A connector that is read and written."""

import json
import os
import sys
from typing import Any

ENTITY = {"entityIdentifier": "items", "hasNestedEntities": False, "label": "Items"}
OPERATORS = ["PROJECTION", "NO_OP", "EQUAL_TO", "GREATER_THAN_OR_EQUAL_TO", "BETWEEN"]
FIELDS: list[dict[str, Any]] = [
    {"fieldName": "id", "dataType": "Integer", "isPrimaryKey": True},
    {"fieldName": "name", "dataType": "String"},
    {
        "fieldName": "changed",
        "dataType": "DateTime",
        "readProperties": {"isTimestampFieldForIncrementalQueries": True},
    },
]
for each in FIELDS:
    each["writeProperties"] = {
        "isCreatable": True,
        "isUpdatable": True,
        "isUpsertable": True,
        "supportedWriteOperations": ["INSERT", "UPDATE", "UPSERT"],
    }
ANSWERS: dict[str, dict[str, Any]] = {
    "DescribeConnectorConfigurationRequest": {
        "connectorOwner": "Example",
        "connectorName": "Target",
        "connectorVersion": "1.0",
        "connectorModes": ["SOURCE", "DESTINATION"],
        "supportedApiVersions": ["v1"],
        "supportedTriggerTypes": ["ONDEMAND", "SCHEDULED"],
        "triggerFrequenciesSupported": ["ONCE", "HOURLY", "DAILY"],
        "operatorsSupported": OPERATORS,
        "supportedWriteOperations": ["INSERT", "UPDATE", "UPSERT"],
        "connectorRuntimeSetting": [],
        "authenticationConfig": {"isApiKeyAuthSupported": True},
    },
    "ListEntitiesRequest": {"entities": [ENTITY]},
    "DescribeEntityRequest": {"entityDefinition": {"entity": ENTITY, "fields": FIELDS}},
}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of AppFlow."""
    if event["type"] == "QueryDataRequest":
        sys.stdout.write(f"filter: {event['filterExpression']}\n")
        return {"isSuccess": True, "records": ['{"id": 1, "name": "one"}']}
    if event["type"] == "WriteDataRequest":
        results = [_written(json.loads(each)) for each in event["records"]]
        return {"isSuccess": True, "writeRecordResults": results}
    return {"isSuccess": True, **ANSWERS.get(event["type"], {})}


def _written(record: dict[str, Any]) -> dict[str, Any]:
    is_good = record["name"] != os.environ.get("WORD")
    reason = {} if is_good else {"errorMessage": "not this word"}
    return {"isSuccess": is_good, "recordId": str(record["id"]), **reason}
