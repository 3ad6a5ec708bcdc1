# ruff: noqa: ARG001, ARG005 - a change is given the request, whether it looks at it or not
"""For each check a connector that is broken in one place, which this check catches."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from appflow_local.appflow.host import InvocationTimedOut
from appflow_local.check.subject import NO_ENTITY
from harness.model.checked import FakeBench, alarms, check
from harness.model.sound_connector import API_KEY, Json, SoundConnector
from tests.local_cloud.check.breaking import (
    Defect,
    asking,
    changing,
    config,
    config_of,
    custom,
    failing,
    failures,
    field,
    filtering,
    oauth2,
    replacing,
    rows,
    setting,
    stored,
    writing,
)

pytestmark = pytest.mark.slow  # all checks, for more than 150 connectors

WRITTEN = "customers"  # what is read anew after writing


def refusing(operation: str) -> Defect:
    """Fail where the sound connector succeeds."""
    details = {"errorCode": "ClientError", "errorMessage": "broken"}
    return replacing(operation, lambda _, answer: {"isSuccess": False, "errorDetails": details}
                     if answer["isSuccess"] else answer)  # fmt: skip


def both(*defects: Defect) -> Defect:
    def defect(connector: SoundConnector) -> None:
        for each in defects:
            each(connector)

    return defect


def endless(request: Mapping[str, Any], answer: Json) -> None:
    answer["nextToken"] = answer["nextToken"] or "0"


def overlapping(request: Mapping[str, Any], answer: Json) -> None:
    if answer["nextToken"]:
        answer["nextToken"] = str(int(answer["nextToken"]) - 1)


def gapped(request: Mapping[str, Any], answer: Json) -> None:
    if request["maxResults"] == 2 and answer["nextToken"]:
        answer["nextToken"] = str(int(answer["nextToken"]) + 1)


def forgetful(operation: str, member: str) -> Defect:
    """A token that gives another page when it comes the second time."""

    def defect(connector: SoundConnector) -> None:
        seen: set[str] = set()

        def change(request: Mapping[str, Any], answer: Json) -> None:
            key = json.dumps(request, sort_keys=True)
            if key in seen and request["nextToken"] and request.get("entityIdentifier") != WRITTEN:
                answer[member] = answer[member][:0]
            seen.add(key)

        changing(operation, change)(connector)

    return defect


def counting(change: Any) -> Defect:  # noqa: ANN401 - a lambda
    """A configuration that differs each time."""
    numbers = itertools.count()
    return config_of(lambda answer: change(answer, next(numbers)))


def printing(text: str) -> Defect:
    def defect(connector: SoundConnector) -> None:
        connector.printed = text

    return defect


def listing(change: Any) -> Defect:  # noqa: ANN401 - a lambda
    def apply(_request: Mapping[str, Any], answer: Json) -> None:
        change(answer["entities"])

    return changing("ListEntities", apply)


def definition(change: Any) -> Defect:  # noqa: ANN401 - a lambda
    def apply(_request: Mapping[str, Any], answer: Json) -> None:
        change(answer["entityDefinition"])

    return changing("DescribeEntity", apply)


def shuffled() -> Defect:
    numbers = itertools.count()
    return definition(lambda found: next(numbers) % 2 and found["fields"].reverse())


def query(change: Any) -> Defect:  # noqa: ANN401 - a lambda
    return changing("QueryData", change)


def ignoring_filter_when(when: Any) -> Defect:  # noqa: ANN401 - a lambda
    def change(request: Json) -> None:
        if request["filterExpression"] and when(request):
            request["filterExpression"] = None

    return asking("QueryData", change)


def slow(operation: str, first_only: bool = False) -> Defect:
    calls = itertools.count()

    def broken(request: Mapping[str, Any], answer: Json) -> Json:
        if not first_only or next(calls) == 0:
            raise InvocationTimedOut
        return answer

    return replacing(operation, broken)


def raising(operation: str, when: Any) -> Defect:  # noqa: ANN401 - a lambda
    """Answer nothing, as a function that has crashed."""
    return replacing(operation, lambda request, answer: None if when(request) else answer)


def large(size: int) -> Defect:
    """Pages that are large, but for the first, which is asked for most."""

    def defect(connector: SoundConnector) -> None:
        connector.payload = lambda request, text: (
            text + b" " * size
            if request["type"] == "QueryDataRequest" and request["nextToken"]
            else text
        )

    return defect


def ids(change: Any) -> Defect:  # noqa: ANN401 - a lambda
    """Change the IDs that RetrieveData is asked for."""
    return asking("RetrieveData", change)


def half_written(connector: SoundConnector) -> None:
    """Ignore allOrNone."""
    sound = connector.answer

    def answer(operation: str, request: Mapping[str, Any]) -> Json:
        if operation == "WriteData":
            return sound(operation, {**request, "allOrNone": False})
        return sound(operation, request)

    connector.answer = answer  # type: ignore[method-assign]


def losing(operation: str, lost: Any) -> Defect:  # noqa: ANN401 - a lambda
    """Say that records of an operation were written which were not."""

    written = operation

    def defect(connector: SoundConnector) -> None:
        sound = connector.answer

        def answer(operation: str, request: Mapping[str, Any]) -> Json:
            if operation != "WriteData" or request["operation"] != written or not lost(request):
                return sound(operation, request)
            before = json.loads(json.dumps(connector.tables))
            answered = sound(operation, request)
            connector.tables.update(before)
            return answered

        connector.answer = answer  # type: ignore[method-assign]

    return defect


def around_writes(change: Any) -> Defect:  # noqa: ANN401 - one of those that follow
    """Change what WriteData does; it is given the table, the request and the sound way."""

    def defect(connector: SoundConnector) -> None:
        sound = connector.answer

        def answer(operation: str, request: Mapping[str, Any]) -> Json:
            if operation != "WriteData" or request["entityIdentifier"] not in connector.tables:
                return sound(operation, request)
            table = connector.tables[request["entityIdentifier"]]
            answered: Json = change(table, request, lambda other: sound(operation, other))
            return answered

        connector.answer = answer  # type: ignore[method-assign]

    return defect


def losing_new(table: list[Json], request: Mapping[str, Any], write: Any) -> Json:  # noqa: ANN401
    (key,) = {each["id"] for each in map(json.loads, request["records"][:1])}
    if request["operation"] == "UPSERT" and key not in [each["id"] for each in table]:
        return {
            "isSuccess": True,
            "writeRecordResults": [{"isSuccess": True, "recordId": str(key)}],
        }
    answered: Json = write(request)
    return answered


def overwriting(_table: list[Json], request: Mapping[str, Any], write: Any) -> Json:  # noqa: ANN401
    is_insert = request["operation"] == "INSERT"
    answered: Json = write({**request, "operation": "UPSERT"} if is_insert else request)
    return answered


def deleting_all(table: list[Json], request: Mapping[str, Any], write: Any) -> Json:  # noqa: ANN401
    answered: Json = write(request)
    if request["operation"] == "DELETE":
        del table[2:]
    return answered


def garbling(_table: list[Json], request: Mapping[str, Any], write: Any) -> Json:  # noqa: ANN401
    texts = [each.replace("\\u65e5", "?") for each in request["records"]]
    answered: Json = write({**request, "records": texts})
    return answered


def emptying(operation: str) -> Any:  # noqa: ANN401 - a change
    """Set the fields that a change doesn't name to null."""

    def change(table: list[Json], request: Mapping[str, Any], write: Any) -> Json:  # noqa: ANN401
        answered: Json = write(request)
        if request["operation"] == operation:
            for given in map(json.loads, request["records"]):
                for each in table:
                    if each["id"] == given["id"]:
                        each.update({name: given.get(name) for name in each})
        return answered

    return change


def failed(request: Mapping[str, Any]) -> Json:
    results = [{"isSuccess": False, "errorMessage": "no"} for _ in request["records"]]
    details = {"errorCode": "PartialWriteFailure", "errorMessage": "no"}
    return {"isSuccess": False, "errorDetails": details, "writeRecordResults": results}


def refiltering(change: Any) -> Defect:  # noqa: ANN401 - a lambda
    """Read a filter as another one."""
    return asking("QueryData", lambda r: r.update(
        filterExpression=r["filterExpression"] and change(r["filterExpression"])))  # fmt: skip


def in_days(where: str) -> str:
    """Make a filter that compares days, where times are compared."""

    def compared(found: re.Match[str]) -> str:
        day = date.fromisoformat(found[2]) + timedelta(days=found[1] in (">", "<="))
        return f"{found[1][0]}{'=' if found[1][0] == '>' else ''} {day}T00:00:00Z"

    return re.sub(r"([<>]=?) (\d{4}-\d\d-\d\d)T[\d:.]+Z", compared, where)


def not_retrievable(connector: SoundConnector) -> None:
    for each in connector.fields:
        each["readProperties"] = {"isRetrievable": False}


def many(request: Mapping[str, Any]) -> bool:
    return len(request["records"]) == 3


def expired(operation: str) -> Defect:
    return replacing(
        operation,
        lambda request, answer: json.loads(
            json.dumps(answer).replace("InvalidCredentials", "AccessDenied")
        ),
    )


def validation(change: Any) -> Defect:  # noqa: ANN401 - a lambda
    return replacing("ValidateCredentials", change)


def refused_settings(change: Any) -> Defect:  # noqa: ANN401 - a lambda
    def broken(_request: Mapping[str, Any], answer: Json) -> Json:
        return change(answer) if "errorsByInputField" in answer else answer

    return replacing("ValidateConnectorRuntimeSettings", broken)


def scope(name: str) -> Defect:
    return replacing(
        "ValidateConnectorRuntimeSettings",
        lambda request, answer: {"isSuccess": False} if request["scope"] == name else answer,
    )


def accepting(key: str) -> Defect:
    def broken(request: Mapping[str, Any], answer: Json) -> Json:
        return {"isSuccess": True} if key in answer.get("errorsByInputField", {}) else answer

    return replacing("ValidateConnectorRuntimeSettings", broken)


def same_result(request: Json, results: list[Json]) -> None:
    if request["operation"] == "INSERT" and len(results) == 2:
        results[1]["recordId"] = results[0]["recordId"]


def reverse(request: Json, results: list[Json]) -> None:
    if request["operation"] == "INSERT" and len(results) == 2:
        results.reverse()


def first_refused(request: Json, results: list[Json]) -> None:
    if len(results) == 3 and not request["allOrNone"] and request["operation"] == "INSERT":
        results[:2] = results[1::-1]


def no_reason(_request: Json, results: list[Json]) -> None:
    for each in results:
        each["errorMessage"] = None


def other_code(request: Mapping[str, Any], answer: Json) -> Json:
    copied: Json = json.loads(json.dumps(answer).replace("PartialWriteFailure", "ClientError"))
    return copied


def described(name: str) -> Defect:
    return definition(lambda found: found["entity"].update(entityIdentifier=name))


UNKNOWN: Json = {"isSuccess": True, "entityDefinition": {
    "entity": {"entityIdentifier": NO_ENTITY, "hasNestedEntities": False},
    "fields": [{"fieldName": "id", "dataType": "Integer"}],
}}  # fmt: skip

DEFECTS: list[tuple[str, Defect]] = [
    ("configuration.answered", raising("DescribeConnectorConfiguration", lambda _: True)),
    ("configuration.success", replacing("DescribeConnectorConfiguration",
                                        lambda *_: {"isSuccess": False, "errorDetails": {
                                            "errorCode": "ClientError", "errorMessage": "no"}})),
    ("configuration.required-keys", config(connectorVersion=None)),
    ("configuration.allowed-values", config(connectorModes=["SORCE"])),
    ("configuration.types", config(connectorVersion=1.0)),
    ("configuration.constraints", config(connectorName="x" * 600)),
    ("configuration.names", config(connectorOwner="Amazon fans")),
    ("configuration.modes", config(connectorModes=[])),
    ("configuration.authentication",
     config_of(lambda a: a["authenticationConfig"].update(isCustomAuthSupported=False))),
    ("configuration.oauth2-urls", oauth2(tokenURL=["http://shop.example.com/token"])),
    ("configuration.oauth2-grants", oauth2(authURL=[])),
    ("configuration.logo", config(logoURL="http://shop.example.com/logo.png")),
    ("configuration.api-versions", config(supportedApiVersions=[])),
    ("configuration.operators", config(operatorsSupported=[])),
    ("configuration.projection", config_of(lambda a: a["operatorsSupported"].pop(0))),
    ("configuration.triggers", config(supportedTriggerTypes=[])),
    ("configuration.frequencies", config(triggerFrequenciesSupported=[])),
    ("configuration.write-operations", config(supportedWriteOperations=[])),
    ("configuration.authentications", config(authenticationConfig={})),
    ("configuration.known-keys",
     config_of(lambda a: a.update(logoUrl=a.pop("logoURL")))),
    ("configuration.no-duplicates", config(supportedApiVersions=["v1", "v1"])),
    ("configuration.repeatable", counting(lambda a, n: a.update(connectorVersion=f"1.{n}"))),
    ("configuration.transfers", config(supportedDataTransferTypes=["FILE"])),
    ("settings.required-keys", setting(1, description=None)),
    ("settings.allowed-values", setting(1, scope="CONNECTION")),
    ("settings.unique", config_of(
        lambda a: a["connectorRuntimeSetting"].append(a["connectorRuntimeSetting"][1]))),
    ("settings.texts", setting(1, label=" ")),
    ("settings.options", setting(1, connectorSuppliedValueOptions=["many"])),
    ("settings.given-accepted",
     replacing("ValidateConnectorRuntimeSettings",
               lambda r, a: {"isSuccess": False, "errorsByInputField": {"baseUrl": "no"}}
               if r["scope"] == "CONNECTOR_PROFILE" else a)),
    ("settings.source-answered", scope("SOURCE")),
    ("settings.destination-answered", scope("DESTINATION")),
    ("settings.required-judged",
     replacing("ValidateConnectorRuntimeSettings",
               lambda r, a: a if "baseUrl" in r["connectorRuntimeSettings"]
               else {"isSuccess": True})),
    ("settings.types-judged", accepting("retries")),
    ("settings.refusal-answered", raising(
        "ValidateConnectorRuntimeSettings",
        lambda r: r["scope"] == "CONNECTOR_PROFILE" and not r["connectorRuntimeSettings"].get(
            "baseUrl"),
    )),
    ("settings.errors-name-settings", refused_settings(
        lambda a: {**a, "errorsByInputField": {"base_url": "wrong"}})),
    ("credentials.accepted",
     failing("ValidateCredentials", lambda _: True, errorCode="InvalidCredentials")),
    ("credentials.wrong-refused", validation(lambda *_: {"isSuccess": True})),
    ("credentials.refusal-answered", validation(lambda r, a: a if a["isSuccess"] else None)),
    ("credentials.refusal-code", expired("ValidateCredentials")),
    ("credentials.not-printed", printing(f"connecting with {API_KEY}")),
    ("credentials.not-told", failures(
        lambda a: a["errorDetails"].update(errorMessage=f"no luck with {API_KEY}"))),
    ("credentials.unique", custom(lambda found: found.append(found[0]))),
    ("credentials.texts", custom(lambda found: found[0]["authParameters"][0].update(label=""))),
    ("entities.answered", refusing("ListEntities")),
    ("entities.format", listing(lambda found: [each.update(description=1) for each in found])),
    ("entities.pages-end", changing("ListEntities", endless)),
    ("entities.same-page", forgetful("ListEntities", "entities")),
    ("entities.unique", changing("ListEntities", overlapping)),
    ("entities.max-result", both(
        changing("ListEntities", lambda r, a: a["entities"].extend(
            {"entityIdentifier": f"e{n}", "hasNestedEntities": False} for n in range(1001)
        ) if r["nextToken"] and r["entitiesPath"] is None else None),
        replacing("DescribeEntity", lambda r, a: {**UNKNOWN, "entityDefinition": {
            **UNKNOWN["entityDefinition"],
            "entity": {"entityIdentifier": r["entityIdentifier"], "hasNestedEntities": False},
        }} if re.fullmatch(r"e\d+", r["entityIdentifier"]) else a))),
    ("entities.nested", failing("ListEntities", lambda r: r["entitiesPath"] is not None)),
    ("entities.unknown-refused", replacing(
        "DescribeEntity", lambda r, a: UNKNOWN if r["entityIdentifier"] == NO_ENTITY else a)),
    ("entities.named", described("orders?")),
    ("entities.agree", definition(lambda found: found["entity"].update(label="Other"))),
    ("fields.answered", failing("DescribeEntity", lambda r: r["entityIdentifier"] == "orders")),
    ("fields.format", field("active", isDeprecated="no")),
    ("fields.types", field("active", dataType="Bool")),
    ("fields.known-operators", field("active", filterOperators=["IS"])),
    ("fields.fitting-operators", field("active", filterOperators=["EQUAL_TO", "LESS_THAN"])),
    ("fields.some", definition(
        lambda found: found.update(fields=[]) if found["entity"]["entityIdentifier"] == "orders"
        else None)),
    ("fields.unique", definition(lambda found: found["fields"].append(found["fields"][2]))),
    ("fields.nameable", lambda connector: connector.fields.append(
        {"fieldName": "first name", "dataType": "String"})),
    ("fields.constraints", field("stock", constraints={
        "allowedValuesRegexPattern": "(", "allowedLengthRange": None})),
    ("fields.defaults", field("amount", defaultValue="much")),
    ("fields.timestamps", field("stock", readProperties={
        "isTimestampFieldForIncrementalQueries": True})),
    ("fields.comparable-timestamps", field("changed", filterOperators=["LESS_THAN"])),
    ("fields.write-operations", both(
        config(supportedWriteOperations=["INSERT", "UPDATE", "UPSERT"]),
        field("id", writeProperties={"supportedWriteOperations": ["UPSERT", "DELETE"]}))),
    ("fields.primary-key", field("id", isPrimaryKey=False)),
    ("fields.repeatable", shuffled()),
    ("query.texts", query(lambda r, a: a.update(records=[json.loads(e) for e in a["records"]]))),
    ("query.objects", query(lambda r, a: a.update(records=[f"[{e}]" for e in a["records"]]))),
    ("query.token", query(lambda r, a: a.update(nextToken=a["nextToken"] and 3))),
    ("query.later-pages", failing("QueryData", lambda r: bool(r["nextToken"]))),
    ("query.paging-ends", query(endless)),
    ("query.same-page", forgetful("QueryData", "records")),
    ("query.no-duplicates", query(overlapping)),
    ("query.pages-agree", query(gapped)),
    ("query.max-results", asking("QueryData", lambda r: r.update(maxResults=3))),
    ("query.selected-fields", asking("QueryData", lambda r: r.update(selectedFieldNames=[
        "id", "name", "active", "amount", "stock", "born", "changed"]))),
    ("query.undeclared-fields", rows(lambda each: each.update(extra=1))),
    ("query.types", stored(lambda each: each.update(amount="1.5 EUR"))),
    ("query.nulls", stored(lambda each: each.update(name=None) if each["id"] == 3 else None)),
    ("query.constraints", stored(
        lambda each: each.update(name="x" * 41) if each["id"] == 3 else None)),
    ("query.filter-not-equal", filtering("!=", "=")),
    ("query.filter-less", ignoring_filter_when(
        lambda r: " < " in r["filterExpression"])),
    ("query.filter-less-or-equal", filtering("<=", "<")),
    ("query.filter-greater", ignoring_filter_when(lambda r: " > " in r["filterExpression"])),
    ("query.filter-greater-or-equal", filtering(">=", ">")),
    ("query.filter-contains", filtering("contains", "=")),
    ("query.filter-or", ignoring_filter_when(lambda r: " OR " in r["filterExpression"]
                                             and "a'='a" not in r["filterExpression"])),
    ("query.filter-and", filtering(" AND active", " OR active")),
    ("query.filter-parentheses", refiltering(
        lambda where: re.sub(r"^\((.* OR .*)\) AND", r"\1 AND", where))),
    ("query.filter-wildcards", refiltering(
        lambda where: re.sub(r"(?:=|contains) (['\"])([^'%]*)%['\"]", r"contains \1\2\1", where))),
    ("query.filter-times", refiltering(in_days)),
    ("query.filter-in", ignoring_filter_when(lambda r: " in (" in r["filterExpression"])),
    ("query.filter-not", filtering("not (", "(")),
    ("query.filter-nothing", failing(
        "QueryData", lambda r: "no such text" in (r["filterExpression"] or ""))),
    ("query.filter-quotes", failing(
        "QueryData", lambda r: "appflow's" in (r["filterExpression"] or ""))),
    ("query.filter-injection", ignoring_filter_when(
        lambda r: "'a'='a" in r["filterExpression"])),
    ("query.filter-pages", ignoring_filter_when(
        lambda r: bool(r["nextToken"]) and r["maxResults"] == 2 and "!=" in r["filterExpression"])),
    ("query.filter-unselected", ignoring_filter_when(
        lambda r: r["selectedFieldNames"] == ["id"])),
    ("retrieve.answered", failing("RetrieveData", lambda _: True)),
    ("retrieve.format", changing("RetrieveData", lambda r, a: a.update(
        records=[json.loads(e) for e in a["records"]]))),
    ("retrieve.complete", ids(lambda r: r.update(ids=r["ids"][:1]))),
    ("retrieve.only-asked", ids(lambda r: r.update(ids=[*r["ids"], "6"])
                                if r["ids"] != ["2147480000"] else None)),
    ("retrieve.agrees", rows(lambda each: each.update(amount=0.25) if "name" in each else None,
                             "RetrieveData")),
    ("retrieve.selected-fields", ids(lambda r: r.update(selectedFieldNames=["id", "name", "active",
                                     "amount", "stock", "born", "changed"]))),
    ("retrieve.unknown-id", ids(lambda r: r.update(ids=["1"])
                                if r["ids"] == ["2147480000"] else None)),
    ("write.answered", failing("WriteData", lambda _: True)),
    ("write.results", writing(lambda r, results: results.pop()
                              if len(results) == 2 and r["operation"] == "INSERT" else None)),
    ("write.ids", writing(same_result)),
    ("write.order", writing(reverse)),
    ("write.stored", losing("INSERT", lambda r: len(r["records"]) == 2)),
    ("write.partial", writing(first_refused)),
    ("write.partly-stored", losing("INSERT", lambda r: many(r) and not r["allOrNone"])),
    ("write.partial-code", replacing("WriteData", other_code)),
    ("write.reasons", writing(no_reason)),
    ("write.all-or-none", half_written),
    ("write.update", losing("UPDATE", lambda _: True)),
    ("write.update-unknown", replacing("WriteData", lambda r, a: {
        "isSuccess": True, "writeRecordResults": [{"isSuccess": True, "recordId": "1"}]}
        if r["operation"] == "UPDATE" and not a["isSuccess"] else a)),
    ("write.unknown-entity", replacing("WriteData", lambda r, a: {
        "isSuccess": True, "writeRecordResults": [{"isSuccess": True, "recordId": "1"}]}
        if r["entityIdentifier"] == NO_ENTITY else a)),
    ("write.upsert", losing("UPSERT", lambda _: True)),
    ("write.delete", losing("DELETE", lambda _: True)),
    ("write.update-alone", around_writes(emptying("UPDATE"))),
    ("write.upsert-alone", around_writes(emptying("UPSERT"))),
    ("write.upsert-new", around_writes(losing_new)),
    ("write.insert-existing", around_writes(overwriting)),
    ("write.texts-taken", replacing(
        "WriteData", lambda r, a: failed(r) if "O'Neill" in r["records"][0] else a)),
    ("write.texts-kept", around_writes(garbling)),
    ("write.nulls", replacing("WriteData", lambda r, a: failed(r) if "null" in r["records"][0]
                              else a)),
    ("write.others", around_writes(deleting_all)),
    ("errors.success-flag", failures(lambda a: a.pop("isSuccess"))),
    ("errors.no-crash", raising("QueryData", lambda r: r["entityIdentifier"] == NO_ENTITY)),
    ("errors.details", failures(lambda a: a.pop("errorDetails")
                                if "log in" not in str(a) and "key" not in str(a) else None)),
    ("errors.codes", failures(lambda a: a["errorDetails"].update(errorCode="NotFound")
                              if "no " + NO_ENTITY in str(a) else None)),
    ("errors.messages", failures(lambda a: a["errorDetails"].update(errorMessage=""))),
    ("errors.retry-after", failures(lambda a: a["errorDetails"].update(retryAfterSeconds="soon"))),
    ("errors.expired-list", expired("ListEntities")),
    ("errors.expired-describe", expired("DescribeEntity")),
    ("errors.expired-query", expired("QueryData")),
    ("errors.unknown-entity", replacing("QueryData", lambda r, a: {"isSuccess": True, "records": []}
                                        if r["entityIdentifier"] == NO_ENTITY else a)),
    ("errors.unknown-entity-code", failures(
        lambda a: a["errorDetails"].update(errorCode="ServiceUnavailable")
        if NO_ENTITY in str(a) else None)),
    ("errors.bad-filter", ignoring_filter_when(lambda r: "is no filter" in r["filterExpression"])),
    ("entities.some", listing(lambda found: found.clear())),
    ("fields.retrievable", not_retrievable),
    ("query.filter-equal", filtering(" = ", " != ")),
    ("query.filter-between", ignoring_filter_when(lambda r: "BETWEEN" in r["filterExpression"])),
    ("query.filter-incremental", ignoring_filter_when(
        lambda r: "between" in r["filterExpression"])),
    ("write.all-or-none-refused", replacing("WriteData", lambda r, a: {
        "isSuccess": True, "writeRecordResults": [{"isSuccess": True, "recordId": str(n)}
                                                  for n, _ in enumerate(r["records"])]}
        if r["allOrNone"] and not a["isSuccess"] else a)),
    ("limits.cold-start", slow("DescribeConnectorConfiguration", first_only=True)),
    ("limits.metadata-time", slow("DescribeEntity")),
    ("limits.data-time", slow("QueryData")),
    ("limits.answer-size", large(6 * 1024 * 1024)),
    ("limits.size-margin", large(6_200_000)),
    ("limits.printed", printing("x" * 70_000)),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "defect"), DEFECTS, ids=[each for each, _ in DEFECTS])
def test_a_connector_with_one_defect_is_caught_by_its_check_alone(
    bench: FakeBench, expected: str, defect: Defect
) -> None:
    defect(bench.connector())
    # These defects show in every entity, so one is enough.
    is_of_each = expected.startswith(("configuration.", "limits.", "query.", "retrieve.", "write."))
    chosen = [WRITTEN] if is_of_each and expected != "query.same-page" else []
    found = alarms(check(bench, entities=chosen))
    assert list(found) == [expected], json.dumps(found, indent=1)[:3000]
    assert found[expected]
