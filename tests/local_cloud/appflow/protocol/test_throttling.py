"""AppFlow behind a limit on its requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from appflow_local.appflow.protocol.request_rate import RequestRate
from appflow_local.appflow.protocol.throttling import Throttled
from harness.model.appflow import Client, Cloud, Server


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture(autouse=True)
def _throttled(server: Server, cloud: Cloud, seconds: Seconds) -> Iterator[None]:
    server.appflow = Throttled(cloud.appflow, RequestRate(2, burst=3), seconds)
    yield
    server.appflow = None


def admitted(client: Client, requests: int) -> int:
    count = 0
    for _ in range(requests):
        try:
            client.list_connectors()
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ThrottlingException"
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 429
        else:
            count += 1
    return count


def test_a_burst_is_admitted_and_then_so_many_a_second(server: Server, seconds: Seconds) -> None:
    client = server.client()
    assert admitted(client, 10) == 3
    seconds.now += 0.4
    assert admitted(client, 2) == 0
    seconds.now += 0.1
    assert admitted(client, 2) == 1
    seconds.now += 60
    assert admitted(client, 10) == 3


def test_accounts_and_regions_have_limits_of_their_own(server: Server) -> None:
    assert admitted(server.client(), 10) == 3
    assert admitted(server.client("210987654321"), 10) == 3
    assert admitted(server.client(region="us-east-1"), 10) == 3


@pytest.mark.parametrize("text", ["2,5", "0.5,1", "100,1000"])
def test_a_rate_is_read_and_written_alike(text: str) -> None:
    assert str(RequestRate.parse(text)) == text


@pytest.mark.parametrize("text", ["", "2", "2,", "0,5", "-1,5", "2,0", "2,1.5", "x,5", "inf,5"])
def test_a_text_that_is_not_a_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not RATE,BURST: give two positive numbers"):
        RequestRate.parse(text)
