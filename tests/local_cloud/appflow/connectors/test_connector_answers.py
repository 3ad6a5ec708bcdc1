"""What a connector can do wrong while it is registered, and what AppFlow says then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from appflow_local.appflow.account import Accounts
from appflow_local.appflow.clock import MovableClock
from appflow_local.appflow.connectors.connection import (
    DATA_TIMEOUT,
    METADATA_TIMEOUT,
    Connection,
)
from appflow_local.appflow.host import (
    FunctionNotFound,
    FunctionNotStarted,
    Invocation,
    InvocationThrottled,
    InvocationTimedOut,
)
from appflow_local.appflow.protocol.errors import ConnectorServerException
from harness.model.appflow import (
    CALLER,
    COMMUNICATION_ERROR,
    FUNCTION_ARN,
    NO_VALID_RESPONSE,
    Client,
    FakeHost,
    Function,
    answering,
    labels,
    refusal,
    register,
    registration,
    sdk_answer,
)


def refused(client: Client, host: FakeHost, function: Function) -> tuple[str, str]:
    host.functions[FUNCTION_ARN] = function
    outcome = refusal(client.register_connector, **registration())
    assert labels(client) == []
    return outcome


def refused_answer(client: Client, host: FakeHost, answer: object) -> str:
    code, message = refused(client, host, answering(answer))
    assert code == "ConnectorServerException"
    return message


def raising(error: Exception) -> Function:
    def fail(_request: Mapping[str, Any]) -> Invocation:
        raise error

    return fail


def test_a_function_that_raises_is_no_valid_response(
    client: Client, host: FakeHost, caplog: pytest.LogCaptureFixture
) -> None:
    payload = json.dumps({"errorMessage": "Exception while processing the request"}).encode()
    outcome = refused(client, host, lambda _: Invocation(payload, function_error="Unhandled"))
    assert outcome == ("ConnectorServerException", NO_VALID_RESPONSE)
    assert "Exception while processing the request" in caplog.text


def test_a_function_error_counts_even_when_the_payload_looks_good(
    client: Client, host: FakeHost
) -> None:
    good = json.dumps(sdk_answer()).encode()
    outcome = refused(client, host, lambda _: Invocation(good, function_error="Handled"))
    assert outcome == ("ConnectorServerException", NO_VALID_RESPONSE)


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"null", b"[]", b"1", b'"text"', b"{", b"\xff", b"[" * 99_999),
        b'{"isSuccess": true, "a": NaN}',
        b'{"isSuccess": true, "a": 1e400}',
    ],
)
def test_an_answer_that_is_no_json_object_is_no_valid_response(
    client: Client, host: FakeHost, payload: bytes
) -> None:
    outcome = refused(client, host, lambda _: Invocation(payload))
    assert outcome == ("ConnectorServerException", NO_VALID_RESPONSE)


def test_credentials_that_were_not_sent_cannot_be_refused(client: Client, host: FakeHost) -> None:
    details = {"errorCode": "InvalidCredentials", "errorMessage": "Who?"}
    message = refused_answer(client, host, {"isSuccess": False, "errorDetails": details})
    assert message.startswith(COMMUNICATION_ERROR)
    assert message.endswith("with connector failure Who?")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"isSuccess": None},
        {"isSuccess": "true"},
        {"isSuccess": 1},
        {"isSuccess": False},
        {"isSuccess": False, "errorDetails": None},
        {"isSuccess": False, "errorDetails": "broken"},
        {"isSuccess": False, "errorDetails": {"errorCode": "ServerError"}},
        {"isSuccess": None, "errorDetails": {"errorMessage": "broken"}},
    ],
)
def test_neither_success_nor_error_details_is_no_valid_response(
    client: Client, host: FakeHost, answer: object
) -> None:
    assert refused_answer(client, host, answer) == NO_VALID_RESPONSE


def test_the_connectors_own_error_message_is_passed_on(client: Client, host: FakeHost) -> None:
    details = {"errorCode": "ServiceUnavailable", "errorMessage": "Back at nine"}
    answer = {"isSuccess": False, "errorDetails": details}
    assert refused_answer(client, host, answer) == (
        "Error while communicating to connector: Failed to validate Connection while attempting "
        '"DescribeConnectorConfiguration with CustomConnector" with connector failure Back at nine'
    )


def test_an_endless_error_message_is_cut_to_what_an_error_can_carry(
    client: Client, host: FakeHost
) -> None:
    details = {"errorMessage": "x" * 10_000}
    message = refused_answer(client, host, {"isSuccess": False, "errorDetails": details})
    assert message.startswith(COMMUNICATION_ERROR)
    assert len(message) == 2048


def test_a_connector_has_ten_seconds(client: Client, host: FakeHost) -> None:
    assert refused(client, host, raising(InvocationTimedOut())) == (
        "ConnectorServerException",
        COMMUNICATION_ERROR + "The connector did not respond within 10 seconds.",
    )


def test_a_throttled_function_is_throttling(client: Client, host: FakeHost) -> None:
    assert refused(client, host, raising(InvocationThrottled())) == (
        "ThrottlingException",
        f"The connector function {FUNCTION_ARN} is throttled.",
    )


def test_a_function_that_vanishes_before_the_call_is_not_found(
    client: Client, host: FakeHost
) -> None:
    assert refused(client, host, raising(FunctionNotFound())) == (
        "ResourceNotFoundException",
        f"Function not found: {FUNCTION_ARN}",
    )


def test_a_function_that_does_not_start_says_why_after_appflows_own_text(
    client: Client, host: FakeHost
) -> None:
    assert refused(client, host, raising(FunctionNotStarted("Class not found: a.B"))) == (
        "ConnectorServerException",
        f"{NO_VALID_RESPONSE} appflow-local adds: the function can't start: Class not found: a.B",
    )


def test_a_function_that_this_machine_cannot_run_is_the_emulators_limit(
    client: Client, host: FakeHost
) -> None:
    limit = FunctionNotStarted("appflow-local doesn't run ruby3.4", is_unsupported=True)
    assert refused(client, host, raising(limit)) == (
        "UnsupportedOperationException",
        "appflow-local doesn't run ruby3.4",
    )


def test_an_answer_may_have_six_megabytes_and_no_more(client: Client, host: FakeHost) -> None:
    body = json.dumps(sdk_answer()).encode()
    largest = body + b" " * (6 * 1024 * 1024 - len(body))
    assert refused(client, host, lambda _: Invocation(largest + b" ")) == (
        "ConnectorServerException",
        COMMUNICATION_ERROR + "The connector's response is larger than 6 MB.",
    )
    host.functions[FUNCTION_ARN] = lambda _: Invocation(largest)
    register(client)


@pytest.fixture
def connection(host: FakeHost) -> Connection:
    return Connection(Accounts.empty(host, MovableClock()).of(CALLER), "Orders", FUNCTION_ARN)


def test_a_request_that_lambda_would_refuse_is_not_sent(
    host: FakeHost, connection: Connection
) -> None:
    host.functions[FUNCTION_ARN] = answering({"isSuccess": True})
    request = {"type": "WriteDataRequest", "records": [""]}
    text = "x" * (6 * 1024 * 1024 - len(json.dumps(request)))
    with pytest.raises(ConnectorServerException, match="larger than 6 MB"):
        connection.call({**request, "records": [text]})
    assert host.invocations == []
    connection.call({**request, "records": [text[1:]]})


@pytest.mark.parametrize(("timeout", "words"), [(METADATA_TIMEOUT, "10"), (DATA_TIMEOUT, "30")])
def test_a_connector_that_takes_too_long_is_told_how_long_it_had(
    host: FakeHost, connection: Connection, timeout: float, words: str
) -> None:
    def too_slow(_request: object) -> Invocation:
        raise InvocationTimedOut

    host.functions[FUNCTION_ARN] = too_slow
    with pytest.raises(ConnectorServerException, match=f"respond within {words} seconds"):
        connection.ask({"type": "QueryDataRequest"}, timeout=timeout)
    assert host.invocations[-1][2] == timeout
