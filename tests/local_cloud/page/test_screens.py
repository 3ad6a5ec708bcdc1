"""What the screens show of a model, and what their buttons do."""

from __future__ import annotations

import json
import time
from typing import Any

from appflow_local.appflow.host import Invocation
from appflow_local.page.onlooker import StackFailure
from harness.model.appflow import (
    ACCOUNT,
    FUNCTION_ARN,
    REGION,
    START,
    Client,
    Cloud,
    FakeHost,
    refusal,
    registration,
)
from harness.model.fake_storage import BUCKET
from harness.model.runs import (
    DataFunction,
    Gate,
    connected,
    finished,
    from_s3,
    inward,
    mapped,
    orders,
    outward,
    run,
    start,
    task,
    to_connector,
)
from tests.local_cloud.page.watched import Watched

CRASH = Invocation(
    b'{"errorType": "ValueError", "errorMessage": "no such shop", "stackTrace": ["  File x"]}',
    "Unhandled",
    "about to crash\n",
)


def ran(client: Client, host: FakeHost, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    connected(client, host, DataFunction([orders(2)]))
    client.create_flow(**outward(**changes))
    return run(client)


def test_an_empty_cloud_says_what_to_do(page: Watched) -> None:
    words = page.screen().words
    assert "No flow yet." in words
    assert "appflow-local check FOLDER" in words


def test_the_overview_shows_flows_connectors_runs_and_calls(
    client: Client, host: FakeHost, page: Watched
) -> None:
    ran(client, host)
    words = page.screen().words
    assert "nightly Orders S3 on demand Successful" in words
    assert "Orders SampleSalesforceConnector" in words.replace("SamplePython", "Sample")
    assert "QueryData Order" in words
    assert "What went wrong" not in words


def test_a_run_shows_its_records_before_and_after_side_by_side(
    client: Client, host: FakeHost, page: Watched
) -> None:
    masked = task("Mask", "name", operator="MASK_ALL", MASK_LENGTH="3", MASK_VALUE="*")
    done = ran(client, host, tasks=[*mapped("id", "name"), masked])
    answer = page.screen("run", id=done["executionId"])
    assert "1 1 order 1 2026-01-01T00:00:00Z 1 ******* (changed)" in answer.words
    assert f"s3://{BUCKET}/out/nightly/" in answer.words
    assert "changed (not transferred)" in answer.words
    assert "Records 2 Left out 0 Refused 0" in answer.words


def test_a_record_that_the_destination_refused_is_shown_with_the_reason(
    client: Client, host: FakeHost, page: Watched
) -> None:
    connector = connected(client, host, DataFunction())
    connector.answers["WriteDataRequest"] = {
        "isSuccess": True,
        "writeRecordResults": [{"isSuccess": False, "errorMessage": "no such customer"}],
    }
    host.objects[BUCKET, "in/a.json"] = b'{"id": 1, "name": "a"}\n'
    lines = from_s3(s3InputFormatConfig={"s3InputFileType": "JSON"})
    client.create_flow(**inward(sourceFlowConfig=lines, destinationFlowConfigList=to_connector()))
    done = run(client, "upload")
    words = page.screen("run", id=done["executionId"]).words
    assert "Records that the destination refused" in words
    assert "no such customer id 1 name a" in words


def test_a_failed_run_is_explained_down_to_the_connectors_own_words(
    client: Client, host: FakeHost, page: Watched
) -> None:
    connector = connected(client, host, DataFunction())
    client.create_flow(**outward())
    host.functions[FUNCTION_ARN] = lambda request: (
        CRASH if request["type"] == "QueryDataRequest" else connector(request)
    )
    done = run(client)
    words = page.screen("run", id=done["executionId"]).words
    chain = words[words.index("Why it failed") :]
    assert chain.index("No valid response") < chain.index("QueryData Order")
    assert "Traceback (most recent call last): File x ValueError: no such shop" in chain
    assert "about to crash" in chain
    assert "Run 1 of nightly Error while communicating" in page.screen().words


def test_a_failed_registration_is_explained_from_the_stack_to_the_function(
    client: Client, host: FakeHost, page: Watched
) -> None:
    host.functions[FUNCTION_ARN] = lambda _request: CRASH
    said = refusal(lambda: client.register_connector(**registration("Broken")))
    page.onlooker.failures.append(
        StackFailure(
            id="event-1",
            at=START,
            stack="Shop",
            resource="Connector",
            resource_type="AWS::AppFlow::Connector",
            physical_id="",
            status="CREATE_FAILED",
            reason=f"Resource handler returned message: {said}",
        )
    )
    overview = page.screen().words
    assert "Shop: Connector (AWS::AppFlow::Connector)" in overview
    assert "RegisterConnector Broken" not in overview  # the stack tells of it
    words = page.screen("failure", event="event-1").words
    order = [
        words.index(each)
        for each in ("CREATE_FAILED", "ConnectorServerException", "ValueError: no such shop")
    ]
    assert order == sorted(order)
    assert page.screen("failure", refusal=1).words.count("CREATE_FAILED") == 1


def test_a_flow_is_run_by_its_button(client: Client, host: FakeHost, page: Watched) -> None:
    ran(client, host)
    answer = page.act("start", flow="nightly")
    assert answer.status == 200
    assert "Run 2" in answer.words
    assert finished(client)["executionStatus"] == "Successful"


def test_a_running_flow_shows_its_counters_and_can_be_canceled(
    client: Client, host: FakeHost, page: Watched
) -> None:
    gate = Gate()
    connected(client, host, gate)
    client.create_flow(**outward())
    execution = start(client)
    assert gate.reached.wait(30)
    deadline = time.monotonic() + 30
    while "Records 1 " not in page.screen("run", id=execution).words:
        assert time.monotonic() < deadline
    assert "Running" in page.screen("run", id=execution).words
    assert "Canceling" in page.act("cancel", flow="nightly", run=execution).words
    gate.opened.set()
    assert finished(client)["executionStatus"] == "Canceled"


def test_canceling_a_run_that_is_not_there_says_what_appflow_says(
    client: Client, host: FakeHost, page: Watched
) -> None:
    connected(client, host, DataFunction([orders(1)]))
    client.create_flow(**outward())
    execution = start(client)
    finished(client)
    assert "Successful" in page.act("cancel", flow="nightly", run=execution).words
    refused = page.act("cancel", flow="nightly", run="none").words
    assert "AppFlow counts none among invalidExecutions: nightly has no such run" in refused
    assert "deleted" not in refused


def test_a_schedule_is_started_and_stopped_and_its_next_run_shown(
    client: Client, host: FakeHost, page: Watched
) -> None:
    connected(client, host, DataFunction())
    scheduled = {"scheduleExpression": "rate(1hours)", "dataPullMode": "Complete"}
    trigger = {"triggerType": "Scheduled", "triggerProperties": {"Scheduled": scheduled}}
    client.create_flow(**outward(triggerConfig=trigger))
    assert "Next run -" in page.screen("flow", name="nightly").words
    assert "Active" in page.act("start", flow="nightly").words
    assert "Next run 2026-01-02" in page.screen("flow", name="nightly").words
    assert "Suspended" in page.act("stop", flow="nightly").words


def test_a_call_is_sent_again_as_it_was_to_the_function_that_is_registered_now(
    client: Client, host: FakeHost, page: Watched, model: Cloud
) -> None:
    ran(client, host)
    place = ACCOUNT, REGION
    last = model.appflow.journal.lines(place, 1, label="Orders")[0]
    sent = model.appflow.journal.request_of(place, last.number)
    assert sent is not None
    changed = DataFunction([orders(5)])
    host.functions[FUNCTION_ARN] = changed
    answer = page.act("again", call=last.number)
    assert f"#{last.number} was: 2 records" in answer.words
    assert "Now: 5 records" in answer.words
    assert changed.queries == [json.loads(sent)]


def test_entities_have_fields_and_a_preview_that_is_asked_for(
    client: Client, host: FakeHost, page: Watched
) -> None:
    function = connected(client, host, DataFunction([orders(2)]))
    function.answers["ListEntitiesRequest"] = {
        "isSuccess": True,
        "entities": [{"entityIdentifier": "Order", "hasNestedEntities": False, "label": "Order"}],
    }
    answer = page.screen("entities", profile="prod", entity="Order")
    assert "id Integer" in answer.words
    assert function.queries == []
    shown = page.act("preview", profile="prod", entity="Order")
    assert "1 1 order 1 2026-01-01T00:00:00Z" in shown.words
    assert len(function.queries) == 1


def test_a_profile_shows_no_credentials_and_can_be_checked(
    client: Client, host: FakeHost, page: Watched
) -> None:
    ran(client, host)
    host.secrets["other"] = '{"password": "Order-s3cret"}'
    words = page.screen("profile", name="prod").words
    assert "arn:aws:secretsmanager:" in words
    assert "nightly" in words
    assert page.act("test", profile="prod").words.count("ValidateCredentials") > 1


def test_appflows_error_is_shown_as_it_is(client: Client, host: FakeHost, page: Watched) -> None:
    ran(client, host)
    answer = page.act("start", flow="nobody")
    assert answer.status == 404
    assert "ResourceNotFoundException Flow with name nobody does not exist." in answer.words


def test_logs_are_filtered_by_function_and_text_without_secrets(
    host: FakeHost, page: Watched
) -> None:
    host.secrets["x"] = '{"key": "hush-hush"}'
    page.log.write_text(
        "2026-01-02T03:04:05.000Z INFO [function Shop] got hush-hush\n"
        "2026-01-02T03:04:06.000Z INFO [function Other] nothing\n"
        "2026-01-02T03:04:07.000Z INFO [appflow] ListFlows by root\n"
    )
    words = page.screen("logs").words
    assert "got (hidden)" in words
    assert "hush" not in words
    assert "ListFlows" not in page.screen("logs", function="Shop").words
    assert "got" not in page.screen("logs", text="LISTFLOWS").words
    assert "isn't a time" in page.screen("logs", since="yesterday").words


def test_a_secret_is_hidden_wherever_it_comes_from(
    client: Client, host: FakeHost, page: Watched
) -> None:
    ran(client, host, description="it is t0p-s3cret")
    host.secrets["x"] = '{"key": "t0p-s3cret"}'
    answer = page.screen("flow", name="nightly")
    assert "it is (hidden)" in answer.words
    assert "t0p-s3cret" not in answer.text


def test_long_lists_are_paged(client: Client, host: FakeHost, page: Watched) -> None:
    ran(client, host)
    for _ in range(60):
        run(client)
    first, second = page.screen("runs"), page.screen("runs", page=2)
    assert first.text.count("<tr>") == 51
    assert second.text.count("<tr>") == 12
    assert "Older" in first.words
    assert "Newer" in second.words
    calls = page.screen("calls")
    assert "Older" in calls.words


def test_every_change_is_noticed(client: Client, host: FakeHost, model: Cloud) -> None:
    seen = [model.appflow.changes]
    connected(client, host, DataFunction([orders(2)]))
    seen.append(model.appflow.changes)
    client.create_flow(**outward())
    seen.append(model.appflow.changes)
    run(client)
    seen.append(model.appflow.changes)
    refusal(lambda: client.start_flow(flowName="nobody"))
    seen.append(model.appflow.changes)
    client.delete_flow(flowName="nightly")
    seen.append(model.appflow.changes)
    assert seen == sorted(set(seen))


def test_runs_of_an_earlier_start_are_listed_and_shown_without_their_records(
    client: Client, host: FakeHost, page: Watched, model: Cloud
) -> None:
    done = ran(client, host)
    model.appflow.journal.clear()
    later = run(client)
    words = page.screen("flow", name="nightly").words
    assert done["executionId"][:8] in words
    assert later["executionId"][:8] in words
    shown = page.screen("run", id=done["executionId"])
    assert shown.status == 200
    assert "Records 2" in shown.words
    assert "before this cloud started" in shown.words
