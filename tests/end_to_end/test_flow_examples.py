"""The examples of flows, and an app of a kind that they don't show, deployed and run.

The server is a real Datasette server. One is deployed by the CDK CLI, as the README says; for the
others that is the same.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.cloud.assembly import Assembly
from harness.cloud.local_cloud import REPOSITORY, Cloud
from harness.synth.synthesis import Synthesizer
from tests.examples.datasette_connector.loopback import KEY, datasette_server

SECRET = "flow-examples-token"
ORDERS = [
    {"id": 1, "quantity": 2, "status": "paid", "ordered_at": "2026-11-01T08:00:00Z"},
    {"id": 2, "quantity": 5, "status": "open", "ordered_at": "2026-11-02T09:30:00Z"},
    {"id": 3, "quantity": 1, "status": "paid", "ordered_at": "2026-11-03T10:45:00Z"},
]
_SCHEMA = """CREATE TABLE orders
  (id INTEGER PRIMARY KEY, quantity INTEGER, status TEXT, ordered_at TIMESTAMP)"""
_LONGEST_RUN_SECONDS = 60
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Server:
    """A Datasette server that may be read and written, and its database behind its back."""

    url: str
    file: Path

    def orders(self) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as shop:
            return shop.execute("SELECT id, quantity, status FROM orders ORDER BY id").fetchall()

    def reset(self) -> None:
        """Put the orders back that the flows read."""
        insert = "INSERT INTO orders VALUES (:id, :quantity, :status, :ordered_at)"
        with closing(sqlite3.connect(self.file)) as shop, shop:
            shop.execute("DELETE FROM orders")
            shop.executemany(insert, ORDERS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("shop")
    file = folder / "shop.db"
    with closing(sqlite3.connect(file)) as shop:
        shop.execute(_SCHEMA)
    plugins = {
        "datasette-auth-tokens": {"tokens": [{"token": KEY, "actor": {"id": "appflow"}}]},
        "datasette-insert": {"allow": {"id": "appflow"}},
    }
    metadata = json.dumps({"allow": {"id": "appflow"}, "plugins": plugins})
    with datasette_server(folder, metadata_json=metadata) as url:
        server = Server(url, file)
        server.reset()
        yield server


@pytest.fixture(scope="module", autouse=True)
def _secret(cloud: Cloud) -> None:
    cloud.client("secretsmanager").create_secret(Name=SECRET, SecretString=KEY)


class Deployed:
    """Stacks of an example on the local cloud, the last one that of the flow."""

    def __init__(self, cloud: Cloud, *stacks: str) -> None:
        self.cloud = cloud
        self.stacks = stacks
        cloudformation = cloud.client("cloudformation")
        (described,) = cloudformation.describe_stacks(StackName=stacks[-1])["Stacks"]
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])}

    def run(self) -> dict[str, Any]:
        """Start the flow and wait for the end of its run, which must succeed."""
        flow = self.outputs["FlowName"]
        execution = self.cloud.client("appflow").start_flow(flowName=flow)["executionId"]
        record = self.first_run()
        assert record["executionId"] == execution
        return dict(record["executionResult"])

    def first_run(self) -> dict[str, Any]:
        """Wait for the end of the flow's first run, which must succeed, and give its record."""
        appflow, flow = self.cloud.client("appflow"), self.outputs["FlowName"]
        deadline = time.monotonic() + _LONGEST_RUN_SECONDS
        while time.monotonic() < deadline:
            records = appflow.describe_flow_execution_records(flowName=flow)["flowExecutions"]
            if records and records[0]["executionStatus"] != "InProgress":
                (record,) = records
                assert record["executionStatus"] == "Successful", record
                return dict(record)
            time.sleep(_POLL_SECONDS)
        raise AssertionError(f"the first run of {flow} does not end: {records}")

    def rows(self) -> list[dict[str, Any]]:
        """What the flow wrote to its bucket, JSON line by JSON line."""
        s3, bucket = self.cloud.client("s3"), self.outputs["BucketName"]
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]]
        files = [s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys]
        return [json.loads(line) for file in files for line in file.splitlines()]

    def delete(self) -> None:
        """Delete the stacks, each before those that it depends on."""
        for stack in reversed(self.stacks):
            self.cloud.client("cloudformation").delete_stack(StackName=stack)
            assert self.cloud.settle(stack) == "DELETE_COMPLETE", self.cloud.reasons(stack)


def left_behind(cloud: Cloud) -> list[str]:
    """What AppFlow, and the logs of functions, still hold of any example."""
    appflow, secrets = cloud.client("appflow"), cloud.client("secretsmanager")
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    return [
        *cloud.labels(),
        *(each["flowName"] for each in appflow.list_flows()["flows"]),
        *(
            each["connectorProfileName"]
            for each in appflow.describe_connector_profiles()["connectorProfileDetails"]
        ),
        *(
            each["Name"]
            for each in secrets.list_secrets()["SecretList"]
            if each["Name"].startswith("appflow!")
        ),
        *(
            each["logGroupName"]
            for each in groups
            if re.search("Flow(Same|Other)|WriteBack", each["logGroupName"])
        ),
    ]


@pytest.fixture
def variables(server: Server) -> dict[str, str]:
    """What the examples ask of the environment."""
    return {"SERVER_URL": server.url, "SECRET_NAME": SECRET}


@dataclass(frozen=True)
class Deployer:
    """Deploys examples through CloudFormation's API, without the CLI's start-up time."""

    cloud: Cloud
    synthesizer: Synthesizer
    variables: dict[str, str]
    folder: Path

    def deploy(self, module: str, *stacks: str) -> Deployed:
        """Deploy an app's stacks, each after those that it depends on."""
        output = self.folder / module
        self.synthesizer.synthesise(module, output, self.variables)
        for stack in stacks:
            Assembly(output, stack).deploy(self.cloud, stack)
            assert self.cloud.settle(stack) == "CREATE_COMPLETE", self.cloud.reasons(stack)
        return Deployed(self.cloud, *stacks)


@pytest.fixture
def deployer(
    cloud: Cloud, examples_synthesizer: Synthesizer, variables: dict[str, str], tmp_path: Path
) -> Deployer:
    return Deployer(cloud, examples_synthesizer, variables, tmp_path)


def test_a_flow_in_the_connectors_stack_takes_every_order_into_its_bucket(
    cloud: Cloud, variables: dict[str, str], tmp_path: Path
) -> None:
    app = "python3 -m examples.flow_same_stack.app"
    options = ("--all", "--app", app, "--output", str(tmp_path))
    cloud.cdk("deploy", *options, cwd=REPOSITORY, **variables)
    deployed = Deployed(cloud, "FlowSameStack")
    assert deployed.run()["recordsProcessed"] == len(ORDERS)
    assert sorted(deployed.rows(), key=lambda row: int(row["id"])) == ORDERS
    deployed.delete()
    assert left_behind(cloud) == []


def test_a_flow_in_another_stack_is_scheduled_and_goes_before_the_connector(
    cloud: Cloud, deployer: Deployer
) -> None:
    stacks = ("FlowOtherStackConnector", "FlowOtherStack")
    deployed = deployer.deploy("examples.flow_other_stack.app", *stacks)
    flow = cloud.client("appflow").describe_flow(flowName=deployed.outputs["FlowName"])
    assert flow["flowStatus"] == "Active"
    trigger = flow["triggerConfig"]["triggerProperties"]["Scheduled"]
    told = trigger["scheduleExpression"], trigger["dataPullMode"]
    assert told == ("rate(1hours)", "Incremental")
    # It begins with the schedule, and a flow that runs is not deleted. What is new to it depends on
    # the day.
    deployed.first_run()
    deployed.delete()
    assert left_behind(cloud) == []


def test_a_flow_of_another_app_finds_the_connector_by_what_was_published(
    cloud: Cloud, deployer: Deployer
) -> None:
    connector = deployer.deploy("examples.flow_other_app.connector_app", "FlowOtherAppConnector")
    deployed = deployer.deploy("examples.flow_other_app.flow_app", "FlowOtherApp")
    assert deployed.run()["recordsProcessed"] == len(ORDERS)
    assert {"status"} == set(ORDERS[0]) - set(deployed.rows()[0])
    deployed.delete()
    connector.delete()
    assert left_behind(cloud) == []


def test_a_flow_from_a_bucket_writes_new_and_changed_orders_to_the_server(
    cloud: Cloud, server: Server, deployer: Deployer
) -> None:
    deployed = deployer.deploy("examples.write_back.app", "WriteBack")
    orders = "id,quantity,status,ordered_at\n3,7,paid,2026-11-03\n4,1,open,2026-11-04\n"
    bucket = deployed.outputs["BucketName"]
    cloud.client("s3").put_object(Bucket=bucket, Key="orders/today.csv", Body=orders.encode())
    try:
        assert deployed.run()["recordsProcessed"] == 2
        assert server.orders() == [
            (1, 2, "paid"),
            (2, 5, "open"),
            (3, 7, "paid"),
            (4, 1, "open"),
        ]
    finally:
        server.reset()
    deployed.delete()
    assert left_behind(cloud) == []


def test_a_key_and_a_data_catalog_of_cdk_appflow_are_used(cloud: Cloud, deployer: Deployer) -> None:
    deployed = deployer.deploy("tests.end_to_end.keyed_and_cataloged", "KeyedAndCataloged")
    outputs, s3 = deployed.outputs, cloud.client("s3")
    assert deployed.run()["recordsProcessed"] == len(ORDERS)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=outputs["BucketName"])["Contents"]]
    heads = [s3.head_object(Bucket=outputs["BucketName"], Key=each) for each in keys]
    assert {head["SSEKMSKeyId"] for head in heads} == {outputs["KeyArn"]}
    (profile,) = cloud.client("appflow").describe_connector_profiles(
        connectorProfileNames=[outputs["ProfileName"]]
    )["connectorProfileDetails"]
    secret = cloud.client("secretsmanager").describe_secret(SecretId=profile["credentialsArn"])
    assert secret["KmsKeyId"] == outputs["KeyArn"]
    glue = cloud.client("glue")
    tables = glue.get_tables(DatabaseName="keyed_and_cataloged")["TableList"]
    assert {table["Name"].split("_")[0] for table in tables} == {"shop"}
    (latest,) = [table for table in tables if table["Name"].endswith("_latest")]
    columns = [column["Name"] for column in latest["StorageDescriptor"]["Columns"]]
    assert columns == ["id", "quantity", "status", "ordered_at"]
    deployed.delete()
    assert left_behind(cloud) == []
