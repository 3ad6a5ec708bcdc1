"""What the journal keeps of runs and of refused requests, and what it hides."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from appflow_local.appflow.account.executions import IN_PROGRESS, Execution
from appflow_local.appflow.account.run_traces import MOST_RECORDS, RunTrace, RunTraces
from appflow_local.appflow.host import Invocation
from harness.model.appflow import ACCOUNT, REGION, Client, Cloud, FakeHost, refusal, registration
from harness.model.fake_storage import BUCKET
from harness.model.runs import (
    DataFunction,
    connected,
    from_s3,
    inward,
    mapped,
    orders,
    outward,
    run,
    task,
    to_connector,
)

PLACE = (ACCOUNT, REGION)
NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)


def execution(number: int, **changes: Any) -> Execution:  # noqa: ANN401
    given: dict[str, Any] = {"flow": "nightly", "status": IN_PROGRESS, **changes}
    return Execution(
        id=str(number), number=number, scheduled=False, started_at=NOW, last_updated_at=NOW, **given
    )


def traced(cloud: Cloud, done: dict[str, Any]) -> RunTrace:
    found = cloud.appflow.journal.runs.find(done["executionId"])
    assert found is not None
    return found


def pairs(trace: RunTrace) -> list[tuple[Any, Any, str | None]]:
    return [
        (json.loads(each.before), each.after and json.loads(each.after), each.why)
        for each in trace.samples
    ]


def test_a_runs_first_records_are_kept_before_and_after_its_tasks(
    client: Client, host: FakeHost, cloud: Cloud
) -> None:
    connected(client, host, DataFunction([orders(60), orders(60, first=61)]))
    masked = task("Mask", "name", operator="MASK_ALL", MASK_LENGTH="8", MASK_VALUE="*")
    renamed = task("Map", "id", to="number")
    client.create_flow(**outward(tasks=[*mapped("name"), renamed, masked]))
    trace = traced(cloud, run(client))
    assert len(trace.samples) == MOST_RECORDS
    before, after, why = pairs(trace)[0]
    assert (before["id"], before["name"]) == (1, "order 1")
    assert after == {"name": "*******", "number": 1}
    assert why is None
    assert trace.origins == {"name": "name", "number": "id"}
    assert trace.execution.records_processed == 120
    assert [each.bucket for each in trace.objects] == [BUCKET, BUCKET]
    assert sum(each.size for each in trace.objects) == trace.execution.bytes_written


def test_a_record_that_a_task_leaves_out_is_kept_with_the_reason(
    client: Client, host: FakeHost, cloud: Cloud
) -> None:
    connected(client, host, DataFunction([[{"id": 1, "name": None}, {"id": 2, "name": "b"}]]))
    check = task("Validate", "name", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="DropRecord")
    client.create_flow(**outward(tasks=[*mapped("id", "name"), check]))
    trace = traced(cloud, run(client))
    (_, left_out, why), (_, kept, _) = pairs(trace)
    assert left_out is None
    assert why
    assert kept == {"id": 2, "name": "b"}
    assert trace.filtered == 1


def test_the_record_that_ends_a_run_is_kept(client: Client, host: FakeHost, cloud: Cloud) -> None:
    connected(client, host, DataFunction([[{"id": None, "name": "a"}]]))
    client.create_flow(**outward())
    ((before, after, why),) = pairs(traced(cloud, run(client)))
    assert before == {"id": None, "name": "a"}
    assert after is None
    assert why is not None
    assert why.startswith("It ends the run: ")


def test_refused_records_are_kept_with_reasons_even_without_a_bucket_for_them(
    client: Client, host: FakeHost, cloud: Cloud
) -> None:
    connector = connected(client, host, DataFunction())
    connector.answers["WriteDataRequest"] = {
        "isSuccess": True,
        "writeRecordResults": [{"isSuccess": False, "errorMessage": "no such customer"}],
    }
    host.objects[BUCKET, "in/a.json"] = b'{"id": 1, "name": "a"}\n'
    lines = from_s3(s3InputFormatConfig={"s3InputFileType": "JSON"})
    client.create_flow(**inward(sourceFlowConfig=lines, destinationFlowConfigList=to_connector()))
    trace = traced(cloud, run(client, "upload"))
    assert [(json.loads(each.record)["id"], each.reason) for each in trace.refused] == [
        (1, "no such customer")
    ]


def test_no_secret_is_in_what_is_kept(client: Client, host: FakeHost, cloud: Cloud) -> None:
    connected(client, host, DataFunction([[{"id": 1, "name": "it is s3cr3t!"}]]))
    host.secrets["x"] = '{"password": "s3cr3t!"}'
    client.create_flow(**outward())
    trace = traced(cloud, run(client))
    assert json.loads(trace.samples[0].before)["name"] == "it is (hidden)"
    assert "s3cr3t" not in str(trace)


def test_the_newest_runs_are_kept_and_a_forgotten_one_goes_on() -> None:
    kept = RunTraces(list, most_runs=2)
    for number in (1, 2, 3):
        kept.begin(PLACE, execution(number))
    assert [each.id for each in kept.newest(PLACE, 10)] == ["3", "2"]
    assert [each.id for each in kept.newest(PLACE, 10, skip=1)] == ["2"]
    assert kept.newest(("1", "elsewhere"), 10) == []
    assert kept.newest(PLACE, 10, "another") == []
    assert kept.newest_of_each_flow(PLACE)["nightly"].id == "3"
    assert kept.find("1") is None
    kept.of(PLACE, execution(1)).sample({"id": 1}, None)
    kept.change(execution(1, status="Error"))
    kept.change(execution(2, status="Error"))
    assert [each.status for each in kept.newest(PLACE, 10)] == [IN_PROGRESS, "Error"]


def test_runs_are_bounded_in_bytes_but_the_newest_is_kept() -> None:
    kept = RunTraces(list, most_bytes=1000)
    for number in (1, 2, 3):
        kept.begin(PLACE, execution(number))
        kept.of(PLACE, execution(number)).sample({"text": "x" * 900}, None)
    kept.begin(PLACE, execution(4))
    assert [each.id for each in kept.newest(PLACE, 10)] == ["4", "3"]


def test_long_records_are_cut_and_decimals_keep_their_digits() -> None:
    trace = RunTrace(PLACE, execution(1))
    trace.sample({"price": Decimal("1.10"), "text": "a"}, {"text": "x" * 100_000, "n": 1})
    assert trace.samples[0].before == '{"price": 1.10, "text": "a"}'
    after = json.loads(trace.samples[0].after or "")
    assert after["n"] == 1
    assert len(after["text"]) < 2000
    trace.refuse(json.dumps({"text": "y" * 100_000}), "too long")
    assert len(trace.refused[0].record) < 2000


def test_a_refused_request_is_kept_with_the_calls_behind_it(
    client: Client, host: FakeHost, cloud: Cloud
) -> None:
    crash = Invocation(b'{"errorMessage": "boom"}', "Unhandled", "Traceback: boom")
    arn = next(iter(host.functions))
    host.functions[arn] = lambda _request: crash
    refusal(lambda: client.register_connector(**registration("Broken")))
    (found,) = cloud.appflow.journal.refusals.newest(PLACE)
    assert (found.operation, found.subject) == ("RegisterConnector", "Broken")
    assert found.code == "ConnectorServerException"
    call = cloud.appflow.journal.find(PLACE, *found.calls)
    assert call is not None
    assert call.printed == "Traceback: boom"
    assert call.is_failure


def test_a_question_that_is_refused_without_a_call_is_not_kept(
    client: Client, cloud: Cloud
) -> None:
    asked = {"connectorType": "CustomConnector", "connectorLabel": "Nobody"}
    refusal(lambda: client.describe_connector(**asked))
    assert cloud.appflow.journal.refusals.newest(PLACE) == []
