"""Tests of a connector as its author writes them; `test_pytest_plugin` runs them in a subprocess.

Beside them are the folders `keyed` (the documents' shop), `connector` (the same, but for the key,
which it doesn't look at) and `target` (it keeps what is written, and hands it out again).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from appflow_local.testing import AppflowLocal, Profile

KEY = {"type": "apiKey", "apiKey": "open-sesame"}
IDS = [1, 2, 3, 4, 5]
CALLER = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"


@pytest.fixture
def profile(appflow_local: AppflowLocal) -> Profile:
    return appflow_local.connector("connector/", handler="shop.handler").profile(KEY)


def test_a_run_has_its_status_records_and_calls(profile: Profile) -> None:
    run = profile.run("products")
    assert run.status == "Successful"
    assert run.message == ""
    assert run.records == [{"id": each, "name": f"product {each}"} for each in IDS]
    assert run.records_processed == 5
    assert [each.operation for each in run.calls] == 3 * ["QueryData"]
    assert run.calls[1].request["nextToken"] == "2"
    assert {each.entity for each in run.calls} == {"products"}
    assert repr(run) == "<Run of connector-profile-products-1: Successful, 5 records>"
    assert run.started_at <= run.ended_at
    assert len(run.keys) == 3


def test_a_connector_reads_the_credentials_of_its_profile(appflow_local: AppflowLocal) -> None:
    run = appflow_local.connector("keyed").profile(KEY).run("products")
    assert [row["id"] for row in run.records] == IDS


def test_records_keep_the_order_of_their_pages(appflow_local: AppflowLocal) -> None:
    run = appflow_local.connector("pages").profile(KEY).run("products")
    assert [row["id"] for row in run.records] == list(range(1, 24))


def test_records_are_read_from_every_format(profile: Profile) -> None:
    for file_type in ("JSON", "CSV", "PARQUET"):
        run = profile.run("products", format=file_type)
        assert [int(row["id"]) for row in run.records] == IDS, file_type


def test_each_test_begins_with_an_empty_cloud(appflow_local: AppflowLocal) -> None:
    appflow = appflow_local.client("appflow")
    assert appflow.list_connectors()["connectors"] == []
    assert appflow_local.client("s3").list_buckets()["Buckets"] == []
    assert appflow_local.calls == []
    away = appflow_local.clock.now() - datetime.now(timezone.utc)
    assert abs(away) < timedelta(minutes=1)


def test_tasks_are_those_of_createflow(profile: Profile) -> None:
    operator = {"CustomConnector": "PROJECTION"}
    projected = {
        "taskType": "Filter",
        "sourceFields": ["id"],
        "connectorOperator": operator,
        "taskProperties": {},
    }
    mapped = {
        "taskType": "Map",
        "sourceFields": ["id"],
        "destinationField": "number",
        "connectorOperator": {"CustomConnector": "NO_OP"},
        "taskProperties": {},
    }
    assert profile.run("products", tasks=[projected, mapped]).records[0] == {"number": 1}


def test_a_filter_is_handed_to_the_connector(appflow_local: AppflowLocal) -> None:
    profile = appflow_local.connector("target").profile(KEY)
    january = "changed between 2026-01-01T00:00:00Z and 2026-02-01T00:00:00Z"
    run = profile.run("items", filter=f"id >= 2 and name = 'my own' AND {january}")
    (call,) = run.calls
    assert call.request["filterExpression"] == (
        "id >= 2 AND name = 'my own' AND "
        "changed BETWEEN 2026-01-01T00:00:00Z AND 2026-02-01T00:00:00Z"
    )
    assert call.printed.startswith("filter: ")


def test_a_busy_connector_is_asked_again_without_waiting(
    appflow_local: AppflowLocal, profile: Profile
) -> None:
    fault = appflow_local.faults.add(
        "QueryData", error="RateLimitExceeded", times=2, retry_after=timedelta(minutes=4)
    )
    run = profile.run("products", timeout=30)
    assert run.status == "Successful"
    assert run.ended_at - run.started_at >= timedelta(minutes=8)
    assert [each.fault for each in run.calls] == 2 * ["RateLimitExceeded"] + 3 * [None]
    assert fault.hits == 2


def test_a_fault_ends_when_it_is_cleared(appflow_local: AppflowLocal, profile: Profile) -> None:
    fault = appflow_local.faults.add("QueryData", "crash")
    assert profile.run("products").status == "Error"
    fault.clear()
    assert profile.run("products").status == "Successful"
    appflow_local.faults.add("QueryData", latency=timedelta(seconds=40))
    assert "did not respond within 30 seconds" in profile.run("products").message
    appflow_local.faults.clear()
    assert profile.run("products").status == "Successful"


def test_credentials_that_the_connector_refuses_are_appflows_error(
    appflow_local: AppflowLocal,
) -> None:
    connector = appflow_local.connector(Path("keyed"))
    with pytest.raises(ClientError, match="the shop does not know this key"):
        connector.profile({"type": "apiKey", "apiKey": "wrong"})
    assert connector.calls[-1].answer["errorDetails"]["errorCode"] == "InvalidCredentials"


def test_a_connector_can_be_asked_by_hand(appflow_local: AppflowLocal) -> None:
    connector = appflow_local.connector("connector")
    profile = connector.profile(KEY)
    call = connector.ask("QueryData", entity="products", page="4")
    assert call.answer["records"] == ['{"id": 5, "name": "product 5"}']
    assert profile.entities() == ["products"]
    assert [each["identifier"] for each in profile.fields("products")] == ["id", "name"]


def test_scheduled_runs_follow_the_clock(appflow_local: AppflowLocal) -> None:
    flow = appflow_local.connector("target").profile(KEY).schedule(
        "items", "rate(1hours)", incremental="changed"
    )  # fmt: skip
    assert len(flow.runs) == 1
    appflow_local.clock.advance(timedelta(hours=3, minutes=30))
    assert [each.status for each in flow.runs] == 4 * ["Successful"]
    first, second, *_ = flow.runs
    assert first.pulled is not None
    assert second.pulled is not None
    assert second.pulled[0] == first.pulled[1]
    flow.stop()
    assert flow.status == "Suspended"
    appflow_local.clock.advance(timedelta(days=1))
    assert len(flow.runs) == 4


def test_a_schedule_that_is_left_active_is_no_failure(appflow_local: AppflowLocal) -> None:
    flow = appflow_local.connector("target").profile(KEY).schedule("items", "rate(1hours)")
    assert flow.status == "Active"


def test_records_are_written_and_refused(appflow_local: AppflowLocal) -> None:
    profile = appflow_local.connector("target", environment={"WORD": "bad"}).profile(KEY)
    run = profile.write("items", [{"id": 1, "name": "good"}, {"id": 2, "name": "bad"}])
    assert run.status == "Successful"
    assert (run.records_processed, run.failures) == (2, 1)
    (refused,) = run.refused
    assert refused["record"]["name"] == "bad"
    assert "not this word" in refused["errorMessage"]
    (call,) = run.calls
    assert call.request["operation"] == "INSERT"
    upserted = profile.write("items", [{"id": 3, "name": "x"}], operation="UPSERT")
    assert upserted.calls[0].request["idFieldNames"] == ["id"]


def test_a_run_can_be_canceled(appflow_local: AppflowLocal, profile: Profile) -> None:
    appflow_local.faults.add("QueryData", error="RateLimitExceeded")
    run = profile.run("products", wait=False)
    run.cancel()
    assert run.wait().status in ("Canceled", "Error")


def test_a_connector_is_found_by_its_label(appflow_local: AppflowLocal) -> None:
    made = [appflow_local.connector("connector"), appflow_local.connector("connector")]
    assert [each.label for each in made] == ["connector", "connector-2"]
    found = appflow_local.connector("connector-2")
    assert found.configuration["connectorName"] == "Shop"
    assert found.profile(KEY, name="own").run("products").flow == "own-products-1"


def test_subprocesses_reach_the_cloud(appflow_local: AppflowLocal) -> None:
    environment = appflow_local.environment
    asked = [sys.executable, "-c", CALLER]
    assert subprocess.check_output(asked, env=environment, text=True) == "000000000000\n"
    assert environment["AWS_ENDPOINT_URL"] == appflow_local.url


def test_clients_are_those_of_boto3(appflow_local: AppflowLocal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    s3 = appflow_local.client("s3")
    s3.create_bucket(Bucket="own-bucket")
    s3.upload_file(str(tmp_path / "file"), "own-bucket", "key")
    assert s3.get_object(Bucket="own-bucket", Key="key")["Body"].read() == b"content"


def test_a_folder_with_a_name_of_one_letter_gives_a_label(
    appflow_local: AppflowLocal, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    shutil.copytree(pytestconfig.rootpath / "connector", tmp_path / "c")
    assert appflow_local.connector(tmp_path / "c").label == "c-connector"


class TestInAClass:
    @pytest.fixture
    def labelled(self, appflow_local: AppflowLocal) -> str:
        return appflow_local.connector("connector", label="In.A.Class").label

    def test_fixtures_of_a_class_use_the_cloud(
        self, labelled: str, appflow_local: AppflowLocal
    ) -> None:
        assert appflow_local.connector(labelled).profile(KEY).run("products").records


class Unit(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _use(self, appflow_local: AppflowLocal) -> None:
        self.cloud = appflow_local

    def test_unittests_use_the_cloud(self) -> None:
        run = self.cloud.connector("connector").profile(KEY).run("products")
        self.assertEqual(run.status, "Successful")  # noqa: PT009 - a unittest
