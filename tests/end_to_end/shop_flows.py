"""A shop's server and the stacks of flows that read from it or write to it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cloud.assembly import Assembly
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer
from tests.examples.datasette_connector.loopback import KEY, datasette_server

SECRET = "shop-flows-token"
ORDERS = [
    {"id": 1, "quantity": 2, "status": "paid", "ordered_at": "2026-11-01T08:00:00Z"},
    {"id": 2, "quantity": 5, "status": "open", "ordered_at": "2026-11-02T09:30:00Z"},
    {"id": 3, "quantity": 1, "status": "paid", "ordered_at": "2026-11-03T10:45:00Z"},
]
_SCHEMA = """
CREATE TABLE orders
  (id INTEGER PRIMARY KEY, quantity INTEGER, status TEXT, ordered_at TIMESTAMP);
-- The server can describe it, but not read it.
CREATE VIEW torn AS SELECT id, json_extract(status, '$') AS status FROM orders;
"""
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


@contextmanager
def shop_server(folder: Path) -> Iterator[Server]:
    """Serve `ORDERS`, and a view that can't be read."""
    file = folder / "shop.db"
    with closing(sqlite3.connect(file)) as shop:
        shop.executescript(_SCHEMA)
    plugins = {
        "datasette-auth-tokens": {"tokens": [{"token": KEY, "actor": {"id": "appflow"}}]},
        "datasette-insert": {"allow": {"id": "appflow"}},
    }
    metadata = json.dumps({"allow": {"id": "appflow"}, "plugins": plugins})
    with datasette_server(folder, metadata_json=metadata) as url:
        server = Server(url, file)
        server.reset()
        yield server


class Deployed:
    """Stacks on the local cloud, the last one that of the flow."""

    def __init__(self, cloud: Cloud, *stacks: str) -> None:
        self.cloud = cloud
        self.stacks = stacks
        cloudformation = cloud.client("cloudformation")
        (described,) = cloudformation.describe_stacks(StackName=stacks[-1])["Stacks"]
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])}

    def run(self, *, ends: str = "Successful") -> dict[str, Any]:
        """Start the flow, wait for the end of its run, and return what came of it."""
        flow = self.outputs["FlowName"]
        execution = self.cloud.client("appflow").start_flow(flowName=flow)["executionId"]
        record = self.newest_run()
        assert record["executionId"] == execution
        assert record["executionStatus"] == ends, record
        return dict(record["executionResult"])

    def newest_run(self, output: str = "FlowName") -> dict[str, Any]:
        """Wait for the end of a flow's newest run, and return its record."""
        appflow, flow = self.cloud.client("appflow"), self.outputs[output]
        deadline = time.monotonic() + _LONGEST_RUN_SECONDS
        while time.monotonic() < deadline:
            records = appflow.describe_flow_execution_records(flowName=flow)["flowExecutions"]
            if records and records[0]["executionStatus"] != "InProgress":
                return dict(records[0])
            time.sleep(_POLL_SECONDS)
        raise AssertionError(f"the newest run of {flow} does not end: {records}")

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


@dataclass(frozen=True)
class Deployer:
    """Deploys apps through CloudFormation's API, without the CLI's start-up time."""

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
