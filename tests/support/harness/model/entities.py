"""What connectors say of their entities, and a cloud in which one can be asked."""

from __future__ import annotations

from typing import Any

from harness.model.appflow import Client, FakeHost
from harness.model.profiles import ConnectorFunction, connect, profile

ORDER = {"entityIdentifier": "Order", "hasNestedEntities": False, "label": "An order"}
ID = {"fieldName": "Id", "dataType": "String"}
ASK = {"connectorProfileName": "prod", "connectorType": "CustomConnector", "apiVersion": "v51.0"}
"""The members that requests for entities and their fields share."""


def list_answer(*entities: object, **changes: object) -> dict[str, Any]:
    """Return a successful ListEntities answer."""
    return {"isSuccess": True, "entities": list(entities), **changes}


def describe_answer(*fields: object, **changes: object) -> dict[str, Any]:
    """Return a successful DescribeEntity answer."""
    definition = {"entity": ORDER, "fields": list(fields)}
    return {"isSuccess": True, "entityDefinition": definition, **changes}


def connect_with_entities(
    client: Client, host: FakeHost, **configuration: object
) -> ConnectorFunction:
    """Register a connector that has one entity with one field, and make a profile of it."""
    function = connect(client, host, **configuration)
    function.answers["ListEntitiesRequest"] = list_answer(ORDER)
    function.answers["DescribeEntityRequest"] = describe_answer(ID)
    client.create_connector_profile(**profile())
    host.invocations.clear()
    return function
