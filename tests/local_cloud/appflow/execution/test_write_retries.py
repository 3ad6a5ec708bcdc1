"""Connectors that write some records of a batch and ask for patience with the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from appflow_local.appflow.host import Invocation
from harness.model.appflow import COMMUNICATION_ERROR, Client, FakeHost
from harness.model.fake_storage import BUCKET
from harness.model.runs import (
    DataFunction,
    connected,
    csv_text,
    inward,
    json_lines,
    message,
    orders,
    run,
    to_connector,
)

ROWS = [{"id": str(order["id"]), "name": order["name"]} for order in orders(4)]
DONE = {"isSuccess": True}


class Scripted(DataFunction):
    """Answers each WriteData with the next of its answers."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        super().__init__()
        self._answers = iter(answers)

    def __call__(self, request: Mapping[str, Any]) -> Invocation:
        if request["type"] == "WriteDataRequest":
            self.answers["WriteDataRequest"] = next(self._answers)
        return super().__call__(request)

    @property
    def sent(self) -> list[str]:
        """The ids of the records of each request."""
        return [
            "".join(json.loads(text)["id"] for text in request["records"])
            for request in self.writes
        ]


def busy(results: object, code: str = "RateLimitExceeded") -> dict[str, object]:
    details = {"errorCode": code, "errorMessage": "busy", "retryAfterSeconds": 0}
    return {"isSuccess": False, "errorDetails": details, "writeRecordResults": results}


def each(*written: bool) -> list[dict[str, object]]:
    return [{"isSuccess": done, "errorMessage": None if done else "later"} for done in written]


def upload(client: Client, host: FakeHost, connector: Scripted, **errors: object) -> Any:  # noqa: ANN401 - an execution record
    connected(client, host, connector)
    host.objects[BUCKET, "in/a.csv"] = csv_text(ROWS)
    destination = to_connector(errorHandlingConfig={"bucketName": BUCKET, **errors})
    client.create_flow(**inward(destinationFlowConfigList=destination))
    return run(client, "upload")


@pytest.mark.parametrize("code", ["RateLimitExceeded", "ServiceUnavailable"])
def test_only_records_that_are_not_written_are_sent_again(
    client: Client, host: FakeHost, code: str
) -> None:
    connector = Scripted(
        busy(each(True, False, True, False), code), busy(each(True, False), code), DONE
    )
    done = upload(client, host, connector)
    assert connector.sent == ["1234", "24", "4"]
    assert done["executionStatus"] == "Successful"
    result = done["executionResult"]
    assert result["bytesWritten"] == sum(len(text) for text in connector.writes[0]["records"])
    assert "errorInfo" not in result


def test_the_last_results_are_those_of_the_records_that_were_left(
    client: Client, host: FakeHost
) -> None:
    last = busy(each(False, True), "PartialWriteFailure")
    connector = Scripted(busy(each(True, False, True, False)), last)
    done = upload(client, host, connector)
    assert done["executionResult"]["errorInfo"] == {"putFailuresCount": 1}
    refused = json_lines(host.texts()[f"upload/{done['executionId']}"])
    assert refused == [{"errorMessage": "later", "record": ROWS[1]}]


def test_written_records_are_not_sent_again(client: Client, host: FakeHost) -> None:
    connector = Scripted(busy(each(True, True, True, True)))
    assert upload(client, host, connector)["executionStatus"] == "Successful"
    assert connector.sent == ["1234"]


@pytest.mark.parametrize("results", [None, []])
def test_an_answer_without_results_has_all_records_sent_again(
    client: Client, host: FakeHost, results: object
) -> None:
    connector = Scripted(busy(results), DONE)
    upload(client, host, connector)
    assert connector.sent == ["1234", "1234"]


def test_all_or_none_sends_all_records_again(client: Client, host: FakeHost) -> None:
    connector = Scripted(busy(each(True, False, True, False)), DONE)
    upload(client, host, connector, failOnFirstDestinationError=True)
    assert connector.sent == ["1234", "1234"]


def test_results_of_other_records_end_the_run(client: Client, host: FakeHost) -> None:
    text = message(upload(client, host, Scripted(busy(each(True)))))
    assert text.startswith(COMMUNICATION_ERROR)
    assert "1 results for 4 records" in text
