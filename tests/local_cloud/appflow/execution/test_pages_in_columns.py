"""A run whose pages come in columns does what one does that has record after record."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appflow_local.appflow.execution.pages import Record
from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.plan import Plan
from harness.model.appflow import Client, FakeHost
from harness.model.fake_storage import BUCKET
from harness.model.runs import (
    DEFINITION,
    DataFunction,
    connected,
    mapped,
    orders,
    outward,
    run,
    to_s3,
)
from tests.local_cloud.appflow.execution.runs_in_memory import FORMATS, JSON, NAMES, accepted, ran
from tests.local_cloud.appflow.transfer.drawn_plans import plans
from tests.local_cloud.appflow.transfer.json_texts import pages
from tests.local_cloud.appflow.transfer.task_shapes import MAP_ALL, from_connector


@settings(max_examples=200)
@given(st.data())
def test_a_run_in_columns_is_one_of_record_after_record(data: st.DataObject) -> None:
    names = data.draw(st.sampled_from(NAMES))
    plan = data.draw(plans(names, partitions=True, defaults=True))
    drawn = data.draw(st.lists(pages(names), min_size=1, max_size=3))
    plain = accepted(plan, names)
    if data.draw(st.booleans()):
        drawn[-1] = [*drawn[-1], *[plain] * (1000 - len(drawn[-1]))]
    first = [plain] * data.draw(st.sampled_from([100, 100, 99, 101]))
    output = data.draw(FORMATS)
    in_columns = ran(plan, [first, *drawn], output, in_columns=plan.takes_columns)
    assert in_columns == ran(plan, [first, *drawn], output, in_columns=False)


def test_a_field_that_is_left_out_has_its_default_value_in_every_page(
    client: Client, host: FakeHost
) -> None:
    function = DataFunction([[{"id": 1}] * 100] * 2)
    fields = [
        {"fieldName": "id", "dataType": "Integer"},
        {"fieldName": "size", "dataType": "String", "defaultValue": "small"},
    ]
    definition = {**DEFINITION, "fields": fields}
    function.answers["DescribeEntityRequest"] = {"isSuccess": True, "entityDefinition": definition}
    connected(client, host, function)
    destination = to_s3(s3OutputFormatConfig={"fileType": "JSON"})
    client.create_flow(**outward(tasks=mapped("id", "size"), destinationFlowConfigList=destination))
    assert run(client)["executionStatus"] == "Successful"
    files = [body for (bucket, _), body in host.objects.items() if bucket == BUCKET]
    assert b"".join(files) == b'{"id":1,"size":"small"}\n' * 200


@pytest.mark.parametrize("file_type", ["CSV", "JSON", "PARQUET"])
def test_an_ordinary_flow_has_columns_after_its_first_records(
    client: Client, host: FakeHost, monkeypatch: pytest.MonkeyPatch, file_type: str
) -> None:
    one_by_one = []
    transform = Plan.transform

    def counting(plan: Plan, record: Record) -> dict[str, Any] | None:
        one_by_one.append(record)
        return transform(plan, record)

    monkeypatch.setattr(Plan, "transform", counting)
    connected(client, host, DataFunction([orders(100), orders(300, first=101)]))
    destination = to_s3(s3OutputFormatConfig={"fileType": file_type})
    client.create_flow(**outward(destinationFlowConfigList=destination))
    done = run(client)
    assert done["executionResult"]["recordsProcessed"] == 400
    assert len(one_by_one) == 100


@pytest.mark.parametrize("name", ['the "id"', "a\\b", "a\tb"])
def test_every_name_is_read_and_written_in_every_page(name: str) -> None:
    plan = from_connector([MAP_ALL], Field(name, "Integer"))
    pages = [[json.dumps({name: 1})] * 100] * 2
    objects = ran(plan, pages, JSON, in_columns=plan.takes_columns).objects
    assert [json.loads(line) for each in objects.values() for line in each.splitlines()] == [
        {name: 1}
    ] * 200


def test_a_value_nested_as_deeply_as_python_writes_it_is_written_in_both_ways() -> None:
    fields = Field("a", "List"), Field("b", "String")
    plan = from_connector([MAP_ALL], *fields)
    output = replace(JSON, file_type="CSV")
    limit = sys.getrecursionlimit()
    for depth in range(limit - 60, limit - 10):
        pages = [['{"a":1}'] * 100, [f'{{"a":{"[" * depth}{"]" * depth}}}']]
        one_by_one = ran(plan, pages, output, in_columns=False)
        if one_by_one.error is None:
            assert ran(plan, pages, output, in_columns=True) == one_by_one
