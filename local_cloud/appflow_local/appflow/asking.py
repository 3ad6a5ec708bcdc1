"""Calls a registered connector by hand, with a request like those that AppFlow makes.

Known (SDK, the classes of the requests): the members of a request that is sent by hand
(`appflow-local invoke`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.connectors.configuration import DESCRIBE_REQUEST
from appflow_local.appflow.connectors.connection import DATA_TIMEOUT, METADATA_TIMEOUT, Connection
from appflow_local.appflow.metadata.entities import DEFAULT_SIZE, entity_definition
from appflow_local.appflow.profiles.connection import ProfileConnection, find_connection
from appflow_local.appflow.profiles.connector_context import choose_api_version, connector_context
from appflow_local.appflow.profiles.runtime_settings import PROFILE
from appflow_local.appflow.protocol.errors import ValidationException

_DATA = ("QueryData", "RetrieveData", "WriteData")


@dataclass(frozen=True)
class Question:
    """What to ask a connector for.

    Attributes:
        label: The connector's.
        operation: The protocol's name, such as QueryData.
        profile: The profile to ask with; None for the only one of the connector.
        entity: The entity's identifier; for ListEntities, the path of its parent.
        fields: The fields to select; None for all that can be retrieved.
        filter: A filter expression of the SDK's language.
        page: A nextToken.
        records: The records to write, as JSON texts; for RetrieveData, the IDs.
        members: Members of the request that replace those that are made here.
        request: A whole request, to be sent as it is; it must be of the operation.
        function_arn: The function to ask where the label isn't registered yet.
    """

    label: str
    operation: str
    profile: str | None = None
    entity: str | None = None
    fields: tuple[str, ...] | None = None
    filter: str | None = None
    page: str | None = None
    records: tuple[str, ...] = ()
    members: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, Any] | None = None
    function_arn: str | None = None


def ask_by_hand(account: Account, question: Question) -> dict[str, Any]:
    """Ask, and return the connector's answer, successful or not.

    Raises:
        ValidationException: the operation is unknown, or lacks an entity or a profile.
        ResourceNotFoundException: there is no such connector or profile.
        AppFlowError: the connector did not answer as the protocol says.
    """
    make = _REQUESTS.get(question.operation)
    if make is None:
        known = ", ".join(_REQUESTS)
        raise ValidationException(f"{question.operation!r} is no operation: give one of {known}")
    connection = _connection(account, question)
    connection.check_admission()
    request = question.request or {**make(account, connection, question), **question.members}
    timeout = DATA_TIMEOUT if question.operation in _DATA else METADATA_TIMEOUT
    return connection.ask(request, timeout=timeout)


def _connection(account: Account, question: Question) -> Connection:
    if question.function_arn is not None:
        return Connection(account, question.label, question.function_arn)
    connector = account.connectors.find(question.label)
    profiles = [item.name for item in account.profiles.in_order() if item.label == question.label]
    if question.profile is not None:
        return find_connection(account, question.profile)
    if len(profiles) == 1 or (profiles and question.operation == "DescribeConnectorConfiguration"):
        return find_connection(account, profiles[0])
    if not profiles and question.operation == "DescribeConnectorConfiguration":
        return Connection(account, connector.label, connector.function_arn)
    found = ", ".join(profiles) or "none; create one"
    raise ValidationException(
        f"{question.operation} needs a connector profile: give one of {question.label}'s ({found})"
    )


def _describe(_account: Account, _connection: Connection, _question: Question) -> dict[str, Any]:
    return dict(DESCRIBE_REQUEST)


def _validate_settings(_account: Account, asked: Connection, _question: Question) -> dict[str, Any]:
    return {
        "type": "ValidateConnectorRuntimeSettingsRequest",
        "scope": PROFILE,
        "connectorRuntimeSettings": _profiled(asked).profile.settings,
    }


def _validate_credentials(
    _account: Account, asked: Connection, _question: Question
) -> dict[str, Any]:
    profile = _profiled(asked).profile
    return {
        "type": "ValidateCredentialsRequest",
        "credentials": profile.credentials,
        "connectorRuntimeSettings": profile.settings,
    }


def _list_entities(_account: Account, asked: Connection, question: Question) -> dict[str, Any]:
    return {
        "type": "ListEntitiesRequest",
        "entitiesPath": question.entity,
        "maxResult": DEFAULT_SIZE,
        "nextToken": question.page,
        "connectorContext": _context(_profiled(asked)),
    }


def _describe_entity(_account: Account, asked: Connection, question: Question) -> dict[str, Any]:
    return {
        "type": "DescribeEntityRequest",
        "entityIdentifier": _entity(question),
        "connectorContext": _context(_profiled(asked)),
    }


def _query(account: Account, asked: Connection, question: Question) -> dict[str, Any]:
    definition = _definition(account, asked, question)
    return {
        "type": "QueryDataRequest",
        "entityIdentifier": question.entity,
        "connectorContext": _context(_profiled(asked), definition),
        "selectedFieldNames": _selected(question, definition),
        "filterExpression": question.filter,
        "nextToken": question.page,
        "maxResults": DEFAULT_SIZE,
    }


def _retrieve(account: Account, asked: Connection, question: Question) -> dict[str, Any]:
    definition = _definition(account, asked, question)
    return {
        "type": "RetrieveDataRequest",
        "entityIdentifier": question.entity,
        "connectorContext": _context(_profiled(asked), definition),
        "selectedFieldNames": _selected(question, definition),
        "idFieldName": _primary_key(definition),
        "ids": list(question.records),
    }


def _write(account: Account, asked: Connection, question: Question) -> dict[str, Any]:
    definition = _definition(account, asked, question)
    key = _primary_key(definition)
    return {
        "type": "WriteDataRequest",
        "entityIdentifier": question.entity,
        "connectorContext": _context(_profiled(asked), definition),
        "operation": "INSERT",
        "idFieldNames": [key] if key else [],
        "records": list(question.records),
        "allOrNone": False,
    }


def _profiled(connection: Connection) -> ProfileConnection:
    if not isinstance(connection, ProfileConnection):
        raise TypeError("the operation needs a profile")
    return connection


def _entity(question: Question) -> str:
    if not question.entity:
        raise ValidationException(f"{question.operation} needs an entity")
    return question.entity


def _definition(account: Account, asked: Connection, question: Question) -> dict[str, Any]:
    connection = _profiled(asked)
    version = choose_api_version(connection, None)
    return entity_definition(account, connection, _entity(question), version)


def _context(
    connection: ProfileConnection, definition: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return connector_context(
        connection,
        choose_api_version(connection, None),
        connection.profile.settings,
        entity_definition=definition,
    )


def _selected(question: Question, definition: Mapping[str, Any]) -> list[str]:
    if question.fields is not None:
        return list(question.fields)
    return [
        each["fieldName"]
        for each in definition["fields"]
        if (each.get("readProperties") or {}).get("isRetrievable") is not False
    ]


def _primary_key(definition: Mapping[str, Any]) -> str | None:
    keys = (each["fieldName"] for each in definition["fields"] if each.get("isPrimaryKey"))
    return next(keys, None)


_REQUESTS: Mapping[str, Callable[[Account, Connection, Question], dict[str, Any]]] = {
    "DescribeConnectorConfiguration": _describe,
    "ValidateConnectorRuntimeSettings": _validate_settings,
    "ValidateCredentials": _validate_credentials,
    "ListEntities": _list_entities,
    "DescribeEntity": _describe_entity,
    "QueryData": _query,
    "RetrieveData": _retrieve,
    "WriteData": _write,
}
OPERATIONS_BY_HAND = tuple(_REQUESTS)
