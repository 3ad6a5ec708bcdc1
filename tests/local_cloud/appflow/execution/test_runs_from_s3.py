"""Runs from S3 to a connector."""

from __future__ import annotations

import json

import pytest

from harness.model.appflow import Client, FakeHost
from harness.model.fake_storage import BUCKET
from harness.model.runs import (
    DataFunction,
    connected,
    csv_text,
    from_s3,
    inward,
    json_lines,
    mapped,
    message,
    orders,
    run,
    task,
    to_connector,
)

ROWS = [{"id": "1", "name": "ann"}, {"id": "2", "name": 'bob, "the" other'}]
ERRORS = {"bucketName": BUCKET, "bucketPrefix": "errors"}


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction())


def put(host: FakeHost, key: str, body: bytes) -> None:
    host.objects[BUCKET, key] = body


def results(*failures: str | None) -> dict[str, object]:
    each = [{"isSuccess": not reason, "errorMessage": reason} for reason in failures]
    details = {"errorCode": "PartialWriteFailure", "errorMessage": "some were refused"}
    return {"isSuccess": False, "errorDetails": details, "writeRecordResults": each}


def test_rows_are_written_as_records_of_text(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    body = csv_text(ROWS)
    put(host, "in/a.csv", body)
    client.create_flow(**inward())
    done = run(client, "upload")
    assert connector.written == ROWS
    assert done["executionStatus"] == "Successful"
    assert done["executionResult"] == {
        "recordsProcessed": 2,
        "bytesProcessed": len(body),
        "bytesWritten": sum(len(text) for text in connector.writes[0]["records"]),
    }


def test_the_connector_is_told_what_to_do_with_the_records(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    put(host, "in/a.csv", csv_text(ROWS))
    destination = to_connector(
        writeOperationType="UPSERT",
        idFieldNames=["id"],
        customProperties={"view": "all"},
        errorHandlingConfig={"failOnFirstDestinationError": True},
    )
    client.create_flow(**inward(destinationFlowConfigList=destination))
    done = run(client, "upload")
    (request,) = connector.writes
    assert (request["operation"], request["idFieldNames"]) == ("UPSERT", ["id"])
    assert (request["entityIdentifier"], request["allOrNone"]) == ("Order", True)
    context = request["connectorContext"]
    assert context["connectorRuntimeSettings"]["view"] == "all"
    assert context["entityDefinition"]["entity"]["entityIdentifier"] == "Order"
    assert context["executionId"] == done["executionId"]


@pytest.mark.parametrize("prefix", ["in", "in/"])
def test_a_prefix_covers_the_folders_below_it(
    client: Client, host: FakeHost, connector: DataFunction, prefix: str
) -> None:
    for number, key in enumerate(("in/", "in/a.csv", "in/b/c.csv", "into/d.csv", "other.csv")):
        put(host, key, b"" if key == "in/" else f"id,name\n{number},x\n".encode())
    client.create_flow(**inward(sourceFlowConfig=from_s3(bucketPrefix=prefix)))
    run(client, "upload")
    assert [record["id"] for record in connector.written] == ["1", "2"]


def test_a_prefix_may_be_the_key_of_one_object(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    put(host, "in/upload", csv_text(ROWS))
    put(host, "in/upload2", csv_text(ROWS))
    client.create_flow(**inward(sourceFlowConfig=from_s3(bucketPrefix="in/upload")))
    assert run(client, "upload")["executionResult"]["recordsProcessed"] == 2
    assert len(connector.written) == 2


def test_files_may_be_json_lines(client: Client, host: FakeHost, connector: DataFunction) -> None:
    put(host, "in/a.json", b'{"id": 1, "name": "ann"}\n{"id": 2, "name": null}\n')
    source = from_s3(s3InputFormatConfig={"s3InputFileType": "JSON"})
    client.create_flow(**inward(sourceFlowConfig=source))
    run(client, "upload")
    assert connector.written == [{"id": 1, "name": "ann"}, {"id": 2, "name": None}]


def test_filters_on_files_are_applied_by_appflow(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    put(host, "in/a.csv", csv_text(ROWS))
    wanted = task(
        "Filter", "name", connector="S3", operator="EQUAL_TO", DATA_TYPE="string", VALUE="ann"
    )
    client.create_flow(**inward(tasks=[*mapped("id", connector="S3"), wanted]))
    assert run(client, "upload")["executionResult"]["recordsProcessed"] == 2
    assert connector.written == [{"id": "1"}]


def test_many_records_are_sent_in_batches(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    put(host, "in/a.csv", csv_text([{"id": order["id"], "name": "x"} for order in orders(2500)]))
    client.create_flow(**inward())
    assert run(client, "upload")["executionResult"]["recordsProcessed"] == 2500
    assert [len(request["records"]) for request in connector.writes] == [1000, 1000, 500]
    assert [int(record["id"]) for record in connector.written] == list(range(1, 2501))


def test_a_batch_stays_below_lambdas_limit(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    put(host, "in/a.csv", csv_text([{"id": n, "name": "x" * 2_000_000} for n in range(5)]))
    client.create_flow(**inward())
    run(client, "upload")
    assert [len(request["records"]) for request in connector.writes] == [2, 2, 1]


def test_refused_records_are_counted_and_kept_and_the_run_goes_on(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    connector.answers["WriteDataRequest"] = results(None, "too old")
    put(host, "in/a.csv", csv_text(ROWS))
    put(host, "in/b.csv", csv_text(ROWS))
    destination = to_connector(errorHandlingConfig=ERRORS)
    client.create_flow(**inward(destinationFlowConfigList=destination))
    done = run(client, "upload")
    assert done["executionStatus"] == "Successful"
    assert done["executionResult"]["errorInfo"] == {"putFailuresCount": 2}
    assert len(connector.writes) == 2
    refused = json_lines(host.texts()[f"errors/upload/{done['executionId']}"])
    assert refused == [{"errorMessage": "too old", "record": ROWS[1]}] * 2


def test_the_first_refused_record_ends_the_run_if_the_flow_says_so(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    connector.answers["WriteDataRequest"] = results("too old", None)
    put(host, "in/a.csv", csv_text(ROWS))
    put(host, "in/b.csv", csv_text(ROWS))
    errors = {**ERRORS, "failOnFirstDestinationError": True}
    destination = to_connector(errorHandlingConfig=errors)
    client.create_flow(**inward(destinationFlowConfigList=destination))
    done = run(client, "upload")
    assert message(done) == "The connector refused a record: too old"
    assert done["executionResult"]["errorInfo"]["putFailuresCount"] == 1
    assert len(connector.writes) == 1
    assert f"errors/upload/{done['executionId']}" in host.texts()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (results(None), "The connector's response to WriteData has 1 results for 2 records."),
        ({**results(), "writeRecordResults": "none"}, "writeRecordResults that are not a list"),
        ({"isSuccess": False, "errorDetails": {"errorMessage": "full"}}, "failure full"),
        ({"isSuccess": True, "writeRecordResults": [1, 2]}, "not a list of objects"),
    ],
)
def test_an_answer_that_makes_no_sense_ends_the_run(
    client: Client, host: FakeHost, connector: DataFunction, answer: object, reason: str
) -> None:
    connector.answers["WriteDataRequest"] = answer
    put(host, "in/a.csv", csv_text(ROWS))
    client.create_flow(**inward())
    text = message(run(client, "upload"))
    assert text.startswith("Error while communicating to connector: ")
    assert reason in text


@pytest.mark.usefixtures("connector")
def test_a_broken_file_is_named(client: Client, host: FakeHost) -> None:
    put(host, "in/a.csv", b"id,name\n1,ann,more\n")
    client.create_flow(**inward())
    assert message(run(client, "upload")).startswith("The file in/a.csv cannot be read: ")


@pytest.mark.usefixtures("connector")
def test_a_file_is_not_larger_than_125_megabytes(
    client: Client, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appflow_local.appflow.execution.sources.s3_source._LARGEST_FILE", 10)
    put(host, "in/a.csv", csv_text(ROWS))
    client.create_flow(**inward())
    assert message(run(client, "upload")) == "The file in/a.csv is larger than 125 MB."


def test_a_folder_without_files_moves_nothing(client: Client, connector: DataFunction) -> None:
    client.create_flow(**inward())
    assert run(client, "upload")["executionResult"]["recordsProcessed"] == 0
    assert connector.writes == []


def test_numbers_keep_their_digits(client: Client, host: FakeHost, connector: DataFunction) -> None:
    put(host, "in/a.json", b'{"id": 12345678901234567890, "name": 0.1}\n')
    source = from_s3(s3InputFormatConfig={"s3InputFileType": "JSON"})
    client.create_flow(**inward(sourceFlowConfig=source))
    run(client, "upload")
    (text,) = connector.writes[0]["records"]
    assert json.loads(text) == {"id": 12345678901234567890, "name": 0.1}
