"""A connector that keeps the whole protocol, for tests to break in one place each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from appflow_local.appflow.host import Invocation
from harness.model.filter_language import Filter, FilterError

Json = dict[str, Any]
Break = Callable[[Mapping[str, Any], Any], Any]

API_KEY = "the-right-key-1"
SETTINGS = {"baseUrl": "https://shop.example.com", "retries": "3"}
LISTED_AT_ONCE = 2
READ_AT_ONCE = 3


class Failure(Exception):  # noqa: N818 - an answer, not an error
    """What the connector answers when it can't do what is asked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = {
            "isSuccess": False,
            "errorDetails": {"errorCode": code, "errorMessage": message},
        }


def _setting(key: str, data_type: str, scope: str, *, required: bool) -> Json:
    words = {"key": key, "label": key.title(), "description": f"The {key}", "scope": scope}
    return {**words, "dataType": data_type, "required": required}


def configuration() -> Json:
    """What DescribeConnectorConfiguration answers."""
    parameter = {"key": "token", "required": True, "label": "Token", "description": "The token"}
    return {
        "isSuccess": True,
        "connectorOwner": "Example",
        "connectorName": "SoundShop",
        "connectorVersion": "1.0",
        "connectorModes": ["SOURCE", "DESTINATION"],
        "authenticationConfig": {
            "isApiKeyAuthSupported": True,
            "isOAuth2Supported": True,
            "isCustomAuthSupported": True,
            "oAuth2Defaults": {
                "tokenURL": ["https://shop.example.com/token"],
                "authURL": ["https://shop.example.com/authorize"],
                "oAuthScopes": ["read"],
                "oAuth2GrantTypesSupported": ["AUTHORIZATION_CODE"],
            },
            "customAuthConfig": [
                {
                    "authenticationType": "Token",
                    "authParameters": [{**parameter, "sensitiveField": True}],
                }
            ],
        },
        "connectorRuntimeSetting": [
            _setting("baseUrl", "Url", "CONNECTOR_PROFILE", required=True),
            {
                **_setting("retries", "Integer", "CONNECTOR_PROFILE", required=False),
                "connectorSuppliedValueOptions": ["1", "3"],
            },
            _setting("view", "String", "SOURCE_AND_DESTINATION", required=False),
        ],
        "supportedApiVersions": ["v1"],
        "operatorsSupported": [
            *("PROJECTION", "NO_OP", "EQUAL_TO", "NOT_EQUAL_TO", "LESS_THAN"),
            *("LESS_THAN_OR_EQUAL_TO", "GREATER_THAN", "GREATER_THAN_OR_EQUAL_TO", "BETWEEN"),
            "CONTAINS",
        ],
        "supportedTriggerTypes": ["ONDEMAND", "SCHEDULED"],
        "triggerFrequenciesSupported": ["HOURLY", "DAILY"],
        "supportedWriteOperations": ["INSERT", "UPDATE", "UPSERT", "DELETE"],
        "supportedDataTransferTypes": ["RECORD"],
        "logoURL": "https://shop.example.com/logo.png",
    }


_NEVER_NULL = {"readProperties": {"isNullable": False}}
FIELDS: list[Json] = [
    {"fieldName": "id", "dataType": "Integer", "isPrimaryKey": True, **_NEVER_NULL},
    {
        "fieldName": "name",
        "dataType": "String",
        "constraints": {"allowedLengthRange": {"minRange": 1, "maxRange": 40}},
        **_NEVER_NULL,
    },
    {"fieldName": "active", "dataType": "Boolean"},
    {"fieldName": "amount", "dataType": "Double", "defaultValue": "0.5"},
    {"fieldName": "stock", "dataType": "Long", "writeProperties": {"isNullable": True}},
    {"fieldName": "born", "dataType": "Date"},
    {
        "fieldName": "changed",
        "dataType": "DateTime",
        "readProperties": {"isTimestampFieldForIncrementalQueries": True},
    },
]


def records() -> list[Json]:
    """The records of each entity."""
    names = ("Ann Smith", "Bob Miller", "Cleo Smith", "Dan O'Neill", "Eve Adams", "Fay Miller",
             "Gus Brown")  # fmt: skip
    return [
        {
            "id": number,
            "name": name,
            "active": number % 2 == 0,
            "amount": number * 1.5,
            "stock": None if number == 5 else 100 - number % 4,
            "born": f"19{70 + number}-0{number}-1{number}",
            "changed": f"2026-01-0{number}T0{number}:30:00Z",
        }
        for number, name in enumerate(names, start=1)
    ]


def _entity(name: str, *, nested: bool = False) -> Json:
    return {
        "entityIdentifier": name,
        "hasNestedEntities": nested,
        "isWritable": not nested,
        "label": name.title(),
    }


class SoundConnector:
    """Answers requests; `breaks` change what an operation is asked or answers.

    Args:
        read_secret: returns the text of a secret.
    """

    def __init__(self, read_secret: Callable[[str], str]) -> None:
        self._read_secret = read_secret
        self.breaks: dict[str, Break] = {}
        self.payload: Callable[[Mapping[str, Any], bytes], bytes] = lambda _request, text: text
        self.printed = ""
        self.entities = [_entity("customers"), _entity("orders"), _entity("old", nested=True)]
        self.nested = [_entity("old/2025")]
        self.fields = json.loads(json.dumps(FIELDS))
        self.tables = {name: records() for name in ("customers", "orders", "old/2025")}
        self.tables["customers"][0]["stock"] = 7
        self.requests: list[Mapping[str, Any]] = []

    def __call__(self, request: Mapping[str, Any]) -> Invocation:
        self.requests.append(request)
        operation = str(request["type"]).removesuffix("Request")
        answer = self.answer(operation, request)
        change = self.breaks.get(operation)
        if change is not None:
            answer = change(request, answer)
        return Invocation(self.payload(request, json.dumps(answer).encode()), None, self.printed)

    def answer(self, operation: str, request: Mapping[str, Any]) -> Json:
        """Answer soundly."""
        try:
            return {
                "DescribeConnectorConfiguration": lambda _request: configuration(),
                "ValidateConnectorRuntimeSettings": self._validate_settings,
                "ValidateCredentials": self._validate_credentials,
                "ListEntities": self._list,
                "DescribeEntity": self._describe,
                "QueryData": self._query,
                "RetrieveData": self._retrieve,
                "WriteData": self._write,
            }[operation](request)
        except Failure as failure:
            return failure.answer

    def _validate_settings(self, request: Mapping[str, Any]) -> Json:
        given, errors = request["connectorRuntimeSettings"], {}
        if request["scope"] == "CONNECTOR_PROFILE":
            if not str(given.get("baseUrl", "")).startswith("https://"):
                errors["baseUrl"] = "must be an https URL"
            if not str(given.get("retries", "0")).isdecimal():
                errors["retries"] = "must be a number"
        if errors:
            return {**Failure("InvalidArgument", "wrong settings").answer,
                    "errorsByInputField": errors}  # fmt: skip
        return {"isSuccess": True}

    def _log_in(self, credentials: Mapping[str, Any]) -> None:
        secret = json.loads(self._read_secret(credentials["secretArn"]))
        if secret.get("apiKey") != API_KEY:
            raise Failure("InvalidCredentials", "the shop does not know this key")

    def _validate_credentials(self, request: Mapping[str, Any]) -> Json:
        self._log_in(request["credentials"])
        return {"isSuccess": True}

    def _list(self, request: Mapping[str, Any]) -> Json:
        self._log_in(request["connectorContext"]["credentials"])
        found = self.entities
        if request["entitiesPath"] is not None:
            if request["entitiesPath"] != "old":
                raise Failure("InvalidArgument", "there is no such path")
            found = self.nested
        first = int(request["nextToken"] or 0)
        after = first + min(LISTED_AT_ONCE, request["maxResult"])
        token = str(after) if after < len(found) else None
        return {"isSuccess": True, "entities": found[first:after], "nextToken": token}

    def _table(self, request: Mapping[str, Any]) -> list[Json]:
        self._log_in(request["connectorContext"]["credentials"])
        name = request["entityIdentifier"]
        if name not in self.tables:
            raise Failure("InvalidArgument", f"there is no {name}")
        return self.tables[name]

    def _describe(self, request: Mapping[str, Any]) -> Json:
        self._table(request)
        name = request["entityIdentifier"]
        entity = next(e for e in [*self.entities, *self.nested] if e["entityIdentifier"] == name)
        return {"isSuccess": True, "entityDefinition": {"entity": entity, "fields": self.fields}}

    def _query(self, request: Mapping[str, Any]) -> Json:
        found, where = self._table(request), request["filterExpression"]
        if where:
            try:
                found = list(filter(Filter(where).accepts, found))
            except FilterError as error:
                raise Failure("InvalidArgument", str(error)) from None
        first = int(request["nextToken"] or 0)
        after = first + min(READ_AT_ONCE, request["maxResults"])
        token = str(after) if after < len(found) else None
        return {"isSuccess": True, "records": _texts(found[first:after], request),
                "nextToken": token}  # fmt: skip

    def _retrieve(self, request: Mapping[str, Any]) -> Json:
        ids = request["ids"]
        found = [each for each in self._table(request) if str(each["id"]) in ids]
        return {"isSuccess": True, "records": _texts(found, request)}

    def _write(self, request: Mapping[str, Any]) -> Json:
        table = self._table(request)
        before = json.loads(json.dumps(table))
        results = [_written(table, json.loads(each), request) for each in request["records"]]
        is_success = all(each["isSuccess"] for each in results)
        if not is_success and request["allOrNone"]:
            table[:] = before
            results = [{**each, "isSuccess": False, "recordId": None,
                        "errorMessage": each["errorMessage"] or "another record is wrong"}
                       for each in results]  # fmt: skip
        answer: Json = {"isSuccess": True}
        if not is_success:
            answer = Failure("PartialWriteFailure", "some records were refused").answer
        return {**answer, "writeRecordResults": results}


def _texts(found: list[Json], request: Mapping[str, Any]) -> list[str]:
    names = request["selectedFieldNames"]
    return [json.dumps({name: each.get(name) for name in names}) for each in found]


def _written(table: list[Json], record: Json, request: Mapping[str, Any]) -> Json:
    operation, key = request["operation"], record.get("id")
    there = next((each for each in table if each["id"] == key), None)
    reason = None
    if not isinstance(key, int):
        reason = "id must be a number"
    elif not isinstance(record.get("active", True), bool):
        reason = "active must be true or false"
    elif operation == "INSERT" and there is not None:
        reason = f"there is a record {key}"
    elif operation in ("UPDATE", "DELETE") and there is None:
        reason = f"there is no record {key}"
    if reason is not None:
        return {"isSuccess": False, "recordId": None, "errorMessage": reason}
    if operation == "DELETE" and there is not None:
        table.remove(there)
    elif there is not None:
        there.update(record)
    else:
        table.append(record)
    return {"isSuccess": True, "recordId": str(key), "errorMessage": None}
