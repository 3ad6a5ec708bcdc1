"""Runs from a connector to S3."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyarrow.dataset import dataset

from harness.model.appflow import Client, FakeHost
from harness.model.fake_storage import BUCKET
from harness.model.profiles import MAP_ALL, SECRET_ARN
from harness.model.runs import (
    DEFINITION,
    DataFunction,
    connected,
    json_lines,
    mapped,
    orders,
    outward,
    run,
    task,
    to_s3,
)

FOLDER = "out/nightly/"


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(2), orders(1, first=3)]))


def aggregated(kind: str, **settings: object) -> list[Any]:
    prefix: dict[str, list[str]] = {"pathPrefixHierarchy": []}
    aggregation = {"aggregationType": kind, **settings}
    return to_s3(
        s3OutputFormatConfig={
            "fileType": "JSON",
            "prefixConfig": prefix,
            "aggregationConfig": aggregation,
        }
    )


@pytest.mark.usefixtures("connector")
def test_every_record_arrives_and_is_counted(client: Client, host: FakeHost) -> None:
    client.create_flow(**outward())
    done = run(client)
    files = host.texts()
    assert [record for text in files.values() for record in json_lines(text)] == orders(3)
    assert done["executionStatus"] == "Successful"
    size = sum(len(text) for text in files.values())
    assert done["executionResult"]["recordsProcessed"] == 3
    assert done["executionResult"]["bytesWritten"] == size
    assert "errorInfo" not in done["executionResult"]


def test_the_connector_is_asked_for_what_the_flow_needs(
    client: Client, connector: DataFunction
) -> None:
    filtering = task("Filter", "name", operator="CONTAINS", DATA_TYPE="string", VALUE="order")
    client.create_flow(**outward(tasks=[*mapped("id", "name"), filtering]))
    done = run(client)
    first, second = connector.queries
    assert first == {
        "type": "QueryDataRequest",
        "entityIdentifier": "Order",
        "connectorContext": {
            "connectorRuntimeSettings": {"instanceUrl": "https://orders.example", "view": "all"},
            "credentials": {"secretArn": SECRET_ARN, "authenticationType": "BasicAuth"},
            "apiVersion": "v51.0",
            "entityDefinition": first["connectorContext"]["entityDefinition"],
            "flowName": "nightly",
            "executionId": done["executionId"],
            "connectorProfileLabel": "prod",
        },
        "selectedFieldNames": ["id", "name"],
        "filterExpression": "name contains 'order'",
        "nextToken": None,
        "maxResults": 1000,
    }
    assert first["connectorContext"]["entityDefinition"]["entity"] == DEFINITION["entity"]
    assert second == {**first, "nextToken": "1"}


def test_data_requests_get_30_seconds(client: Client, host: FakeHost) -> None:
    connected(client, host, DataFunction([orders(1)]))
    client.create_flow(**outward())
    run(client)
    limits = {request["type"]: timeout for _arn, request, timeout in host.invocations}
    assert limits["QueryDataRequest"] == 30.0
    assert limits["DescribeEntityRequest"] == 10.0


@pytest.mark.usefixtures("connector")
def test_without_aggregation_there_is_a_file_for_each_page(client: Client, host: FakeHost) -> None:
    client.create_flow(**outward(destinationFlowConfigList=aggregated("None")))
    run(client)
    assert sorted(len(json_lines(text)) for text in host.texts().values()) == [1, 2]


@pytest.mark.usefixtures("connector")
def test_a_single_file_holds_all_pages(client: Client, host: FakeHost) -> None:
    client.create_flow(**outward(destinationFlowConfigList=aggregated("SingleFile")))
    run(client)
    (text,) = host.texts().values()
    assert json_lines(text) == orders(3)


def test_a_target_size_splits_a_file(client: Client, host: FakeHost) -> None:
    long = [{**order, "name": "x" * 600_000} for order in orders(3)]
    connected(client, host, DataFunction([long]))
    destination = aggregated("SingleFile", targetFileSize=1)
    client.create_flow(**outward(destinationFlowConfigList=destination))
    run(client)
    assert [len(json_lines(text)) for text in host.texts().values()] == [2, 1]


def test_each_partition_gets_its_folder(client: Client, host: FakeHost) -> None:
    records = [{**order, "name": name} for order, name in zip(orders(3), "aba", strict=True)]
    connected(client, host, DataFunction([records]))
    tasks = [*mapped("id", "name"), task("Partition", "name", to="name")]
    client.create_flow(**outward(tasks=tasks, destinationFlowConfigList=aggregated("SingleFile")))
    run(client)
    found = {key.rpartition("/")[0]: len(json_lines(text)) for key, text in host.texts().items()}
    assert found == {"out/nightly/name=a": 2, "out/nightly/name=b": 1}


def test_values_with_the_same_folder_share_a_partition_and_every_value_has_a_folder(
    client: Client, host: FakeHost
) -> None:
    names = [None, "", "null", "\ud800", "?", "ü"]
    records = [{**order, "name": name} for order, name in zip(orders(6), names, strict=True)]
    connected(client, host, DataFunction([records]))
    tasks = [*mapped("id", "name"), task("Partition", "name", to="name")]
    client.create_flow(**outward(tasks=tasks, destinationFlowConfigList=aggregated("SingleFile")))
    assert run(client)["executionStatus"] == "Successful"
    found = {key.rpartition("=")[2].partition("/")[0]: text for key, text in host.texts().items()}
    counts = {folder: len(json_lines(text)) for folder, text in found.items()}
    assert counts == {"null": 3, "?": 2, "ü": 1}


def test_more_partitions_than_files_can_be_open_lose_nothing(
    client: Client, host: FakeHost
) -> None:
    records = orders(600)
    connected(client, host, DataFunction([records, records]))
    tasks = [*mapped("id"), task("Partition", "id", to="id")]
    client.create_flow(**outward(tasks=tasks, destinationFlowConfigList=aggregated("SingleFile")))
    run(client)
    assert len({key.rpartition("/")[0] for key in host.texts()}) == 600
    assert sum(len(json_lines(text)) for text in host.texts().values()) == 1200


@pytest.mark.usefixtures("connector")
def test_csv_has_a_header(client: Client, host: FakeHost) -> None:
    config = {"fileType": "CSV", "aggregationConfig": {"aggregationType": "SingleFile"}}
    destination = to_s3(s3OutputFormatConfig=config)
    client.create_flow(**outward(tasks=mapped("id"), destinationFlowConfigList=destination))
    run(client)
    (text,) = host.texts().values()
    assert text.split() == ["id", "1", "2", "3"]
    assert set(host.media_types.values()) == {"text/csv"}


@pytest.mark.parametrize(("preserve", "ids"), [(False, ["1", "2", "3"]), (True, [1, 2, 3])])
@pytest.mark.usefixtures("connector")
def test_parquet_holds_text_unless_types_are_preserved(
    client: Client, host: FakeHost, preserve: bool, ids: list[object]
) -> None:
    config = {
        "fileType": "PARQUET",
        "aggregationConfig": {"aggregationType": "SingleFile"},
        "preserveSourceDataTyping": preserve,
    }
    destination = to_s3(s3OutputFormatConfig=config)
    client.create_flow(**outward(tasks=mapped("id"), destinationFlowConfigList=destination))
    run(client)
    (body,) = host.objects.values()
    assert pq.read_table(io.BytesIO(body)).column("id").to_pylist() == ids


@pytest.mark.parametrize("names", [["a", "b/ö=%", None, "12"], ["1", "2", "3", "4"]], ids=str)
@pytest.mark.parametrize("preserve", [False, True])
def test_hives_readers_open_partitioned_parquet_files(
    client: Client, host: FakeHost, tmp_path: Path, preserve: bool, names: list[str | None]
) -> None:
    records = [{**order, "name": name} for order, name in zip(orders(4), names, strict=True)]
    connected(client, host, DataFunction([records]))
    tasks = [*mapped("id", "name"), task("Partition", "name", to="name")]
    config = {"fileType": "PARQUET", "preserveSourceDataTyping": preserve}
    client.create_flow(
        **outward(tasks=tasks, destinationFlowConfigList=to_s3(s3OutputFormatConfig=config))
    )
    assert run(client)["executionStatus"] == "Successful"
    for (_bucket, key), body in host.objects.items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(body)
    # pandas.read_parquet reads a folder by the first of these.
    for table in (pq.read_table(tmp_path), dataset(tmp_path, partitioning="hive").to_table()):
        rows = {str(row["id"]): row["name"] for row in table.to_pylist()}
        found = [rows[str(number)] for number in range(1, 5)]
        assert [str(each) for each in found] == [each or "null" for each in names]


def test_a_parquet_file_that_is_partitioned_by_all_its_fields_keeps_them(
    client: Client, host: FakeHost
) -> None:
    connected(client, host, DataFunction([orders(1)]))
    config = {"fileType": "PARQUET"}
    client.create_flow(
        **outward(
            tasks=[*mapped("id"), task("Partition", "id", to="id")],
            destinationFlowConfigList=to_s3(s3OutputFormatConfig=config),
        )
    )
    run(client)
    (body,) = host.objects.values()
    assert pq.read_table(io.BytesIO(body)).to_pylist() == [{"id": "1"}]


@pytest.mark.usefixtures("connector")
def test_the_run_is_in_the_path_unless_the_flow_says_otherwise(
    client: Client, host: FakeHost
) -> None:
    client.create_flow(**outward(destinationFlowConfigList=to_s3(s3OutputFormatConfig={})))
    done = run(client)
    assert all(key.startswith(f"{FOLDER}{done['executionId']}/") for key in host.texts())


@pytest.mark.usefixtures("connector")
def test_the_schema_version_in_the_path_counts_changes_of_mappings(
    client: Client, host: FakeHost
) -> None:
    config = {"prefixConfig": {"pathPrefixHierarchy": ["SCHEMA_VERSION"]}}
    destination = to_s3(s3OutputFormatConfig=config)
    parameters = outward(destinationFlowConfigList=destination)
    client.create_flow(**parameters)
    client.update_flow(**parameters)  # the same mappings
    run(client)
    client.update_flow(**{**parameters, "tasks": [MAP_ALL]})
    run(client)
    folders = {key.rpartition("/")[0] for key in host.texts()}
    assert folders == {"out/nightly/schemaVersion_1", "out/nightly/schemaVersion_2"}
    assert client.describe_flow(flowName="nightly")["schemaVersion"] == 2


def test_a_run_without_records_writes_no_file(client: Client, host: FakeHost) -> None:
    connected(client, host, DataFunction([[]]))
    client.create_flow(**outward())
    assert run(client)["executionStatus"] == "Successful"
    assert host.texts() == {}


def test_an_empty_page_is_not_the_last(client: Client, host: FakeHost) -> None:
    connected(client, host, DataFunction([[], orders(1)]))
    client.create_flow(**outward())
    assert run(client)["executionResult"]["recordsProcessed"] == 1


def test_a_dropped_record_is_processed_but_not_written(client: Client, host: FakeHost) -> None:
    connected(client, host, DataFunction([[*orders(1), {"id": 2, "name": None}]]))
    check = task("Validate", "name", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="DropRecord")
    client.create_flow(**outward(tasks=[*mapped("id", "name"), check]))
    done = run(client)
    (text,) = host.texts().values()
    assert [record["id"] for record in json_lines(text)] == [1]
    assert done["executionResult"]["recordsProcessed"] == 2


def test_the_bucket_is_asked_for_as_the_flow(client: Client, host: FakeHost) -> None:
    connected(client, host, DataFunction([orders(1)]))
    client.create_flow(**outward())
    host.bucket_questions.clear()
    run(client)
    arn = "arn:aws:appflow:eu-west-1:123456789012:flow/nightly"
    assert ("s3:PutObject", f"arn:aws:s3:::{BUCKET}/out/nightly", "123456789012", arn) in (
        host.bucket_questions
    )
