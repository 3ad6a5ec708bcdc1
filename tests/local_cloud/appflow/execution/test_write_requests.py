"""What a run to a connector sends: requests that Lambda takes, and each record once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from appflow_local.appflow.account.executions import IN_PROGRESS, Execution
from appflow_local.appflow.account.run_traces import RunTrace
from appflow_local.appflow.execution.destinations.connector_destination import (
    TOO_LARGE,
    ConnectorDestination,
)
from appflow_local.appflow.execution.destinations.error_bucket import ErrorBucket
from appflow_local.appflow.execution.destinations.write_batches import MOST_BYTES
from appflow_local.appflow.execution.failures import RunFailed
from appflow_local.appflow.execution.objects import Objects
from appflow_local.appflow.execution.pages import Tally
from appflow_local.appflow.flow_definition import read_definition
from appflow_local.appflow.flow_definition.ends import ConnectorDestinationEnd
from appflow_local.appflow.transfer.write_rules import read_write_rules
from harness.model.appflow import ACCOUNT, REGION, START, Client, FakeHost
from harness.model.fake_storage import BUCKET
from harness.model.runs import (
    DEFINITION,
    DataFunction,
    connected,
    from_s3,
    inward,
    json_lines,
    message,
    run,
    to_connector,
)

LINES = from_s3(s3InputFormatConfig={"s3InputFileType": "JSON"})


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction())


def put(host: FakeHost, *records: object) -> None:
    lines = "".join(f"{json.dumps(record)}\n" for record in records)
    host.objects[BUCKET, "in/a.json"] = lines.encode()


def upload(client: Client, **errors: object) -> Any:  # noqa: ANN401 - an execution record
    destination = to_connector(errorHandlingConfig={"bucketName": BUCKET, **errors})
    client.create_flow(**inward(sourceFlowConfig=LINES, destinationFlowConfigList=destination))
    return run(client, "upload")


def test_a_batch_is_measured_as_it_is_sent(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    records = [{"id": number, "name": '"\\' * 1500} for number in range(870)]
    put(host, *records)
    upload(client)
    sizes = [len(json.dumps(request)) for request in connector.writes]
    assert MOST_BYTES * 0.9 < max(sizes) <= MOST_BYTES
    assert connector.written == records


def test_a_record_that_no_request_can_hold_is_refused_and_the_others_are_sent(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    large = {"id": 2, "name": "x" * 7_000_000}
    put(host, {"id": 1, "name": "a"}, large, {"id": 3, "name": "c"})
    done = upload(client)
    assert [record["id"] for record in connector.written] == [1, 3]
    assert done["executionStatus"] == "Successful"
    assert done["executionResult"]["errorInfo"] == {"putFailuresCount": 1}
    kept = json_lines(host.texts()[f"upload/{done['executionId']}"])
    assert kept == [{"errorMessage": TOO_LARGE, "record": large}]


def test_a_record_that_no_request_can_hold_ends_the_run_if_the_flow_says_so(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    put(host, {"id": 1, "name": '"' * 2_000_000})
    done = upload(client, failOnFirstDestinationError=True)
    assert message(done) == TOO_LARGE
    assert done["executionResult"]["errorInfo"]["putFailuresCount"] == 1
    assert connector.writes == []


def test_a_record_larger_than_a_batch_is_sent_alone(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    put(host, {"id": 1, "name": "a"}, {"id": 2, "name": "x" * 6_000_000}, {"id": 3, "name": "c"})
    upload(client)
    assert [len(request["records"]) for request in connector.writes] == [1, 1, 1]


def test_only_json_is_sent_to_a_connector(host: FakeHost) -> None:
    end = read_definition(inward()).destination
    assert isinstance(end, ConnectorDestinationEnd)
    begun = Execution("1", "upload", 1, False, IN_PROGRESS, START, START)
    objects = Objects(host, None, RunTrace((ACCOUNT, REGION), begun))
    refused = ErrorBucket(objects, end.error_handling, "upload", "1")
    rules = read_write_rules(DEFINITION, end.operation)
    destination = ConnectorDestination(_unexpected, end, {}, Tally(), refused, rules)
    with pytest.raises(RunFailed, match="cannot be written as JSON"):
        destination.write([{"id": float("inf")}])


def _unexpected(request: object, _remainder: object) -> dict[str, Any]:
    raise AssertionError(f"sent: {request}")
