"""Runs from one custom connector to another, or to the same one."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.appflow import (
    ACCOUNT,
    FUNCTION_ARN,
    OTHER_FUNCTION_ARN,
    REGION,
    Client,
    FakeHost,
    function,
    refusal,
    register,
)
from harness.model.fake_storage import BUCKET
from harness.model.profiles import profile
from harness.model.runs import (
    DataFunction,
    connected,
    json_lines,
    mapped,
    message,
    orders,
    outward,
    run,
    to_connector,
)

OTHER_PROFILE = f"arn:aws:appflow:{REGION}:{ACCOUNT}:connectorprofile/archive"


@pytest.fixture
def source(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(2), orders(1, first=3)]))


@pytest.fixture
def destination(client: Client, host: FakeHost, source: DataFunction) -> DataFunction:
    assert source
    host.functions[OTHER_FUNCTION_ARN] = written = DataFunction()
    register(client, "Archive", connectorProvisioningConfig=function(OTHER_FUNCTION_ARN))
    client.create_connector_profile(**profile("archive", connectorLabel="Archive"))
    return written


def across(name: str = "nightly", /, to: str = "archive", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    (end,) = to_connector(**changes.pop("properties", {}))
    return outward(
        name,
        destinationFlowConfigList=[{**end, "connectorProfileName": to}],
        tasks=mapped("id", "name"),
        **changes,
    )


def test_every_record_arrives_and_counts_at_both_ends(
    client: Client, destination: DataFunction
) -> None:
    client.create_flow(**across())
    done = run(client)
    assert done["executionStatus"] == "Successful"
    assert done["executionResult"]["recordsProcessed"] == 3
    assert destination.written == [{"id": n, "name": f"order {n}"} for n in (1, 2, 3)]
    assert done["executionResult"]["bytesWritten"] == sum(
        len(text) for request in destination.writes for text in request["records"]
    )


def test_each_end_is_asked_with_its_own_profile(
    client: Client, source: DataFunction, destination: DataFunction
) -> None:
    client.create_flow(**across())
    run(client)
    (read, *_), (written, *_) = source.queries, destination.writes
    assert read["connectorContext"]["connectorProfileLabel"] == "prod"
    assert written["connectorContext"]["connectorProfileLabel"] == "archive"


def test_records_that_the_destination_refuses_are_counted_and_kept(
    client: Client, host: FakeHost, destination: DataFunction
) -> None:
    results = [{"isSuccess": True}, {"isSuccess": False, "errorMessage": "no room"}]
    destination.answers["WriteDataRequest"] = {
        "isSuccess": False,
        "errorDetails": {"errorCode": "PartialWriteFailure", "errorMessage": "some"},
        "writeRecordResults": results,
    }
    host.functions[FUNCTION_ARN] = DataFunction([orders(2)])
    errors = {"bucketName": BUCKET, "bucketPrefix": "errors"}
    client.create_flow(**across(properties={"errorHandlingConfig": errors}))
    done = run(client)
    assert done["executionStatus"] == "Successful"
    assert done["executionResult"]["recordsProcessed"] == 2
    assert done["executionResult"]["errorInfo"]["putFailuresCount"] == 1
    (kept,) = (text for key, text in host.texts().items() if key.startswith("errors/"))
    assert "no room" in kept
    assert len(json_lines(kept)) == 1


def test_a_destination_that_fails_ends_the_run(client: Client, destination: DataFunction) -> None:
    destination.answers["WriteDataRequest"] = {
        "isSuccess": False,
        "errorDetails": {"errorCode": "AccessDenied", "errorMessage": "read only"},
    }
    client.create_flow(**across())
    assert "read only" in message(run(client))


def test_a_connector_may_be_both_ends(client: Client, source: DataFunction) -> None:
    client.create_flow(**across(to="prod"))
    assert run(client)["executionStatus"] == "Successful"
    assert [record["id"] for record in source.written] == [1, 2, 3]


@pytest.mark.usefixtures("destination")
def test_a_list_shows_both_labels(client: Client) -> None:
    client.create_flow(**across())
    (listed,) = client.list_flows()["flows"]
    assert listed["sourceConnectorLabel"] == "Orders"
    assert listed["destinationConnectorLabel"] == "Archive"


@pytest.mark.usefixtures("destination")
def test_both_profiles_are_in_use_and_must_be_allowed(client: Client, host: FakeHost) -> None:
    host.denied.add(("appflow:UseConnectorProfile", OTHER_PROFILE))
    assert refusal(client.create_flow, **across())[0] == "AccessDeniedException"
    host.denied.clear()
    client.create_flow(**across())
    for name in ("prod", "archive"):
        code, text = refusal(client.delete_connector_profile, connectorProfileName=name)
        assert code == "ConflictException"
        assert "nightly" in text


def test_a_destination_that_refuses_the_flow_makes_none(
    client: Client, destination: DataFunction
) -> None:
    destination.refuse("ValidateConnectorRuntimeSettings", errorsByInputField={"view": "Unknown"})
    code, text = refusal(client.create_flow, **across())
    assert (code, text.endswith("view: Unknown")) == ("ValidationException", True)
    assert client.list_flows()["flows"] == []
