"""Translates a connector's answers about entities into the API's.

Known (SDK example, list-entities-validation-file.json and
describe-connector-entity-validation-file.json, real answers): how a connector's answers become the
API's.
Inferred (the service model's names): the names of the constraints of a field. Null members are left
out, as on the wire of the real service.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from appflow_local.appflow.account.metadata_cache import (
    DEFAULT_LIFETIME,
    LONGEST_LIFETIME,
    SHORTEST_LIFETIME,
)
from appflow_local.appflow.connectors.answer_checks import Check
from appflow_local.appflow.connectors.connector_errors import communication_error
from appflow_local.appflow.metadata.entity_format import (
    DESCRIBE_ANSWER,
    FILTER_OPERATORS,
    LIST_ANSWER,
    READ_PROPERTIES,
    TIME_UNITS,
    WRITE_PROPERTIES,
)
from appflow_local.appflow.protocol.wire import Json

# The only group of custom connectors' entities.
_GROUP = "Objects"


def read_page(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return a ListEntities answer as the API's ListConnectorEntities answer.

    Inferred of ListConnectorEntities: null means no entities, and an empty token means none.

    Raises:
        ConnectorServerException: the answer does not have the SDK's format.
    """
    _check(LIST_ANSWER, answer, "ListEntities")
    entities = [_entity(entity) for entity in answer.get("entities") or []]
    token = answer.get("nextToken")
    return {"connectorEntityMap": {_GROUP: entities}, **({"nextToken": token} if token else {})}


def read_definition(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the EntityDefinition of a DescribeEntity answer, in the connector's own terms.

    A field that names no filter operators gets the SDK's defaults.

    Raises:
        ConnectorServerException: the answer does not have the SDK's format.
    """
    _check(DESCRIBE_ANSWER, answer, "DescribeEntity")
    definition: dict[str, Any] = copy.deepcopy(answer["entityDefinition"])
    for field in definition["fields"]:
        if field.get("filterOperators") is None:
            field["filterOperators"] = list(FILTER_OPERATORS[field["dataType"]])
    return definition


def read_lifetime(answer: Mapping[str, Any]) -> timedelta:
    """Return how long a checked answer may be cached.

    Inferred of Cached answers (SDK, CacheControl): a time below the minimum is raised to it; a time
    without a unit is in seconds.
    """
    control = answer.get("cacheControl")
    if control is None:
        return DEFAULT_LIFETIME
    seconds = control["timeToLive"] * TIME_UNITS[control.get("timeToLiveUnit") or "SECONDS"]
    bounded = min(max(seconds, SHORTEST_LIFETIME.total_seconds()), LONGEST_LIFETIME.total_seconds())
    return timedelta(seconds=bounded)


def shown_field(field: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field of a definition as the API's ConnectorEntityField."""
    return _without_nulls(
        {
            "identifier": field["fieldName"],
            "label": field.get("label"),
            "isPrimaryKey": bool(field.get("isPrimaryKey")),
            "defaultValue": field.get("defaultValue"),
            "isDeprecated": bool(field.get("isDeprecated")),
            "supportedFieldTypeDetails": {"v1": _type_details(field)},
            "description": field.get("description"),
            "sourceProperties": _source_properties(field.get("readProperties")),
            "destinationProperties": _destination_properties(field.get("writeProperties")),
            "customProperties": field.get("customProperties"),
        }
    )


def _check(check: Check, answer: Mapping[str, Any], operation: str) -> None:
    mistakes = [mistake.removeprefix(".") for mistake in check(answer, "")]
    if mistakes:
        raise communication_error(
            f"The connector's {operation} response is not valid. [{', '.join(mistakes)}]"
        )


def _entity(entity: Mapping[str, Any]) -> dict[str, Any]:
    return _without_nulls(
        {
            "name": entity["entityIdentifier"],
            "label": entity.get("label"),
            "hasNestedEntities": entity["hasNestedEntities"],
        }
    )


def _type_details(field: Mapping[str, Any]) -> dict[str, Any]:
    constraints = field.get("constraints") or {}
    return _without_nulls(
        {
            "fieldType": field["dataType"],
            "filterOperators": field["filterOperators"],
            "supportedValues": constraints.get("allowedValues") or [],
            "valueRegexPattern": constraints.get("allowedValuesRegexPattern"),
            "supportedDateFormat": constraints.get("allowedDateFormat"),
            "fieldValueRange": _range(constraints.get("allowedValueRange")),
            "fieldLengthRange": _range(constraints.get("allowedLengthRange")),
        }
    )


def _range(given: Mapping[str, Any] | None) -> dict[str, float] | None:
    if given is None:
        return None
    return {"minimum": float(given["minRange"]), "maximum": float(given["maxRange"])}


def _source_properties(given: Mapping[str, Any] | None) -> dict[str, bool] | None:
    return None if given is None else {name: bool(given.get(name)) for name in READ_PROPERTIES}


def _destination_properties(given: Mapping[str, Any] | None) -> dict[str, Json] | None:
    if given is None:
        return None
    operations = given.get("supportedWriteOperations")
    return _without_nulls(
        {
            **{name: bool(given.get(name)) for name in WRITE_PROPERTIES},
            "supportedWriteOperations": operations,
        }
    )


def _without_nulls(members: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in members.items() if value is not None}
