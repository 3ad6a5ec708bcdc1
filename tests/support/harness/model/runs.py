"""A connector with records, flows that move them, and how to wait for their runs."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from appflow_local.appflow.host import Invocation
from harness.model.appflow import FUNCTION_ARN, Client, FakeHost, register
from harness.model.fake_storage import BUCKET
from harness.model.profiles import ConnectorFunction, flow, profile

RUNNING = ("InProgress", "CancelStarted")
_LONGEST_WAIT_SECONDS = 30.0

FIELDS = [
    {"fieldName": "id", "dataType": "Integer", "readProperties": {"isNullable": False}},
    {"fieldName": "name", "dataType": "String"},
    {
        "fieldName": "changed",
        "dataType": "DateTime",
        "readProperties": {"isTimestampFieldForIncrementalQueries": True},
    },
]
DEFINITION = {
    "entity": {"entityIdentifier": "Order", "hasNestedEntities": False, "label": "Order"},
    "fields": FIELDS,
    "customProperties": None,
}
ALL_TO_JSON = {
    "s3OutputFormatConfig": {"fileType": "JSON", "prefixConfig": {"pathPrefixHierarchy": []}}
}


def task(kind: str, *fields: str, connector: str = "CustomConnector", **changes: Any) -> Any:  # noqa: ANN401 - an API object
    """Return a task; `operator` and `to` are its operator and destinationField."""
    operator, to = changes.pop("operator", "NO_OP"), changes.pop("to", None)
    return {
        "taskType": kind,
        "sourceFields": list(fields),
        "connectorOperator": {connector: operator},
        "taskProperties": changes,
        **({} if to is None else {"destinationField": to}),
    }


def mapped(*fields: str, connector: str = "CustomConnector") -> list[Any]:
    """Return the tasks that move fields as they are."""
    projection = task("Filter", *fields, operator="PROJECTION", connector=connector)
    return [projection, *(task("Map", name, to=name, connector=connector) for name in fields)]


def to_s3(**properties: object) -> list[Any]:
    """Return the destinations of a flow to the bucket, JSON in one folder unless changed."""
    changed = {"bucketName": BUCKET, "bucketPrefix": "out", **ALL_TO_JSON, **properties}
    return [{"connectorType": "S3", "destinationConnectorProperties": {"S3": changed}}]


def from_s3(**properties: object) -> dict[str, Any]:
    """Return the source of a flow from the bucket."""
    changed = {"bucketName": BUCKET, "bucketPrefix": "in", **properties}
    return {"connectorType": "S3", "sourceConnectorProperties": {"S3": changed}}


def to_connector(**properties: object) -> list[Any]:
    """Return the destinations of a flow to the connector."""
    changed = {"entityName": "Order", "writeOperationType": "INSERT", **properties}
    return [
        {
            "connectorType": "CustomConnector",
            "apiVersion": "v51.0",
            "connectorProfileName": "prod",
            "destinationConnectorProperties": {"CustomConnector": changed},
        }
    ]


def outward(name: str = "nightly", /, **changes: object) -> dict[str, Any]:
    """Return the parameters of a flow of all fields from the connector to JSON in S3."""
    tasks = mapped("id", "name", "changed")
    return flow(name, **{"tasks": tasks, "destinationFlowConfigList": to_s3(), **changes})


def inward(name: str = "upload", /, **changes: object) -> dict[str, Any]:
    """Return the parameters of a flow of two fields from CSV in S3 to the connector."""
    return flow(
        name,
        **{
            "tasks": mapped("id", "name", connector="S3"),
            "sourceFlowConfig": from_s3(),
            "destinationFlowConfigList": to_connector(),
            **changes,
        },
    )


def orders(count: int, first: int = 1) -> list[dict[str, Any]]:
    """Return records of the connector's entity."""
    numbers = range(first, first + count)
    return [
        {"id": number, "name": f"order {number}", "changed": "2026-01-01T00:00:00Z"}
        for number in numbers
    ]


class DataFunction(ConnectorFunction):
    """A connector with pages of records to read, that remembers what is written to it."""

    def __init__(
        self, pages: Iterable[Sequence[Mapping[str, Any]]] = (), **configuration: object
    ) -> None:
        super().__init__(connectorModes=["SOURCE", "DESTINATION"], **configuration)
        self.pages = [list(page) for page in pages]
        self.queries: list[Mapping[str, Any]] = []
        self.writes: list[Mapping[str, Any]] = []
        self.answers["DescribeEntityRequest"] = {
            "isSuccess": True,
            "entityDefinition": DEFINITION,
        }

    def __call__(self, request: Mapping[str, Any]) -> Invocation:
        if request["type"] == "QueryDataRequest":
            self.queries.append(request)
        if request["type"] == "WriteDataRequest":
            self.writes.append(request)
        if request["type"] == "QueryDataRequest" and "QueryDataRequest" not in self.answers:
            return Invocation(json.dumps(self._page(request)).encode())
        return super().__call__(request)

    @property
    def written(self) -> list[dict[str, Any]]:
        """All records that were written."""
        return [json.loads(text) for request in self.writes for text in request["records"]]

    def _page(self, request: Mapping[str, Any]) -> dict[str, Any]:
        number = int(request["nextToken"] or 0)
        page = self.pages[number] if self.pages else []
        is_last = number + 1 >= len(self.pages)
        return {
            "isSuccess": True,
            "records": [json.dumps(record) for record in page],
            "nextToken": None if is_last else str(number + 1),
        }


class Gate(DataFunction):
    """A connector that does not answer the second page before it may."""

    def __init__(self) -> None:
        super().__init__([orders(1), orders(1, first=2)])
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self, request: Mapping[str, Any]) -> Invocation:
        if request.get("nextToken") == "1":
            self.reached.set()
            assert self.opened.wait(30)
        return super().__call__(request)


def connected(client: Client, host: FakeHost, function: DataFunction) -> DataFunction:
    """Register a connector and create its profile."""
    host.functions[FUNCTION_ARN] = function
    register(client)
    client.create_connector_profile(**profile())
    host.invocations.clear()
    return function


def start(client: Client, name: str = "nightly") -> str:
    """Start an on-demand flow; return the execution ID."""
    return str(client.start_flow(flowName=name)["executionId"])


def executions(client: Client, name: str = "nightly") -> list[dict[str, Any]]:
    """Return the first page of a flow's runs."""
    found: list[dict[str, Any]] = client.describe_flow_execution_records(flowName=name)[
        "flowExecutions"
    ]
    return found


def finished(client: Client, name: str = "nightly") -> dict[str, Any]:
    """Wait until no run of a flow is at work; return the newest one."""
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        found = executions(client, name)
        if not any(item["executionStatus"] in RUNNING for item in found):
            return found[0]
        time.sleep(0.005)
    raise AssertionError(f"{name} is still running: {found}")


def run(client: Client, name: str = "nightly") -> dict[str, Any]:
    """Start an on-demand flow and wait for its end."""
    start(client, name)
    return finished(client, name)


def message(execution: Mapping[str, Any]) -> str:
    """Return the execution message of a run that failed."""
    assert execution["executionStatus"] == "Error", execution
    return str(execution["executionResult"]["errorInfo"]["executionMessage"])


def failing(**details: object) -> dict[str, object]:
    """Return the answer of a connector that says why it failed."""
    return {"isSuccess": False, "errorDetails": details}


def json_lines(text: str) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def csv_text(records: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a CSV file with a header."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return stream.getvalue().encode()
