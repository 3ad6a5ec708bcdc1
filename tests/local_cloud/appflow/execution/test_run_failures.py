"""What ends a run, and what its record says."""

from __future__ import annotations

import errno
import gc
import os
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from appflow_local.appflow.host import Invocation, InvocationTimedOut
from appflow_local.appflow.storage import ObjectRefused
from harness.model.appflow import (
    COMMUNICATION_ERROR,
    FUNCTION_ARN,
    NO_VALID_RESPONSE,
    Client,
    FakeHost,
    Function,
)
from harness.model.fake_storage import BUCKET
from harness.model.runs import (
    DEFINITION,
    FIELDS,
    DataFunction,
    connected,
    failing,
    mapped,
    message,
    orders,
    outward,
    run,
    task,
    to_s3,
)

Break = Callable[[FakeHost, Client], object]

QUERY = "QueryDataRequest"
FAILED = 'Failed to validate Connection while attempting "QueryData with CustomConnector" '


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(1)]))


def page(*records: object, **more: object) -> dict[str, object]:
    return {"isSuccess": True, "records": list(records), **more}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            failing(errorCode="ServerError", errorMessage="gone"),
            FAILED + "with connector failure gone",
        ),
        (failing(), "Got error from connector. No valid response"),
        (page('{"id": 1}', nextToken=5), "a nextToken that is not a string"),
        (page({"id": 1}), "a record that is not the text of a JSON object"),
        (page("[1]"), "a record that is not the text of a JSON object"),
        (page("{'id': 1}"), "a record that is not the text of a JSON object"),
        (page('{"id": NaN}'), "a record that is not the text of a JSON object"),
        (page('{"id": 1e400}'), "a record that is not the text of a JSON object"),
        (page('{"id": 1}, {"id": 2}'), "a record that is not the text of a JSON object"),
        (page("[" * 100_000), "a record that is not the text of a JSON object"),
        ({"isSuccess": True, "records": "all"}, "records that are not a list"),
    ],
)
def test_a_connector_that_fails_or_answers_nonsense_is_quoted(
    client: Client, connector: DataFunction, answer: object, reason: str
) -> None:
    connector.answers[QUERY] = answer
    client.create_flow(**outward())
    text = message(run(client))
    assert text.startswith(COMMUNICATION_ERROR)
    assert reason in text
    assert client.list_flows()["flows"]  # and others are served


def _crash(_request: object) -> Invocation:
    return Invocation(b'{"errorMessage": "division by zero"}', "Unhandled")


def _late(_request: object) -> Invocation:
    raise InvocationTimedOut(FUNCTION_ARN)


def _large(_request: object) -> Invocation:
    return Invocation(b'"' + b"x" * 7 * 1024 * 1024 + b'"')


def _silent(_request: object) -> Invocation:
    return Invocation(b"")


@pytest.mark.parametrize(
    ("behaviour", "text"),
    [
        (_crash, NO_VALID_RESPONSE),
        (_silent, NO_VALID_RESPONSE),
        (_late, COMMUNICATION_ERROR + "The connector did not respond within 30 seconds."),
        (_large, COMMUNICATION_ERROR + "The connector's response is larger than 6 MB."),
    ],
)
@pytest.mark.usefixtures("connector")
def test_a_function_that_breaks_ends_the_run(
    client: Client,
    host: FakeHost,
    connector: DataFunction,
    behaviour: Function,
    text: str,
) -> None:
    def broken(request: Mapping[str, Any]) -> Invocation:
        return behaviour(request) if request["type"] == QUERY else connector(request)

    host.functions[FUNCTION_ARN] = broken
    client.create_flow(**outward())
    done = run(client)
    assert message(done) == text
    assert done["executionResult"]["errorInfo"]["putFailuresCount"] == 0


def test_a_run_that_fails_keeps_what_it_wrote_and_its_counts(
    client: Client, host: FakeHost
) -> None:
    class Dying(DataFunction):
        def __call__(self, request: Mapping[str, Any]) -> Invocation:
            return _crash(request) if request.get("nextToken") == "1" else super().__call__(request)

    connected(client, host, Dying([orders(2), orders(2)]))
    client.create_flow(**outward())
    done = run(client)
    assert message(done) == NO_VALID_RESPONSE
    assert done["executionResult"]["recordsProcessed"] == 2
    assert len(host.texts()) == 1


def test_the_last_failure_is_shown_with_the_flow(client: Client, connector: DataFunction) -> None:
    connector.answers[QUERY] = failing(errorMessage="gone")
    client.create_flow(**outward())
    done = run(client)
    shown = client.describe_flow(flowName="nightly")["lastRunExecutionDetails"]
    assert shown == {
        "mostRecentExecutionMessage": message(done),
        "mostRecentExecutionStatus": "Error",
        "mostRecentExecutionTime": done["startedAt"],
    }
    assert client.list_flows()["flows"][0]["lastRunExecutionDetails"] == shown


@pytest.mark.parametrize(
    ("break_it", "text"),
    [
        (lambda host, _: host.closed.add((BUCKET, "s3:PutObject")), "s3:PutObject"),
        (lambda host, _: host.bucket_regions.clear(), "The bucket lake does not exist"),
        (lambda host, _: host.closed_to_appflow.add(FUNCTION_ARN), "resource-based policy"),
        (lambda host, _: host.functions.clear(), "Function not found"),
        (
            lambda _, client: client.delete_connector_profile(
                connectorProfileName="prod", forceDelete=True
            ),
            "Connector Profile with name prod does not exist.",
        ),
    ],
)
@pytest.mark.usefixtures("connector")
def test_a_run_fails_if_a_thing_it_needs_was_removed_after_the_flow_was_created(
    client: Client,
    host: FakeHost,
    break_it: Break,
    text: str,
) -> None:
    client.create_flow(**outward())
    break_it(host, client)
    assert text in message(run(client))


@pytest.mark.usefixtures("connector")
def test_an_object_that_the_bucket_refuses_ends_the_run(
    client: Client, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_arguments: object) -> None:
        raise ObjectRefused("out/x: no space")

    monkeypatch.setattr(host, "put_object", no_space)
    client.create_flow(**outward())
    assert message(run(client)) == "out/x: no space"


@pytest.mark.usefixtures("connector")
def test_tasks_that_the_entity_has_no_fields_for_any_more_end_the_run(
    client: Client, connector: DataFunction
) -> None:
    client.create_flow(**outward(tasks=mapped("name")))
    connector.answers["DescribeEntityRequest"]["entityDefinition"] = {
        **DEFINITION,
        "fields": FIELDS[:1],
    }
    client.reset_connector_metadata_cache(
        connectorProfileName="prod", connectorEntityName="Order", apiVersion="v51.0"
    )
    assert "'name'" in message(run(client))


def test_null_in_a_field_that_is_not_nullable_ends_the_run(
    client: Client, connector: DataFunction
) -> None:
    connector.pages = [[{"id": None, "name": "x"}]]
    client.create_flow(**outward())
    assert "id" in message(run(client))


def test_a_validation_may_end_the_run(client: Client, connector: DataFunction) -> None:
    connector.pages = [[{"id": 1, "name": None}]]
    check = task(
        "Validate", "name", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="TerminateFlow"
    )
    client.create_flow(**outward(tasks=[*mapped("id"), check]))
    assert "name" in message(run(client))


@pytest.mark.usefixtures("connector")
def test_a_defect_of_the_emulator_is_told_and_logged(
    client: Client,
    host: FakeHost,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def defect(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(host, "put_object", defect)
    client.create_flow(**outward())
    assert message(run(client)) == "The emulator failed; its log says why."
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.usefixtures("connector")
def test_a_disk_without_room_is_told(
    client: Client, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(host, "put_object", full)
    client.create_flow(**outward())
    assert message(run(client)) == (
        "The emulator has no room for the run's files (No space left on device)."
    )


@pytest.mark.parametrize("depth", [800, 900, 940, 960, 970, 980, 984, 988, 992, 996, 1000, 1100])
def test_a_record_that_is_nested_too_deeply_is_told(
    client: Client, host: FakeHost, depth: int
) -> None:
    record = f'{{"id": 1, "name": {"[" * depth}{"]" * depth}}}'
    function = connected(client, host, DataFunction([orders(1)]))
    function.answers[QUERY] = page(record)
    client.create_flow(
        **outward(destinationFlowConfigList=to_s3(s3OutputFormatConfig={"fileType": "CSV"}))
    )
    ended = run(client)
    if ended["executionStatus"] != "Successful":
        assert re.search("nested|not the text of a JSON object", message(ended))


def test_a_file_that_parquet_refuses_to_begin_leaves_nothing_open(
    client: Client, host: FakeHost
) -> None:
    name = "half of a pair: \ud800"
    fields = [{"fieldName": name, "dataType": "String"}]
    function = DataFunction([[{name: "x"}]])
    function.answers["DescribeEntityRequest"] = {
        "isSuccess": True,
        "entityDefinition": {**DEFINITION, "fields": fields},
    }
    connected(client, host, function)
    one_file = {"aggregationType": "SingleFile"}
    as_parquet = to_s3(s3OutputFormatConfig={"fileType": "PARQUET", "aggregationConfig": one_file})
    client.create_flow(**outward(tasks=[task("Map_all")], destinationFlowConfigList=as_parquet))
    assert "half of a surrogate pair" in message(run(client))
    gc.collect()  # an open file would be a ResourceWarning, which ends the test
