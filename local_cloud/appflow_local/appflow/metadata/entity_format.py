"""The shapes of a connector's ListEntities and DescribeEntity answers.

Known (SDK, ListEntitiesResponse, DescribeEntityResponse, CacheControl and the classes they hold):
the shapes of a connector's answers about entities.
Inferred (the same): AppFlow requires what the SDK's classes require; another answer is a
`ConnectorServerException`. Keys that are not listed are ignored, as the SDK does.
"""

from __future__ import annotations

from appflow_local.appflow.connectors.answer_checks import (
    flag,
    list_of,
    map_of,
    number,
    object_of,
    one_of,
    text,
)
from appflow_local.appflow.protocol.model import service_model

DATA_TYPES = (
    "String",
    "Integer",
    "Float",
    "Double",
    "Long",
    "Short",
    "BigInteger",
    "BigDecimal",
    "ByteArray",
    "Boolean",
    "Date",
    "DateTime",
    "Struct",
    "Map",
    "List",
)
# Of java.util.concurrent.TimeUnit, in seconds.
TIME_UNITS = {
    "NANOSECONDS": 1e-9,
    "MICROSECONDS": 1e-6,
    "MILLISECONDS": 1e-3,
    "SECONDS": 1.0,
    "MINUTES": 60.0,
    "HOURS": 3600.0,
    "DAYS": 86400.0,
}

_RANGE = object_of({"minRange": number, "maxRange": number}, {})
_CONSTRAINTS = object_of(
    {},
    {
        "allowedLengthRange": _RANGE,
        "allowedValueRange": _RANGE,
        "allowedValues": list_of(text),
        "allowedValuesRegexPattern": text,
        "allowedDateFormat": text,
    },
)
READ_PROPERTIES = ("isRetrievable", "isQueryable", "isTimestampFieldForIncrementalQueries")
"""Those that the API shows; `isNullable` is for AppFlow itself."""

WRITE_PROPERTIES = (
    "isCreatable",
    "isUpdatable",
    "isNullable",
    "isUpsertable",
    "isDefaultedOnCreate",
)


def _enum(shape_name: str) -> tuple[str, ...]:
    return tuple(service_model().shape_for(shape_name).metadata["enum"])


_FIELD = object_of(
    {"fieldName": text, "dataType": one_of(*DATA_TYPES)},
    {
        "dataTypeLabel": text,
        "label": text,
        "description": text,
        "isPrimaryKey": flag,
        "defaultValue": text,
        "isDeprecated": flag,
        "constraints": _CONSTRAINTS,
        "readProperties": object_of({}, dict.fromkeys((*READ_PROPERTIES, "isNullable"), flag)),
        "writeProperties": object_of(
            {},
            {
                **dict.fromkeys(WRITE_PROPERTIES, flag),
                "supportedWriteOperations": list_of(one_of(*_enum("WriteOperationType"))),
            },
        ),
        "filterOperators": list_of(one_of(*_enum("Operator"))),
        "customProperties": map_of(text),
    },
)
_ENTITY = object_of(
    {"entityIdentifier": text, "hasNestedEntities": flag},
    {"isWritable": flag, "label": text, "description": text, "customProperties": map_of(text)},
)
_CACHE_CONTROL = object_of({"timeToLive": number}, {"timeToLiveUnit": one_of(*TIME_UNITS)})

LIST_ANSWER = object_of(
    {}, {"entities": list_of(_ENTITY), "nextToken": text, "cacheControl": _CACHE_CONTROL}
)
DESCRIBE_ANSWER = object_of(
    {
        "entityDefinition": object_of(
            {"entity": _ENTITY, "fields": list_of(_FIELD)}, {"customProperties": map_of(text)}
        )
    },
    {"cacheControl": _CACHE_CONTROL},
)

_NUMERIC = (
    "NOT_EQUAL_TO",
    "EQUAL_TO",
    "LESS_THAN",
    "LESS_THAN_OR_EQUAL_TO",
    "GREATER_THAN",
    "GREATER_THAN_OR_EQUAL_TO",
)
_TIME = (
    "EQUAL_TO",
    "LESS_THAN",
    "LESS_THAN_OR_EQUAL_TO",
    "GREATER_THAN",
    "GREATER_THAN_OR_EQUAL_TO",
    "BETWEEN",
)
FILTER_OPERATORS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(DATA_TYPES[1:8], _NUMERIC),
    "String": ("CONTAINS", "EQUAL_TO", "NOT_EQUAL_TO"),
    "Boolean": ("EQUAL_TO", "NOT_EQUAL_TO"),
    "Date": _TIME,
    "DateTime": _TIME,
    "Map": ("CONTAINS",),
    "List": ("CONTAINS",),
    "Struct": (),
    "ByteArray": (),
}
"""The operators of a field that names none, by its data type.

Known (SDK, FieldDefinition): which operators a field without `filterOperators` has.
"""
