"""Whole runs from drawn pages into files in memory, and what becomes of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from types import SimpleNamespace
from typing import Any, BinaryIO, cast

from hypothesis import strategies as st

from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.run_traces import RunTrace
from appflow_local.appflow.execution.destinations.s3_destination import Labels, S3Destination
from appflow_local.appflow.execution.objects import Objects
from appflow_local.appflow.execution.pages import DonePage, HandedPage, Tally
from appflow_local.appflow.execution.record_texts import record_text
from appflow_local.appflow.execution.run import _transformed
from appflow_local.appflow.execution.sources.connector_source import ConnectorSource, HandOver
from appflow_local.appflow.flow_definition.ends import OutputFormat, S3DestinationEnd
from appflow_local.appflow.transfer.object_keys import read_prefix_config
from appflow_local.appflow.transfer.plan import FlowTerminated, Plan, RecordRejected

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


@dataclass(frozen=True)
class Ran:
    """What became of a run: what ended it, its files, counts, records, trace and folders.

    `records` are those of the pages whose tasks the run did itself, as JSON.
    """

    error: tuple[type[Exception], str] | None
    objects: dict[str, bytes]
    tally: Tally
    records: list[str]
    trace: RunTrace
    folders: Sequence[Mapping[str, str]]


def ran(
    plan: Plan,
    pages: Sequence[Sequence[str]],
    output: OutputFormat,
    *,
    in_columns: bool,
    hand_over: Callable[[S3Destination], HandOver] | None = None,
) -> Ran:
    """Run the pages of a connector into files, and return what became of it."""
    tokens = [*["more"] * (len(pages) - 1), None]
    answers = iter(
        {"isSuccess": True, "records": page, "nextToken": token}
        for page, token in zip(pages, tokens, strict=True)
    )
    trace = RunTrace(("", ""), Execution("1", "f", 1, False, "", NOW, NOW))
    flow = cast("Flow", SimpleNamespace(name="f", schema_version=1))
    put, tally = Put(), Tally()
    texts: list[str] = []
    error: tuple[type[Exception], str] | None = None
    objects = Objects(cast("Any", put), None, trace)
    end = S3DestinationEnd("b", None, output)
    destination = S3Destination(objects, end, plan, Labels(flow, "1", NOW), tally)
    source = ConnectorSource(
        lambda _: next(answers),
        "e",
        {},
        plan.selected_fields,
        None,
        in_columns=in_columns,
        hand_over=hand_over(destination) if hand_over else None,
    )
    try:
        with closing(destination):
            for found in source.pages():
                page = found.result() if isinstance(found, HandedPage) else found
                tally.records_processed += page.count
                tally.bytes_processed += page.size
                if isinstance(page, DonePage):
                    tally.records_filtered += page.count - page.left
                    page.write()
                    continue
                records = _transformed(plan, page.records, trace)
                tally.records_filtered += len(page.records) - len(records)
                texts += [record_text(record) for record in records]
                destination.write(records)
            destination.finish()
    except Exception as ended:  # noqa: BLE001 - all that can end a run
        error = type(ended), str(ended)
    return Ran(error, put.objects, tally, texts, trace, destination.folders)


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
