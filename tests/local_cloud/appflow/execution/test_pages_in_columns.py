"""A run whose pages come in columns does what one does that has record after record."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from types import SimpleNamespace
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.run_traces import RunTrace
from appflow_local.appflow.execution.destinations.s3_destination import Labels, S3Destination
from appflow_local.appflow.execution.objects import Objects
from appflow_local.appflow.execution.pages import Record, Tally
from appflow_local.appflow.execution.record_texts import record_text
from appflow_local.appflow.execution.run import _transformed
from appflow_local.appflow.execution.sources.connector_source import ConnectorSource
from appflow_local.appflow.flow_definition.ends import OutputFormat, S3DestinationEnd
from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.object_keys import read_prefix_config
from appflow_local.appflow.transfer.plan import FlowTerminated, Plan, RecordRejected
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
from tests.local_cloud.appflow.transfer.drawn_plans import plans
from tests.local_cloud.appflow.transfer.json_texts import pages
from tests.local_cloud.appflow.transfer.task_shapes import MAP_ALL, from_connector

NOW = datetime(2026, 1, 31)
JSON = OutputFormat("JSON", False, 0, False, read_prefix_config({}))
NAMES = (
    *(("a", "b", "c"), ("a", "b", "c"), ("field1", "field0", "type"), ("a.b", "é", "e\u0301")),
    *(("😀", " ", "made."), ('a"b', "\\", "\n"), ("true", "b", "self")),
)
FORMATS = st.builds(
    OutputFormat,
    file_type=st.sampled_from(["CSV", "JSON", "PARQUET"]),
    preserves_types=st.booleans(),
    target_size=st.sampled_from([0, 0, 100]),
    aggregates=st.booleans(),
    prefixes=st.just(read_prefix_config({})),
)


@dataclass
class Put:
    """What a run has put, as Storage would."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def put_object(self, _bucket: str, key: str, content: BinaryIO, *_: object) -> None:
        self.objects[key] = content.read()


def ran(
    plan: Plan, pages: Sequence[Sequence[str]], output: OutputFormat, *, in_columns: bool
) -> tuple[Any, ...]:
    """Return the files, counts, records and trace of a run, and what ended it."""
    tokens = [*["more"] * (len(pages) - 1), None]
    answers = iter(
        {"isSuccess": True, "records": page, "nextToken": token}
        for page, token in zip(pages, tokens, strict=True)
    )
    source = ConnectorSource(
        lambda _: next(answers), "e", {}, plan.selected_fields, None, in_columns=in_columns
    )
    trace = RunTrace(("", ""), Execution("1", "f", 1, False, "", NOW, NOW))
    flow = cast("Flow", SimpleNamespace(name="f", schema_version=1))
    put, tally, texts, error = Put(), Tally(), [], None
    objects = Objects(cast("Any", put), None, trace)
    end = S3DestinationEnd("b", None, output)
    destination = S3Destination(objects, end, plan, Labels(flow, "1", NOW), tally)
    try:
        with closing(destination):
            for page in source.pages():
                tally.records_processed += len(page.records)
                tally.bytes_processed += page.size
                records = _transformed(plan, page.records, trace)
                tally.records_filtered += len(page.records) - len(records)
                texts += [record_text(record) for record in records]
                destination.write(records)
            destination.finish()
    except Exception as ended:  # noqa: BLE001 - whatever ends a run
        error = type(ended), str(ended)
    return error, put.objects, tally, texts, trace, destination.folders


def accepted(plan: Plan, names: Sequence[str]) -> str:
    """Return a record that doesn't end the run, if there is an easy one."""
    usual: tuple[Any, ...] = (None, 1, "2026-01-31", True, "x", {})
    for values in product(usual, repeat=len(names)):
        record = dict(zip(names, values, strict=True))
        try:
            if plan.transform(record) is not None:
                return json.dumps(record)
        except (FlowTerminated, RecordRejected):
            pass
    return json.dumps(dict.fromkeys(names))


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
    _, objects, *_ = ran(plan, pages, JSON, in_columns=plan.takes_columns)
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
        error, *rest = ran(plan, pages, output, in_columns=False)
        if error is None:
            assert ran(plan, pages, output, in_columns=True) == (None, *rest)
