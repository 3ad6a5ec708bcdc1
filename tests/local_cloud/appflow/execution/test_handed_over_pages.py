"""A run whose pages a process works on does what one does in the server alone."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appflow_local.appflow.account.runs import Runs
from appflow_local.appflow.execution import handing_over
from appflow_local.appflow.execution.destinations.s3_destination import S3Destination
from appflow_local.appflow.execution.handing_over import LARGE_PAGE
from appflow_local.appflow.execution.sources.connector_source import HandOver
from appflow_local.appflow.flow_definition.ends import OutputFormat
from appflow_local.appflow.host import Invocation
from appflow_local.appflow.page_processes.page_work import PageFile, PageWork
from appflow_local.appflow.page_processes.pool import Answer, PageProcesses
from appflow_local.appflow.transfer.fields import Field
from harness.model.appflow import Client, Cloud, FakeHost
from harness.model.runs import (
    DataFunction,
    connected,
    finished,
    orders,
    outward,
    run,
    start,
    task,
    to_s3,
)
from tests.local_cloud.appflow.execution.runs_in_memory import FORMATS, JSON, NAMES, accepted, ran
from tests.local_cloud.appflow.transfer.drawn_plans import definitions
from tests.local_cloud.appflow.transfer.json_texts import pages
from tests.local_cloud.appflow.transfer.task_shapes import Task, from_connector

PAGES = 4


class Counted(PageProcesses):
    """Processes that count the pages they have made the files of."""

    def __init__(self, most: int = 1) -> None:
        super().__init__(most)
        self.done = 0

    def finish(self, answer: Answer) -> PageFile | None:
        made = super().finish(answer)
        self.done += made is not None
        return made


@pytest.fixture(scope="module")
def ready() -> Iterator[Counted]:
    """A process that has started already."""
    processes = Counted()
    wait_until_ready(processes)
    yield processes
    processes.close()


def wait_until_ready(processes: PageProcesses) -> None:
    deadline = time.monotonic() + 30
    while processes.begin(b"", []) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def handing(
    processes: PageProcesses, tasks: list[Task], fields: Sequence[Field], output: OutputFormat
) -> Callable[[S3Destination], HandOver]:
    work = PageWork(tasks, tuple(fields), output.file_type, output.preserves_types)
    encoded = msgspec.msgpack.encode(work)
    return lambda destination: partial(handing_over._hand_over, processes, encoded, destination)


@settings(max_examples=150)
@given(st.data())
def test_a_run_that_hands_over_is_one_in_the_server_alone(
    ready: Counted, data: st.DataObject
) -> None:
    names = data.draw(st.sampled_from([each for each in NAMES if "\\" not in each]))
    tasks, fields = data.draw(definitions(names))
    plan = from_connector(tasks, *fields)
    output = replace(data.draw(FORMATS), target_size=0, aggregates=False)
    plain = accepted(plan, names)
    drawn = data.draw(st.lists(pages(names), min_size=1, max_size=3))
    first = [plain] * data.draw(st.sampled_from([100, 100, 99]))
    all_pages = [first, *([*each, *[plain] * (LARGE_PAGE - len(each))] for each in drawn)]
    alone = ran(plan, all_pages, output, in_columns=True)
    handed = ran(
        plan,
        all_pages,
        output,
        in_columns=True,
        hand_over=handing(ready, tasks, fields, output),
    )
    assert replace(handed, records=[]) == replace(alone, records=[])


def test_pages_of_every_format_are_handed_over(ready: Counted) -> None:
    fields = [Field("id", "Integer"), Field("name", "String")]
    tasks = [task("Map_all")]
    plan = from_connector(tasks, *fields)
    texts = [json.dumps({"id": n, "name": f"order {n}"}) for n in range(LARGE_PAGE)]
    for file_type in ("CSV", "JSON", "PARQUET"):
        output = replace(JSON, file_type=file_type)
        before = ready.done
        hand_over = handing(ready, tasks, fields, output)
        handed = ran(plan, [texts] * 3, output, in_columns=True, hand_over=hand_over)
        assert ready.done - before == 2
        alone = ran(plan, [texts] * 3, output, in_columns=True)
        assert replace(handed, records=[]) == replace(alone, records=[])


def large(count: int = PAGES) -> list[list[dict[str, Any]]]:
    return [orders(LARGE_PAGE, first=number * LARGE_PAGE) for number in range(count)]


@pytest.fixture
def processes(cloud: Cloud) -> Iterator[Counted]:
    """The processes of this AppFlow: one, which is ready."""
    runs = runs_of(cloud)
    runs.page_processes = counted = Counted()
    wait_until_ready(counted)
    yield counted
    counted.close()


def runs_of(cloud: Cloud) -> Runs:
    return cloud.appflow._accounts.runs


def ran_with(
    client: Client, host: FakeHost, cloud: Cloud, processes: PageProcesses
) -> tuple[dict[str, Any], dict[str, str], object]:
    """Run the flow; return its record, its files in order, and its trace."""
    runs_of(cloud).page_processes = processes
    host.objects.clear()
    done = run(client)
    trace = cloud.appflow.journal.runs.find(done["executionId"])
    assert trace is not None
    kept = [(each.before, each.after, each.why) for each in trace.samples], trace.filtered
    files = {key.rpartition("-")[2]: text for key, text in host.texts().items()}
    return {**done, "executionId": "", "startedAt": "", "lastUpdatedAt": ""}, files, kept


@pytest.mark.parametrize("end", ["well", "not JSON", "not a record", "ends the run", "dropped"])
def test_a_run_has_the_same_end_files_counts_and_trace(
    client: Client, host: FakeHost, cloud: Cloud, processes: Counted, end: str
) -> None:
    all_pages = large()
    spoilt: dict[str, Any] = {
        "well": {},
        "not JSON": {"name": float("nan")},
        "not a record": {"strange": 1},
        "ends the run": {"id": None},
        "dropped": {"name": None},
    }
    all_pages[2][-1].update(spoilt[end])
    drop = task("Validate", "name", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="DropRecord")
    connected(client, host, DataFunction(all_pages))
    plain = outward()
    client.create_flow(**{**plain, "tasks": [*plain["tasks"], drop]})
    alone = ran_with(client, host, cloud, PageProcesses(most=0))
    assert ran_with(client, host, cloud, processes) == alone
    expected = {"not JSON": "Error", "ends the run": "Error"}.get(end, "Successful")
    assert alone[0]["executionStatus"] == expected
    assert processes.done == {"well": 3, "dropped": 3, "not a record": 2}.get(end, 1)


class Killing(Counted):
    """Processes of which the first ends with its second page in its hands."""

    begun = 0

    def begin(self, work: bytes, texts: list[str]) -> Answer | None:
        self.begun += len(texts) == LARGE_PAGE
        if self.begun == 2:
            (process,) = self._ready
            os.kill(process.pid, signal.SIGSTOP)
            threading.Timer(0.2, os.kill, [process.pid, signal.SIGKILL]).start()
        return super().begin(work, texts)


def test_no_page_is_lost_with_its_process(client: Client, host: FakeHost, cloud: Cloud) -> None:
    connected(client, host, DataFunction(large()))
    client.create_flow(**outward())
    alone = ran_with(client, host, cloud, PageProcesses(most=0))
    killing = Killing()
    wait_until_ready(killing)
    assert ran_with(client, host, cloud, killing) == alone
    assert killing._failures == 1
    killing.close()


class Slow(DataFunction):
    """A connector that doesn't answer the last page before it may."""

    def __init__(self) -> None:
        super().__init__(large())
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self, request: Mapping[str, Any]) -> Invocation:
        if request.get("nextToken") == str(PAGES - 1):
            self.reached.set()
            assert self.opened.wait(30)
        return super().__call__(request)


def test_a_canceled_run_ends_after_its_page(
    client: Client, host: FakeHost, processes: Counted
) -> None:
    function = Slow()
    connected(client, host, function)
    client.create_flow(**outward())
    start(client)
    assert function.reached.wait(30)
    client.cancel_flow_executions(flowName="nightly")
    function.opened.set()
    assert finished(client)["executionStatus"] == "Canceled"
    assert processes.done >= 1
    assert len(processes._ready) == 1


def test_flows_share_a_process(client: Client, host: FakeHost, processes: Counted) -> None:
    connected(client, host, DataFunction(large()))
    names = ("first", "second", "third")
    for name in names:
        client.create_flow(**outward(name))
    for name in names:
        start(client, name)
    for name in names:
        done = finished(client, name)
        assert done["executionResult"]["recordsProcessed"] == PAGES * LARGE_PAGE
    assert processes.done == len(names) * (PAGES - 1)
    ids: dict[str, list[int]] = {name: [] for name in names}
    for key, text in host.texts().items():
        ids[key.split("/")[1]] += [json.loads(line)["id"] for line in text.splitlines()]
    assert all(found == list(range(PAGES * LARGE_PAGE)) for found in map(sorted, ids.values()))


@pytest.mark.parametrize("kind", ["small pages", "one file", "partitions", "digits", "defaults"])
def test_what_is_not_simple_stays_in_the_server(
    client: Client, host: FakeHost, processes: Counted, kind: str
) -> None:
    size = LARGE_PAGE - 1 if kind == "small pages" else LARGE_PAGE
    function = DataFunction([orders(size)] * 3)
    changes: dict[str, Any] = {}
    if kind == "one file":
        aggregation = {"aggregationConfig": {"aggregationType": "SingleFile"}}
        changes["destinationFlowConfigList"] = to_s3(s3OutputFormatConfig=aggregation)
    if kind == "partitions":
        changes["tasks"] = [*outward()["tasks"], task("Partition", "id")]
        function = DataFunction([[{**each, "id": 1} for each in orders(size)]] * 3)
    if kind in ("digits", "defaults"):
        entity: Any = function.answers["DescribeEntityRequest"]
        name = {"fieldName": "name", "dataType": "String", "defaultValue": "x"}
        if kind == "digits":
            name = {"fieldName": "name", "dataType": "BigDecimal"}
            function = DataFunction([[{**each, "name": 1} for each in orders(size)]] * 3)
        definition = entity["entityDefinition"]
        fields = [name if each["fieldName"] == "name" else each for each in definition["fields"]]
        changed = {**entity, "entityDefinition": {**definition, "fields": fields}}
        function.answers["DescribeEntityRequest"] = changed
    connected(client, host, function)
    client.create_flow(**outward(**changes))
    assert run(client)["executionStatus"] == "Successful"
    assert processes.done == 0


def test_a_flow_of_one_page_starts_no_process(client: Client, host: FakeHost, cloud: Cloud) -> None:
    runs_of(cloud).page_processes = fresh = PageProcesses(most=1)
    connected(client, host, DataFunction(large(1)))
    client.create_flow(**outward())
    assert run(client)["executionStatus"] == "Successful"
    assert (fresh._starting, fresh._ready) == (None, set())
