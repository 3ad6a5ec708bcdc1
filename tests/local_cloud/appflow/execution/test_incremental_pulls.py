"""What scheduled runs pull."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from harness.model.appflow import START, Client, Cloud, FakeHost, refusal
from harness.model.fake_storage import BUCKET
from harness.model.profiles import FROM_CONNECTOR
from harness.model.runs import (
    DataFunction,
    connected,
    csv_text,
    executions,
    from_s3,
    inward,
    orders,
    outward,
)
from tests.local_cloud.appflow.execution.schedules import HOUR, create, hourly, tick


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(1)]))


def test_a_complete_pull_asks_for_everything(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    create(client)
    client.start_flow(flowName="nightly")
    tick(cloud, client, timedelta(0))
    tick(cloud, client)
    assert [query["filterExpression"] for query in connector.queries] == [None, None]
    assert "dataPullEndTime" not in executions(client)[0]


def test_an_incremental_pull_asks_for_what_changed(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    create(client, dataPullMode="Incremental")
    client.start_flow(flowName="nightly")
    tick(cloud, client, timedelta(0))
    tick(cloud, client)
    second, first = executions(client)
    assert first["dataPullStartTime"] == START - timedelta(days=30)
    assert first["dataPullEndTime"] == second["dataPullStartTime"] == START
    assert second["dataPullEndTime"] == START + HOUR
    expressions = [query["filterExpression"] for query in connector.queries]
    assert "2025-12-03T03:04:05.678Z" in expressions[0]
    assert all("2026-01-02T03:04:05.678Z" in expression for expression in expressions)
    assert "2026-01-02T04:04:05.678Z" in expressions[1]


def test_a_pull_that_failed_is_made_up_for(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    create(client, dataPullMode="Incremental")
    client.start_flow(flowName="nightly")
    tick(cloud, client, timedelta(0))
    connector.answers["QueryDataRequest"] = {"isSuccess": False}
    tick(cloud, client)
    del connector.answers["QueryDataRequest"]
    tick(cloud, client)
    last, failed, first = executions(client)
    assert failed["executionStatus"] == "Error"
    assert last["dataPullStartTime"] == first["dataPullEndTime"]


def test_a_stopped_flow_goes_on_where_it_ended(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    assert connector
    create(client, dataPullMode="Incremental")
    client.start_flow(flowName="nightly")
    tick(cloud, client, timedelta(0))
    client.stop_flow(flowName="nightly")
    tick(cloud, client, 48 * HOUR)
    client.start_flow(flowName="nightly")
    tick(cloud, client, timedelta(0))
    assert executions(client)[0]["dataPullStartTime"] == START


@pytest.mark.parametrize("name", ["name", "nope"])
@pytest.mark.usefixtures("connector")
def test_only_a_timestamp_can_be_pulled_by(client: Client, cloud: Cloud, name: str) -> None:
    source = {**FROM_CONNECTOR, "incrementalPullConfig": {"datetimeTypeFieldName": name}}
    client.create_flow(
        **outward(triggerConfig=hourly(dataPullMode="Incremental"), sourceFlowConfig=source)
    )
    client.start_flow(flowName="nightly")
    tick(cloud, client, timedelta(0))
    information = executions(client)[0]["executionResult"]["errorInfo"]
    assert information["executionMessage"].endswith(f"by the field {name}.")


def put(host: FakeHost, name: str, changed: datetime) -> None:
    """Put a file with one record of this name, which was changed at this time."""
    host.objects[BUCKET, f"in/{name}"] = csv_text([{"id": "1", "name": name}])
    host.changed[BUCKET, f"in/{name}"] = changed


def test_an_incremental_pull_of_files_takes_those_that_are_new_or_changed(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    put(cloud.host, "old", START - timedelta(days=31))
    put(cloud.host, "first", START - timedelta(days=1))
    client.create_flow(**inward(triggerConfig=hourly(dataPullMode="Incremental")))
    client.start_flow(flowName="upload")
    tick(cloud, client, timedelta(0))
    assert [record["name"] for record in connector.written] == ["first"]
    put(cloud.host, "second", START + timedelta(minutes=10))
    tick(cloud, client)
    put(cloud.host, "first", START + HOUR)  # replaced, in the moment of the run
    tick(cloud, client)
    assert [record["name"] for record in connector.written] == ["first", "second", "first"]
    last, before, first = executions(client, "upload")
    assert last["dataPullStartTime"] == before["dataPullEndTime"] == START + HOUR
    assert first["dataPullStartTime"] == START - timedelta(days=30)


def test_a_pull_of_files_that_failed_is_made_up_for(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    client.create_flow(**inward(triggerConfig=hourly(dataPullMode="Incremental")))
    client.start_flow(flowName="upload")
    tick(cloud, client, timedelta(0))
    put(cloud.host, "late", START + timedelta(minutes=10))
    connector.answers["WriteDataRequest"] = {"isSuccess": False}
    tick(cloud, client)
    del connector.answers["WriteDataRequest"]
    connector.writes.clear()
    tick(cloud, client)
    assert [record["name"] for record in connector.written] == ["late"]


def test_a_complete_pull_takes_every_file_each_time(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    put(cloud.host, "old", START - timedelta(days=31))
    client.create_flow(**inward(triggerConfig=hourly(dataPullMode="Complete")))
    client.start_flow(flowName="upload")
    tick(cloud, client, timedelta(0))
    tick(cloud, client)
    assert [record["name"] for record in connector.written] == ["old", "old"]


@pytest.mark.usefixtures("connector")
def test_files_are_not_pulled_by_a_field_of_theirs(client: Client) -> None:
    source = {**from_s3(), "incrementalPullConfig": {"datetimeTypeFieldName": "changed"}}
    trigger = hourly(dataPullMode="Incremental")
    code, text = refusal(
        client.create_flow, **inward(sourceFlowConfig=source, triggerConfig=trigger)
    )
    assert code == "UnsupportedOperationException"
    assert text.startswith("An incremental pull of files by a field of theirs")
