"""ListConnectorEntities, DescribeConnectorEntity, and the entity definitions that runs use."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import CUSTOM
from appflow_local.appflow.account.metadata_cache import Answer, Question
from appflow_local.appflow.metadata.entity_answers import (
    read_definition,
    read_lifetime,
    read_page,
    shown_field,
)
from appflow_local.appflow.profiles.connection import ProfileConnection, find_connection
from appflow_local.appflow.profiles.connector_context import choose_api_version, connector_context
from appflow_local.appflow.protocol.errors import not_emulated
from appflow_local.appflow.protocol.validation import require, validate

# Known of ListConnectorEntities (SDK, ListEntitiesRequest): the SDK's page of entities has 1,000.
# Inferred of ListConnectorEntities (the same): a page of the API has 1,000, too, if the request
# names no size.
DEFAULT_SIZE = 1000

_Read = Callable[[Mapping[str, Any]], dict[str, Any]]


def list_connector_entities(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the entities of a connector, or those nested in one of them.

    Known (API reference ListConnectorEntities): the members of the answer.
    Known (SDK README, "Entity Metadata"; SDK example, list-entities-validation-file.json, a real
    answer): the connector is asked with `ListEntities`, and its entities are one group, `Objects`.
    Inferred: the page's size and token are those of the connector.

    Raises:
        AppFlowError: the caller may not, or the connector did not answer.
    """
    validate("ListConnectorEntities", parameters)
    found, version = _connection(account, "ListConnectorEntities", parameters)
    question = Question(
        account.place,
        found.profile.name,
        version,
        path=parameters.get("entitiesPath"),
        token=parameters.get("nextToken"),
        size=parameters.get("maxResults", DEFAULT_SIZE),
    )
    request = {
        "type": "ListEntitiesRequest",
        "entitiesPath": question.path,
        "maxResult": question.size,  # the singular is the SDK's
        "nextToken": question.token,
        "connectorContext": connector_context(found, version, found.profile.settings),
    }
    return _cached(account, found, question, request, read_page)


def describe_connector_entity(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the fields of an entity.

    Known (API reference DescribeConnectorEntity; SDK README, "Entity Metadata"): the connector is
    asked with `DescribeEntity`; the members of the answer.

    Raises:
        AppFlowError: the caller may not, or the connector did not answer.
    """
    validate("DescribeConnectorEntity", parameters)
    found, version = _connection(account, "DescribeConnectorEntity", parameters)
    definition = entity_definition(account, found, parameters["connectorEntityName"], version)
    return {"connectorEntityFields": [shown_field(field) for field in definition["fields"]]}


def entity_definition(
    account: Account, connection: ProfileConnection, entity: str, api_version: str
) -> dict[str, Any]:
    """Return the connector's EntityDefinition: `entity`, `fields` and perhaps `customProperties`.

    It is the connector's own JSON, checked; each field has `filterOperators`. It may come from the
    metadata cache. The caller's permission is not checked: a running flow has its own.

    Raises:
        AppFlowError: the connector did not answer.
    """
    question = Question(account.place, connection.profile.name, api_version, entity=entity)
    request = {
        "type": "DescribeEntityRequest",
        "entityIdentifier": entity,
        "connectorContext": connector_context(connection, api_version, connection.profile.settings),
    }
    return _cached(account, connection, question, request, read_definition)


def _connection(
    account: Account, operation: str, parameters: Mapping[str, Any]
) -> tuple[ProfileConnection, str]:
    """Return the profile with its connector, and the API version to use.

    Known of Entities and fields (Service Authorization Reference, Amazon AppFlow): the caller needs
    `appflow:ListConnectorEntities`, `appflow:DescribeConnectorEntity` or
    `appflow:ResetConnectorMetadataCache` on the profile, and not `appflow:UseConnectorProfile`,
    which is for flows.
    Inferred of Entities and fields (only custom connectors have profiles here): the profile's name
    is required.
    """
    kind = parameters.get("connectorType", CUSTOM)
    if kind != CUSTOM:
        raise not_emulated(f"Entities of the connector type {kind} are not emulated.")
    require(parameters, "connectorProfileName")
    name = parameters["connectorProfileName"]
    account.authorize(f"appflow:{operation}", account.arns.profile(name))
    found = find_connection(account, name)
    return found, choose_api_version(found, parameters.get("apiVersion"))


def _cached(
    account: Account,
    found: ProfileConnection,
    question: Question,
    request: Mapping[str, Any],
    read: _Read,
) -> dict[str, Any]:
    def ask() -> Answer:
        found.check_admission()
        return found.read(request, lambda given: Answer(read(given), read_lifetime(given)))

    content = account.metadata.answer(question, found.profile, found.connector, ask)
    return copy.deepcopy(dict(content))
