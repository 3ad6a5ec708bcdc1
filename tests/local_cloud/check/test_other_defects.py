"""Other ways to break what a check looks for, and sound connectors of other habits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from harness.model.checked import FakeBench, alarms, check
from harness.model.sound_connector import Failure, Json, SoundConnector, records
from tests.local_cloud.check.breaking import (
    Defect,
    asking,
    changing,
    field,
    replacing,
    rows,
    stored,
)


def fourth_entity(connector: SoundConnector) -> None:
    """An entity after those whose records are looked at, with a type that there isn't."""
    for name in ("a", "b", "odd"):
        connector.entities.append({"entityIdentifier": name, "hasNestedEntities": False})
        connector.tables[name] = records()

    def change(request: Mapping[str, Any], answer: Json) -> None:
        if request["entityIdentifier"] == "odd":
            answer["entityDefinition"]["fields"][0]["dataType"] = "Int"

    changing("DescribeEntity", change)(connector)


def swallowing(operation: str, member: str) -> Defect:
    """Answer with nothing where the application refuses the credentials."""

    def broken(_request: Mapping[str, Any], answer: Json) -> Json:
        is_refused = "InvalidCredentials" in json.dumps(answer)
        return {"isSuccess": True, member: []} if is_refused else answer

    return replacing(operation, broken)


def without_bounds(connector: SoundConnector) -> None:
    """Read BETWEEN as `>` and `<`."""
    between = re.compile(r"(\w+) BETWEEN (\S+) AND (\S+)")
    asking("QueryData", lambda r: r.update(
        filterExpression=r["filterExpression"]
        and between.sub(r"\1 > \2 AND \1 < \3", r["filterExpression"])
    ))(connector)  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "defect"),
    [
        ("fields.types", fourth_entity),
        ("errors.expired-list", swallowing("ListEntities", "entities")),
        ("errors.expired-query", swallowing("QueryData", "records")),
        ("query.filter-bounds", without_bounds),
    ],
)
def test_a_defect_of_another_kind_is_caught_by_the_same_check(
    bench: FakeBench, expected: str, defect: Defect
) -> None:
    defect(bench.connector())
    assert list(alarms(check(bench))) == [expected]


def test_a_primary_key_without_a_value_is_caught(bench: FakeBench) -> None:
    connector = bench.connector()
    field("id", readProperties={"isNullable": True})(connector)
    rows(lambda each: each.update(id=None) if each.get("id") == 2 else None)(connector)
    found = alarms(check(bench, write=None))
    assert "'customers.id' is not nullable" in found["query.nulls"]


def test_an_id_that_breaks_out_of_its_quotes_is_caught(bench: FakeBench) -> None:
    connector = bench.connector()
    field("id", dataType="String")(connector)
    stored(lambda each: each.update(id=str(each["id"])))(connector)
    assert alarms(check(bench, write=None)) == {}
    asking("RetrieveData", lambda r: r.update(
        ids=list("1234567") if "'a'='a" in r["ids"][0] else r["ids"]))(connector)  # fmt: skip
    connector.breaks["DescribeConnectorConfiguration"] = lambda _request, answer: answer
    bench.appflow.unregister_connector(connectorLabel="Orders", forceDelete=True)
    assert list(alarms(check(bench, write=None))) == ["retrieve.injection"]


def test_times_that_are_written_in_another_way_than_they_were_sent_are_no_alarm(
    bench: FakeBench,
) -> None:
    connector = bench.connector()
    for operation in ("QueryData", "RetrieveData"):
        rows(lambda each: each.update(changed=each["changed"].replace("Z", ".000+00:00"))
             if "changed" in each else None, operation)(connector)  # fmt: skip
    assert alarms(check(bench)) == {}


def test_an_application_that_makes_the_keys_is_no_alarm_and_its_records_are_deleted(
    bench: FakeBench,
) -> None:
    connector, sound = bench.connector(), SoundConnector.answer
    closed = {"isCreatable": False, "isUpdatable": False, "isUpsertable": False}
    field("id", writeProperties=closed)(connector)
    before = json.dumps(connector.tables)

    def answer(operation: str, request: Mapping[str, Any]) -> Json:
        if operation != "WriteData" or request["operation"] != "INSERT":
            return sound(connector, operation, request)
        given = [json.loads(each) for each in request["records"]]
        if any("id" in each for each in given):
            return Failure("InvalidArgument", "the shop makes the ids").answer
        first = 1 + max(each["id"] for each in connector.tables["customers"])
        made = [{"id": first + number, **each} for number, each in enumerate(given)]
        texts = [json.dumps(each) for each in made]
        return sound(connector, operation, {**request, "records": texts})

    connector.answer = answer  # type: ignore[method-assign]
    outcomes = check(bench)
    assert alarms(outcomes) == {}
    passed = {each.check.id for each in outcomes if each.status == "passed"}
    assert {"write.update", "write.update-alone", "write.delete", "write.others"} <= passed
    assert json.dumps(connector.tables) == before
