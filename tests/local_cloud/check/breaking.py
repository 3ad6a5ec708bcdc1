"""Ways to break a sound connector."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from harness.model.sound_connector import Break, Json, SoundConnector

Defect = Callable[[SoundConnector], None]
Change = Callable[[Mapping[str, Any], Json], None]


def changing(operation: str, change: Change) -> Defect:
    """Change the successful answers of an operation."""

    def broken(request: Mapping[str, Any], answer: Json) -> Json:
        copied: Json = json.loads(json.dumps(answer))
        if copied.get("isSuccess"):
            change(request, copied)
        return copied

    return replacing(operation, broken)


def replacing(operation: str, broken: Break) -> Defect:
    """Replace whatever an operation answers."""

    def defect(connector: SoundConnector) -> None:
        connector.breaks[operation] = broken

    return defect


def config(**changes: object) -> Defect:
    """Change keys of the configuration; None leaves out."""
    return changing(
        "DescribeConnectorConfiguration", lambda _request, answer: answer.update(changes)
    )


def config_of(change: Callable[[Json], object]) -> Defect:
    """Change the configuration."""

    def apply(_request: Mapping[str, Any], answer: Json) -> None:
        change(answer)

    return changing("DescribeConnectorConfiguration", apply)


def setting(number: int = 0, **changes: object) -> Defect:
    """Change one of the connector runtime settings."""
    return config_of(lambda answer: answer["connectorRuntimeSetting"][number].update(changes))


def oauth2(**changes: object) -> Defect:
    """Change the defaults of OAuth 2."""
    return config_of(
        lambda answer: answer["authenticationConfig"]["oAuth2Defaults"].update(changes)
    )


def custom(change: Callable[[list[Json]], object]) -> Defect:
    """Change the custom types of authentication."""
    return config_of(lambda answer: change(answer["authenticationConfig"]["customAuthConfig"]))


def failing(operation: str, when: Callable[[Mapping[str, Any]], bool], **details: object) -> Defect:
    """Fail with other errorDetails."""

    def broken(request: Mapping[str, Any], answer: Json) -> Json:
        if not when(request):
            return answer
        given = {"errorCode": "ClientError", "errorMessage": "broken", **details}
        return {"isSuccess": False, "errorDetails": given}

    return replacing(operation, broken)


def failures(change: Callable[[Json], object]) -> Defect:
    """Change what failures of QueryData answer."""

    def broken(_request: Mapping[str, Any], answer: Json) -> Json:
        copied: Json = json.loads(json.dumps(answer))
        if copied.get("isSuccess") is False:
            change(copied)
        return copied

    return replacing("QueryData", broken)


def field(name: str, **changes: object) -> Defect:
    """Change a field's definition."""

    def defect(connector: SoundConnector) -> None:
        for each in connector.fields:
            if each["fieldName"] == name:
                each.update(changes)

    return defect


def rows(change: Callable[[Json], object], operation: str = "QueryData") -> Defect:
    """Change each record that is given."""

    def apply(_request: Mapping[str, Any], answer: Json) -> None:
        found = [json.loads(text) for text in answer["records"]]
        for each in found:
            change(each)
        answer["records"] = [json.dumps(each) for each in found]

    return changing(operation, apply)


def stored(change: Callable[[Json], object]) -> Defect:
    """Change the records of the tables."""

    def defect(connector: SoundConnector) -> None:
        for table in connector.tables.values():
            for each in table:
                change(each)

    return defect


def asking(operation: str, change: Callable[[Json], object]) -> Defect:
    """Let the sound connector answer another request than it was sent."""

    def defect(connector: SoundConnector) -> None:
        def broken(request: Mapping[str, Any], _answer: Json) -> Json:
            other: Json = json.loads(json.dumps(request))
            change(other)
            return connector.answer(operation, other)

        connector.breaks[operation] = broken

    return defect


def filtering(old: str, new: str) -> Defect:
    """Misread filters: a piece of text for another."""

    def change(request: Json) -> None:
        where = request["filterExpression"]
        if where:
            request["filterExpression"] = where.replace(old, new)

    return asking("QueryData", change)


def writing(change: Callable[[Json, list[Json]], object]) -> Defect:
    """Change the results of WriteData; the function is given the request and the results."""

    def broken(request: Mapping[str, Any], answer: Json) -> Json:
        copied: Json = json.loads(json.dumps(answer))
        change(dict(request), copied.get("writeRecordResults", []))
        return copied

    return replacing("WriteData", broken)
