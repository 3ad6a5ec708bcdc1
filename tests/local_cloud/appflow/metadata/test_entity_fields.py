"""How the fields of a connector's entity read in the API."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.appflow import Client, FakeHost
from harness.model.entities import ASK, ID, connect_with_entities, describe_answer
from harness.model.profiles import ConnectorFunction


@pytest.fixture(autouse=True)
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    return connect_with_entities(client, host)


def described(client: Client) -> list[dict[str, Any]]:
    answer = client.describe_connector_entity(**ASK, connectorEntityName="Order")
    fields: list[dict[str, Any]] = answer["connectorEntityFields"]
    return fields


def test_a_field_that_says_only_what_it_must_reads_as_in_real_answers(client: Client) -> None:
    assert described(client) == [
        {
            "identifier": "Id",
            "isPrimaryKey": False,
            "isDeprecated": False,
            "supportedFieldTypeDetails": {
                "v1": {
                    "fieldType": "String",
                    "filterOperators": ["CONTAINS", "EQUAL_TO", "NOT_EQUAL_TO"],
                    "supportedValues": [],
                }
            },
        }
    ]


def test_a_field_that_says_everything_reads_as_in_real_answers(
    client: Client, connector: ConnectorFunction
) -> None:
    connector.answers["DescribeEntityRequest"] = describe_answer(
        {
            "fieldName": "Total",
            "dataType": "Double",
            "dataTypeLabel": "Money",
            "label": "The total",
            "description": "In euros",
            "isPrimaryKey": True,
            "defaultValue": "0",
            "isDeprecated": True,
            "constraints": {
                "allowedLengthRange": {"minRange": 1, "maxRange": 12},
                "allowedValueRange": {"minRange": 0, "maxRange": 99.5},
                "allowedValues": ["1", "2"],
                "allowedValuesRegexPattern": "[0-9]+",
                "allowedDateFormat": "yyyy",
            },
            "readProperties": {"isQueryable": True, "isNullable": True},
            "writeProperties": {"isUpsertable": True, "supportedWriteOperations": ["UPSERT"]},
            "filterOperators": ["EQUAL_TO"],
            "customProperties": {"unit": "EUR"},
        }
    )
    assert described(client) == [
        {
            "identifier": "Total",
            "label": "The total",
            "description": "In euros",
            "isPrimaryKey": True,
            "defaultValue": "0",
            "isDeprecated": True,
            "supportedFieldTypeDetails": {
                "v1": {
                    "fieldType": "Double",
                    "filterOperators": ["EQUAL_TO"],
                    "supportedValues": ["1", "2"],
                    "valueRegexPattern": "[0-9]+",
                    "supportedDateFormat": "yyyy",
                    "fieldValueRange": {"minimum": 0.0, "maximum": 99.5},
                    "fieldLengthRange": {"minimum": 1.0, "maximum": 12.0},
                }
            },
            "sourceProperties": {
                "isRetrievable": False,
                "isQueryable": True,
                "isTimestampFieldForIncrementalQueries": False,
            },
            "destinationProperties": {
                "isCreatable": False,
                "isNullable": False,
                "isUpsertable": True,
                "isUpdatable": False,
                "isDefaultedOnCreate": False,
                "supportedWriteOperations": ["UPSERT"],
            },
            "customProperties": {"unit": "EUR"},
        }
    ]


@pytest.mark.parametrize(
    ("data_type", "last", "count"),
    [
        ("Integer", "GREATER_THAN_OR_EQUAL_TO", 6),
        ("BigDecimal", "GREATER_THAN_OR_EQUAL_TO", 6),
        ("Date", "BETWEEN", 6),
        ("Boolean", "NOT_EQUAL_TO", 2),
        ("List", "CONTAINS", 1),
    ],
)
def test_a_field_without_operators_has_those_of_its_data_type(
    client: Client, connector: ConnectorFunction, data_type: str, last: str, count: int
) -> None:
    connector.answers["DescribeEntityRequest"] = describe_answer({**ID, "dataType": data_type})
    (field,) = described(client)
    operators = field["supportedFieldTypeDetails"]["v1"]["filterOperators"]
    assert (operators[-1], len(operators)) == (last, count)


@pytest.mark.parametrize("data_type", ["Struct", "ByteArray"])
def test_some_data_types_can_not_be_filtered(
    client: Client, connector: ConnectorFunction, data_type: str
) -> None:
    connector.answers["DescribeEntityRequest"] = describe_answer({**ID, "dataType": data_type})
    (field,) = described(client)
    assert field["supportedFieldTypeDetails"]["v1"]["filterOperators"] == []
