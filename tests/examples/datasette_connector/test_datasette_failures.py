"""Servers that are down, slow, broken or hostile: each failure is an answer."""

import json
import socket
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from datasette_connector import client, credentials, deadline, records
from tests.examples.datasette_connector.conftest import AppFlow, error
from tests.examples.datasette_connector.loopback import KEY, Answer, Respond, http_server


def answer(status: int, body: str = "{}", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, named, body.encode()


def constantly(given: Answer) -> Respond:
    return lambda _: given


def error_from(respond: Answer) -> tuple[str, str]:
    with http_server(constantly(respond)) as url:
        return error(AppFlow(url).query("shop/orders"))


def test_a_server_that_is_down_is_unavailable() -> None:
    with http_server(lambda _: answer(200)) as url:
        pass
    for failed in (AppFlow(url).validate(), AppFlow(url).list_entities()):
        code, message = error(failed)
        assert code == "ServiceUnavailable"
        assert url in message


def test_a_host_that_does_not_exist_is_unavailable() -> None:
    assert error(AppFlow("http://no-such-host.invalid").validate())[0] == "ServiceUnavailable"


def test_a_slow_server_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "RECORDS", deadline.Budget(total_s=1.0, call_s=0.2))

    def sleep(_: BaseHTTPRequestHandler) -> Answer:
        time.sleep(0.6)
        return answer(200)

    with http_server(sleep) as url:
        code, message = error(AppFlow(url).query("shop/orders"))
    assert code == "RequestTimeout"
    assert "0.2 s" in message


def test_a_server_that_trickles_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "RECORDS", deadline.Budget(total_s=0.3, call_s=0.2))

    def trickle(request: BaseHTTPRequestHandler) -> Answer:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(8):
            request.wfile.write(b" ")
            time.sleep(0.1)
        return answer(200)

    with http_server(trickle) as url:
        started = time.monotonic()
        assert error(AppFlow(url).query("shop/orders"))[0] == "RequestTimeout"
    assert time.monotonic() - started < 1.5


def test_the_time_limits_stay_under_appflow_s() -> None:
    secret: Any = credentials._CONFIG
    secret_s = 2 * (secret.connect_timeout + secret.read_timeout)
    for budget, limit in ((deadline.METADATA, 10), (deadline.RECORDS, 30)):
        assert max(budget.total_s, secret_s) + budget.call_s < limit


def test_a_query_that_datasette_interrupts_is_a_timeout(appflow: AppFlow) -> None:
    code, message = error(appflow.query("shop/endless"))
    assert code == "RequestTimeout"
    assert "sql_time_limit_ms" in message


@pytest.mark.parametrize(
    "body",
    ["", "<html>hello</html>", "[1, 2]", "{}", '{"rows": null}', "null", "\xff", '{"rows": 5}'],
)
def test_an_answer_that_is_not_datasette_s_is_a_server_error(body: str) -> None:
    code, message = error_from(answer(200, body))
    assert code == "ServerError"
    assert "Datasette" in message


@pytest.mark.parametrize("body", ["[]", "{}", "5", '{"actor": [1]}', '{"actor": null}'])
def test_a_server_that_does_not_say_whose_key_it_is_is_refused(body: str) -> None:
    with http_server(lambda _: answer(200, body)) as url:
        assert error(AppFlow(url).validate())[0] in ("ServerError", "InvalidCredentials")


@pytest.mark.parametrize("body", ["{}", "5", '[{"no": "name"}]', "[5]", '[{"name": "shop"}]'])
def test_a_list_of_databases_that_is_none_is_a_server_error(body: str) -> None:
    with http_server(lambda _: answer(200, body)) as url:
        assert error(AppFlow(url).list_entities())[0] == "ServerError"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "InvalidArgument"),
        (401, "InvalidCredentials"),
        (403, "InvalidCredentials"),
        (408, "RequestTimeout"),
        (413, "InvalidArgument"),
        (414, "InvalidArgument"),
        (418, "ClientError"),
        (429, "RateLimitExceeded"),
        (500, "ServerError"),
        (502, "ServerError"),
        (503, "ServiceUnavailable"),
    ],
)
def test_http_statuses_become_appflow_s_error_codes(status: int, code: str) -> None:
    found, message = error_from(answer(status, '{"ok": false, "error": "<b>because</b>"}'))
    assert found == code
    assert str(status) in message
    assert "<b>" not in message


def test_the_wait_that_the_server_asks_for_is_passed_on() -> None:
    for header, seconds in (("7", 7), (formatdate(time.time() + 60, usegmt=True), 60)):
        with http_server(constantly(answer(429, Retry_After=header))) as url:
            details = AppFlow(url).query("shop/orders")["errorDetails"]
        assert abs(details["retryAfterSeconds"] - seconds) <= 2
    for header in ("soon", "-1", "9999999999999999"):
        with http_server(constantly(answer(503, Retry_After=header))) as url:
            assert AppFlow(url).query("shop/orders")["errorDetails"]["retryAfterSeconds"] is None


def test_a_redirect_is_not_followed_with_the_key() -> None:
    seen: list[str] = []

    def elsewhere(request: BaseHTTPRequestHandler) -> Answer:
        seen.append(request.headers["Authorization"])
        return answer(200)

    with http_server(elsewhere) as other:
        code, message = error_from(answer(302, Location=f"{other}/x?sql=1"))
    assert code == "InvalidArgument"
    assert f"{other}/x" in message
    assert seen == []


def test_a_server_that_echoes_the_key_does_not_get_it_into_the_answer() -> None:
    def echo(request: BaseHTTPRequestHandler) -> Answer:
        return answer(500, json.dumps({"error": request.headers["Authorization"]}))

    with http_server(echo) as url:
        _, message = error(AppFlow(url).query("shop/orders"))
    assert KEY not in message
    assert "[credentials]" in message


def test_a_connection_that_breaks_is_unavailable() -> None:
    def hang_up(request: BaseHTTPRequestHandler) -> Answer:
        request.connection.shutdown(socket.SHUT_RDWR)
        return answer(200)

    assert error_from((200, {"Content-Length": "100"}, b"{}"))[0] == "ServiceUnavailable"
    with http_server(hang_up) as url:
        assert error(AppFlow(url).query("shop/orders"))[0] == "ServiceUnavailable"


def test_a_public_server_is_read_with_the_key_anonymous() -> None:
    seen: list[str | None] = []

    def public(request: BaseHTTPRequestHandler) -> Answer:
        seen.append(request.headers["Authorization"])
        return answer(200, '{"actor": null}')

    with http_server(public) as url:
        assert AppFlow(url, "anonymous").validate()["isSuccess"]
        assert error(AppFlow(url, "wrong").validate())[0] == "InvalidCredentials"
    assert seen == [None, "Bearer no-such-key"]


def test_an_unexpected_exception_still_gets_an_answer(
    appflow: AppFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.DatasetteClient, "query", None)
    code, message = error(appflow.query("shop/orders"))
    assert code == "UnknownError"
    assert "TypeError" in message
