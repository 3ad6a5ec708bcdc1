"""Runs that register what they wrote with a data catalog."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from appflow_local.appflow.data_catalog import CatalogTable
from harness.model.appflow import (
    ACCOUNT,
    CALLER,
    CALLER_ARN,
    CATALOG_ROLE,
    REGION,
    START,
    Client,
    Cloud,
    FakeHost,
    refusal,
)
from harness.model.fake_catalog import DATABASE
from harness.model.profiles import flows
from harness.model.runs import (
    DEFINITION,
    FIELDS,
    DataFunction,
    connected,
    inward,
    mapped,
    orders,
    outward,
    run,
    task,
    to_s3,
)

TIMESTAMP = int(START.timestamp())
LATEST = f"lake_appflow_nightly_{TIMESTAMP}_latest"
NO_FOLDERS: dict[str, object] = {"pathPrefixHierarchy": []}


@pytest.fixture(autouse=True)
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(2)]))


def catalog(**changes: str) -> dict[str, Any]:
    """A MetadataCatalogConfig, with some members changed."""
    given = {"roleArn": CATALOG_ROLE, "databaseName": DATABASE, "tablePrefix": "lake", **changes}
    return {"glueDataCatalog": given}


def cataloged(name: str = "nightly", /, **changes: object) -> dict[str, Any]:
    return outward(name, **{"metadataCatalogConfig": catalog(), **changes})


def to(prefixes: Mapping[str, object], file_type: str = "JSON", **output: object) -> list[Any]:
    """The destination of a flow whose files and folders are of this kind."""
    config = {"fileType": file_type, "prefixConfig": prefixes, **output}
    return to_s3(s3OutputFormatConfig=config)


def columns(table: CatalogTable) -> dict[str, str]:
    return {column.name: column.type for column in table.columns}


def details(client: Client, name: str = "nightly") -> list[dict[str, Any]]:
    """What DescribeFlow and the newest record, which must agree, tell of the last run's tables."""
    shown: list[dict[str, Any]] = client.describe_flow(flowName=name).get(
        "lastRunMetadataCatalogDetails", []
    )
    (record, *_) = client.describe_flow_execution_records(flowName=name)["flowExecutions"]
    assert record.get("metadataCatalogDetails", []) == shown
    return shown


def test_a_run_makes_the_table_of_its_schema_and_that_of_the_latest_run(
    client: Client, host: FakeHost
) -> None:
    client.create_flow(**cataloged())
    assert client.describe_flow(flowName="nightly")["metadataCatalogConfig"] == catalog()
    assert host.tables == {}
    assert run(client)["executionStatus"] == "Successful"
    assert set(host.tables) == {"lake_appflow_nightly_1", LATEST}
    for table in host.tables.values():
        assert table.location == "s3://lake/out/nightly/"
        assert (table.file_type, table.partition_keys) == ("JSON", [])
        assert columns(table) == {"id": "int", "name": "string", "changed": "string"}
    assert details(client) == [
        {
            "catalogType": "GLUE",
            "tableName": name,
            "tableRegistrationOutput": {"status": "Successful", "result": "1"},
            "partitionRegistrationOutput": {"status": "Successful", "result": "0"},
        }
        for name in ("lake_appflow_nightly_1", LATEST)
    ]


def test_a_flow_without_a_catalog_makes_no_table(client: Client, host: FakeHost) -> None:
    client.create_flow(**outward())
    run(client)
    assert (host.tables, details(client)) == ({}, [])


def test_folders_below_that_of_the_schema_are_partitions_of_its_table(
    client: Client, host: FakeHost
) -> None:
    prefixes = {
        "pathPrefixHierarchy": ["SCHEMA_VERSION", "EXECUTION_ID"],
        "prefixType": "PATH",
        "prefixFormat": "DAY",
    }
    tasks = [*mapped("id", "name"), task("Partition", "name", to="name")]
    client.create_flow(**cataloged(tasks=tasks, destinationFlowConfigList=to(prefixes, "PARQUET")))
    execution = run(client)["executionId"]
    root = "s3://lake/out/nightly/schemaVersion_1/"
    folder = f"{root}2026/01/02/{execution}/"
    table = host.tables["lake_appflow_nightly_1"]
    assert table.location == root
    assert table.partition_keys == ["year", "month", "day", "execution_id", "name"]
    assert columns(table) == {"id": "string"}
    assert host.partitions["lake_appflow_nightly_1"] == {
        ("2026", "01", "02", execution, f"order {n}"): f"{folder}name=order {n}/" for n in (1, 2)
    }
    own = f"lake_appflow_nightly_1_{execution}"
    assert set(host.tables) == {"lake_appflow_nightly_1", own, LATEST}
    for name in (own, LATEST):
        assert (host.tables[name].location, host.tables[name].partition_keys) == (folder, ["name"])
        assert host.partitions[name] == {
            (f"order {n}",): f"{folder}name=order {n}/" for n in (1, 2)
        }
    results = [item["partitionRegistrationOutput"]["result"] for item in details(client)]
    assert results == ["2", "2", "2"]


def test_values_with_the_same_folder_are_one_partition(
    client: Client, connector: DataFunction, host: FakeHost
) -> None:
    names = [None, "", "null"]
    connector.pages = [
        [{**order, "name": name} for order, name in zip(orders(3), names, strict=True)]
    ]
    tasks = [*mapped("id", "name"), task("Partition", "name", to="name")]
    client.create_flow(**cataloged(tasks=tasks))
    run(client)
    assert len(host.partitions["lake_appflow_nightly_1"]) == 1
    assert {item["partitionRegistrationOutput"]["result"] for item in details(client)} == {"1"}


def test_the_next_run_updates_the_latest_table_and_adds_to_that_of_the_schema(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    host = cloud.host
    tasks = [*mapped("id", "name"), task("Partition", "id", to="id")]
    where = to({"pathPrefixHierarchy": ["EXECUTION_ID"]})
    client.create_flow(**cataloged(tasks=tasks, destinationFlowConfigList=where))
    first = run(client)["executionId"]
    connector.pages = [list(orders(1, first=7))]
    cloud.clock.advance(timedelta(hours=1))
    second = run(client)["executionId"]
    assert [name for name in host.tables if name.endswith("latest")] == [LATEST]
    assert host.tables[LATEST].location == f"s3://lake/out/nightly/{second}/"
    assert list(host.partitions[LATEST]) == [("7",)]
    of_schema = host.partitions["lake_appflow_nightly_1"]
    assert sorted(of_schema) == sorted([(first, "1"), (first, "2"), (second, "7")])


def test_another_schema_has_a_table_of_its_own(client: Client, host: FakeHost) -> None:
    client.create_flow(**cataloged())
    run(client)
    client.update_flow(**cataloged(tasks=mapped("id")))
    run(client)
    assert set(host.tables) == {"lake_appflow_nightly_1", "lake_appflow_nightly_2", LATEST}
    assert columns(host.tables["lake_appflow_nightly_1"]).keys() == {"id", "name", "changed"}
    assert columns(host.tables[LATEST]) == {"id": "int"}


def test_a_latest_table_that_somebody_dropped_is_made_again_with_its_own_time(
    client: Client, cloud: Cloud
) -> None:
    client.create_flow(**cataloged())
    run(client)
    del cloud.host.tables[LATEST]
    cloud.clock.advance(timedelta(seconds=90))
    run(client)
    assert f"lake_appflow_nightly_{TIMESTAMP + 90}_latest" in cloud.host.tables


def test_the_latest_table_is_known_after_a_restart(client: Client, cloud: Cloud) -> None:
    client.create_flow(**cataloged())
    run(client)
    before = details(client)
    again = Cloud()
    again.host = cloud.host
    again.appflow.restore(cloud.appflow.snapshot())
    described = again.appflow.call("DescribeFlow", CALLER, {"flowName": "nightly"})
    assert described["lastRunMetadataCatalogDetails"] == before
    again.appflow.close()


def test_an_update_without_a_catalog_ends_cataloging(client: Client, host: FakeHost) -> None:
    client.create_flow(**cataloged())
    run(client)
    host.tables.clear()
    client.update_flow(**outward())
    assert "metadataCatalogConfig" not in client.describe_flow(flowName="nightly")
    run(client)
    assert (host.tables, details(client)) == ({}, [])


def test_labels_and_descriptions_of_the_sources_fields_are_kept(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    fields: list[dict[str, Any]] = json.loads(json.dumps(FIELDS))
    for field in fields:
        field["label"] = f"The {field['fieldName']}"
    fields[0]["description"] = "A number"
    connector.answers["DescribeEntityRequest"] = {
        "isSuccess": True,
        "entityDefinition": {**DEFINITION, "fields": fields},
    }
    tasks = [*mapped("name"), task("Map", "id", to="Number"), *mapped("id")[:1]]
    client.create_flow(**cataloged(tasks=tasks))
    run(client)
    about = {column.name: column.parameters for column in host.tables[LATEST].columns}
    assert about == {
        "name": {"AppFlowLabel": "The name"},
        "number": {"AppFlowLabel": "The id", "AppFlowDescription": "A number"},
    }


@pytest.mark.parametrize(
    ("file_type", "preserves", "types"),
    [
        ("CSV", False, ["string", "string", "string"]),
        ("JSON", False, ["int", "string", "string"]),
        ("PARQUET", False, ["string", "string", "string"]),
        ("PARQUET", True, ["int", "string", "timestamp"]),
    ],
)
def test_types_are_those_that_the_files_have(
    client: Client, host: FakeHost, file_type: str, preserves: bool, types: list[str]
) -> None:
    where = to(NO_FOLDERS, file_type, preserveSourceDataTyping=preserves)
    client.create_flow(**cataloged(destinationFlowConfigList=where))
    run(client)
    assert host.tables[LATEST].file_type == file_type
    assert list(columns(host.tables[LATEST]).values()) == types


def test_csv_files_hold_the_fields_by_which_they_are_partitioned(
    client: Client, host: FakeHost
) -> None:
    tasks = [*mapped("id", "name"), task("Partition", "id", to="id")]
    client.create_flow(**cataloged(tasks=tasks, destinationFlowConfigList=to(NO_FOLDERS, "CSV")))
    run(client)
    assert list(columns(host.tables[LATEST])) == ["id_in_file", "name"]
    assert host.tables[LATEST].partition_keys == ["id"]


def test_a_null_is_a_partition_of_its_own(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    connector.pages = [[{"id": 1, "name": None}]]
    tasks = [*mapped("id", "name"), task("Partition", "name", to="name")]
    client.create_flow(**cataloged(tasks=tasks))
    run(client)
    assert host.partitions[LATEST] == {("null",): "s3://lake/out/nightly/name=null/"}


def test_the_flows_name_is_made_fit_for_a_table(client: Client, host: FakeHost) -> None:
    name = "Every!Order.Of@2026#1-x"
    client.create_flow(**cataloged(name, metadataCatalogConfig=catalog(tablePrefix="")))
    run(client, name)
    assert f"appflow_every_order_of_2026_1-x_{TIMESTAMP}_latest" in host.tables
    longest = "a" * 256
    client.create_flow(**cataloged(longest, destinationFlowConfigList=to({})))
    run(client, longest)
    assert max(map(len, host.tables)) <= 255


def test_tables_are_kept_in_lower_case_and_asked_for_as_the_flow_names_them(
    client: Client, host: FakeHost
) -> None:
    client.create_flow(**cataloged(metadataCatalogConfig=catalog(tablePrefix="Lake")))
    for _ in range(2):
        run(client)
    assert set(host.tables) == {"lake_appflow_nightly_1", LATEST}
    named = {resource for _, resource in host.role_questions if ":table/" in resource}
    assert {resource.rpartition("/")[2] for resource in named} == {
        "Lake_appflow_nightly_1",
        f"Lake{LATEST[4:]}",
    }


def test_the_caller_must_be_able_to_pass_the_role(client: Client, host: FakeHost) -> None:
    host.denied.add(("iam:PassRole", CATALOG_ROLE))
    assert refusal(client.create_flow, **cataloged()) == (
        "AccessDeniedException",
        f"User: {CALLER_ARN} is not authorized to perform: iam:PassRole on resource: "
        f"{CATALOG_ROLE}",
    )
    assert host.condition_keys["iam:PassRole"] == {"iam:PassedToService": "appflow.amazonaws.com"}
    assert flows(client) == []


OTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/other"
STRANGERS_ROLE = "arn:aws:iam::210987654321:role/theirs"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"databaseName": "none"}, "The Data Catalog has no database none"),
        ({"roleArn": OTHER_ROLE}, f"The role {OTHER_ROLE} does not exist"),
        ({"roleArn": STRANGERS_ROLE}, f"The role {STRANGERS_ROLE} is not of the account {ACCOUNT}"),
    ],
)
def test_a_role_or_database_that_is_not_there_is_refused(
    client: Client, changes: dict[str, str], problem: str
) -> None:
    given = cataloged(metadataCatalogConfig=catalog(**changes))
    assert refusal(client.create_flow, **given) == (
        "ValidationException",
        f"Create Flow request failed: [{problem}]",
    )
    assert flows(client) == []
    client.create_flow(**outward())
    code, text = refusal(client.update_flow, **given)
    assert (code, problem in text) == ("ValidationException", True)
    assert "metadataCatalogConfig" not in client.describe_flow(flowName="nightly")


def test_the_role_must_trust_appflow_and_be_allowed_to_write_tables(
    client: Client, host: FakeHost
) -> None:
    host.untrusting.add(CATALOG_ROLE)
    _, text = refusal(client.create_flow, **cataloged())
    assert f"The trust policy of the role {CATALOG_ROLE} must allow appflow.amazonaws.com" in text
    host.untrusting.clear()
    host.forbidden.add("glue:CreateTable")
    _, text = refusal(client.create_flow, **cataloged())
    assert f"The role {CATALOG_ROLE} does not allow glue:CreateTable" in text
    assert flows(client) == []
    glue = f"arn:aws:glue:{REGION}:{ACCOUNT}"
    assert {resource for action, resource in host.role_questions if "CreateTable" in action} == {
        f"{glue}:catalog",
        f"{glue}:database/{DATABASE}",
        f"{glue}:table/{DATABASE}/lake_appflow_nightly_1",
    }


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda host: host.databases.clear(), f"The Data Catalog has no database {DATABASE}."),
        (lambda host: host.roles.clear(), f"The role {CATALOG_ROLE} does not exist."),
        (
            lambda host: host.forbidden.add("glue:BatchCreatePartition"),
            f"The role {CATALOG_ROLE} does not allow glue:BatchCreatePartition for the tables of "
            f"the database {DATABASE}.",
        ),
    ],
)
def test_a_run_that_cannot_be_cataloged_says_so_and_touches_no_table(
    client: Client,
    host: FakeHost,
    damage: Any,  # noqa: ANN401 - a function of the host
    problem: str,
) -> None:
    client.create_flow(**cataloged())
    damage(host)
    assert run(client)["executionStatus"] == "Successful"
    assert host.objects
    assert host.tables == {}
    assert [
        (
            item["tableName"],
            item["tableRegistrationOutput"],
            item["partitionRegistrationOutput"]["status"],
        )
        for item in details(client)
    ] == [
        (name, {"status": "Error", "message": problem}, "Error")
        for name in ("lake_appflow_nightly_1", LATEST)
    ]


def test_fields_that_differ_only_in_case_cannot_be_cataloged(
    client: Client, host: FakeHost
) -> None:
    tasks = [*mapped("id", "name"), task("Map", "changed", to="NAME")]
    client.create_flow(**cataloged(tasks=tasks))
    run(client)
    output = details(client)[0]["tableRegistrationOutput"]
    assert "cannot have two columns 'name'" in output["message"]
    assert host.tables == {}


def test_a_run_that_fails_is_not_cataloged(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    client.create_flow(**cataloged())
    connector.answers["QueryDataRequest"] = {"isSuccess": False, "errorDetails": {}}
    assert run(client)["executionStatus"] == "Error"
    assert (host.tables, details(client)) == ({}, [])


def test_only_what_goes_to_s3_is_cataloged(client: Client) -> None:
    assert refusal(client.create_flow, **inward(metadataCatalogConfig=catalog())) == (
        "ValidationException",
        "Create Flow request failed: [Only data that is transferred to Amazon S3 can be cataloged]",
    )


def test_an_empty_catalog_is_none(client: Client, host: FakeHost) -> None:
    client.create_flow(**cataloged(metadataCatalogConfig={}))
    run(client)
    assert host.tables == {}
