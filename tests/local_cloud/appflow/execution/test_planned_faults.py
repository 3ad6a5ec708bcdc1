"""What a run does when a planned fault meets its calls; each kind of fault has a test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from appflow_local.appflow.account.calls import Call
from appflow_local.appflow.account.faults import ERROR_CODES, KINDS, Fault
from appflow_local.appflow.clock import MovableClock
from appflow_local.appflow.service import AppFlow
from harness.model.appflow import (
    FUNCTION_ARN,
    NO_VALID_RESPONSE,
    Client,
    Cloud,
    FakeHost,
    Server,
    refusal,
    register,
)
from harness.model.fake_storage import BUCKET
from harness.model.profiles import ConnectorFunction, profile
from harness.model.runs import (
    DataFunction,
    connected,
    csv_text,
    inward,
    json_lines,
    message,
    orders,
    outward,
    run,
)
from harness.model.token_server import CLIENT, oauth2_authentication, oauth2_config, token_server

_RETRIED = ("RateLimitExceeded", "ServiceUnavailable")
_REFUSED = "with connector failure appflow-local planned this: "


@pytest.fixture
def cloud(server: Server) -> Iterator[Cloud]:
    """A cloud whose pauses move its clock."""
    fresh = Cloud()
    clock = MovableClock()
    clock.skips_pauses = True
    fresh.appflow = AppFlow(fresh.host, clock)
    server.appflow = fresh.appflow
    yield fresh
    fresh.appflow.close()


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    made = connected(client, host, DataFunction([orders(2), orders(1, first=3)]))
    client.create_flow(**outward())
    return made


def plan(cloud: Cloud, kind: str, operation: str = "QueryData", **members: Any) -> Fault:  # noqa: ANN401
    return cloud.appflow.faults.add(Fault(operation, kind, **members))


def written(host: FakeHost) -> list[int]:
    """Return the ids of all records in the bucket."""
    return [row["id"] for text in host.texts().values() for row in json_lines(text)]


def calls(cloud: Cloud) -> list[Call]:
    return [each for each in cloud.appflow.journal.calls() if each.operation == "QueryData"]


@pytest.mark.parametrize("code", _RETRIED)
def test_a_busy_connector_is_asked_again_after_the_time_that_it_asks_for(
    client: Client, cloud: Cloud, connector: DataFunction, code: str
) -> None:
    fault = plan(cloud, code, times=2, retry_after=60)
    execution = run(client)
    assert execution["executionStatus"] == "Successful"
    took = execution["lastUpdatedAt"] - execution["startedAt"]
    assert took >= timedelta(seconds=120)
    assert (fault.hits, len(connector.queries)) == (2, 2)
    assert [each.fault for each in calls(cloud)] == [code, code, None, None]
    refused = json.loads(calls(cloud)[0].answer or b"")
    assert refused["errorDetails"]["retryAfterSeconds"] == 60


def test_a_connector_that_stays_busy_fails_the_run_after_four_calls(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    plan(cloud, "RateLimitExceeded", message="slow down")
    assert message(run(client)).endswith("with connector failure slow down")
    assert (len(calls(cloud)), connector.queries) == (4, [])


@pytest.mark.parametrize("code", [each for each in ERROR_CODES if each not in _RETRIED])
@pytest.mark.usefixtures("connector")
def test_any_other_error_ends_the_run_with_what_the_connector_said(
    client: Client, cloud: Cloud, code: str
) -> None:
    plan(cloud, code, times=1)
    assert message(run(client)).endswith(f"{_REFUSED}{code}")
    assert len(calls(cloud)) == 1


@pytest.mark.usefixtures("connector")
def test_a_crash_ends_the_run(client: Client, cloud: Cloud) -> None:
    plan(cloud, "crash", after=1)
    execution = run(client)
    assert message(execution) == NO_VALID_RESPONSE
    assert execution["executionResult"]["recordsProcessed"] == 2
    (_, crashed) = calls(cloud)
    assert json.loads(crashed.answer or b"")["errorType"] == "Runtime.ExitError"


def test_no_answer_in_time_ends_the_run_as_late_as_on_aws(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    plan(cloud, "timeout")
    execution = run(client)
    assert message(execution).endswith("The connector did not respond within 30 seconds.")
    assert execution["lastUpdatedAt"] - execution["startedAt"] >= timedelta(seconds=30)
    assert connector.queries == []
    assert calls(cloud)[0].milliseconds >= 30_000


@pytest.mark.usefixtures("connector")
def test_late_answers_are_waited_for(client: Client, cloud: Cloud, host: FakeHost) -> None:
    plan(cloud, "latency", seconds=20.0)
    execution = run(client)
    assert execution["executionStatus"] == "Successful"
    assert execution["lastUpdatedAt"] - execution["startedAt"] >= timedelta(seconds=40)
    assert written(host) == [1, 2, 3]
    assert all(each.milliseconds >= 20_000 for each in calls(cloud))
    assert {each.fault for each in calls(cloud)} == {"latency 20 s"}


def test_an_answer_that_is_too_late_is_lost_though_the_connector_has_done_it(
    client: Client, cloud: Cloud, connector: DataFunction
) -> None:
    plan(cloud, "latency", seconds=30.0)
    assert "did not respond within 30 seconds" in message(run(client))
    assert len(connector.queries) == 1


@pytest.mark.usefixtures("connector")
def test_an_answer_of_more_than_6_mb_ends_the_run(client: Client, cloud: Cloud) -> None:
    plan(cloud, "too-large")
    assert message(run(client)).endswith("The connector's response is larger than 6 MB.")


@pytest.mark.usefixtures("connector")
def test_half_an_answer_ends_the_run(client: Client, cloud: Cloud) -> None:
    plan(cloud, "cut-json", after=1)
    assert message(run(client)) == NO_VALID_RESPONSE
    whole, half = calls(cloud)
    assert (whole.answer or b"").endswith(b"}")
    assert not (half.answer or b"").endswith(b"}")


def test_the_same_page_twice_doubles_its_records(
    client: Client, cloud: Cloud, connector: DataFunction, host: FakeHost
) -> None:
    fault = plan(cloud, "same-page", times=1)
    assert run(client)["executionStatus"] == "Successful"
    assert written(host) == [1, 2, 1, 2, 3]
    assert (fault.hits, len(connector.queries)) == (1, 2)


def test_an_expired_token_is_refreshed_and_the_request_sent_again(
    client: Client, cloud: Cloud, host: FakeHost
) -> None:
    host.functions[FUNCTION_ARN] = DataFunction(
        [orders(1), orders(1, first=2)], authenticationConfig=oauth2_authentication()
    )
    register(client)
    tokens = {**CLIENT, "accessToken": "token-1", "refreshToken": "refresh-1"}
    with token_server() as server:
        server.grant(access_token="token-2")
        given = oauth2_config(tokens, server.properties("AUTHORIZATION_CODE"))
        client.create_connector_profile(**profile(connectorProfileConfig=given))
        client.create_flow(**outward())
        plan(cloud, "expired-token", times=1)
        assert run(client)["executionStatus"] == "Successful"
    assert written(host) == [1, 2]
    assert any('"token-2"' in text for text in host.secrets.values())


@pytest.mark.usefixtures("connector")
def test_credentials_that_cannot_be_refreshed_end_the_run(client: Client, cloud: Cloud) -> None:
    plan(cloud, "expired-token", times=1)
    assert message(run(client)).startswith("Error authenticating to connector: ")


def test_a_write_that_is_refused_for_its_rate_is_sent_again(
    client: Client, cloud: Cloud, host: FakeHost
) -> None:
    target = connected(client, host, DataFunction())
    target.answers["WriteDataRequest"] = {
        "isSuccess": True,
        "writeRecordResults": [{"isSuccess": True, "recordId": "1"}],
    }
    host.objects[BUCKET, "in/orders.csv"] = csv_text([{"id": 1, "name": "a"}])
    client.create_flow(**inward())
    plan(cloud, "RateLimitExceeded", "WriteData", times=1)
    assert run(client, "upload")["executionStatus"] == "Successful"
    assert len(target.writes) == 1
    assert [json.loads(record)["name"] for record in target.writes[0]["records"]] == ["a"]


def test_faults_meet_operations_outside_of_runs_too(
    client: Client, cloud: Cloud, host: FakeHost
) -> None:
    host.functions[FUNCTION_ARN] = ConnectorFunction()
    plan(cloud, "crash", "DescribeConnectorConfiguration", times=1)
    assert refusal(register, client=client)[1] == NO_VALID_RESPONSE
    register(client)
    plan(cloud, "timeout", "ValidateCredentials", times=1)
    _, said = refusal(client.create_connector_profile, **profile())
    assert "did not respond within 10 seconds" in said


def test_every_kind_is_in_one_of_these_tests() -> None:
    tested = {"latency", "timeout", "crash", "too-large", "expired-token", "same-page", "cut-json"}
    assert tested == set(KINDS)


@pytest.mark.usefixtures("connector")
def test_a_reset_forgets_the_faults_and_the_moved_time(client: Client, cloud: Cloud) -> None:
    plan(cloud, "latency", seconds=20.0)
    run(client)
    assert cloud.appflow.clock.ahead > timedelta(0)
    cloud.appflow.reset()
    assert cloud.appflow.clock.ahead == timedelta(0)
    assert cloud.appflow.faults.planned() == []
