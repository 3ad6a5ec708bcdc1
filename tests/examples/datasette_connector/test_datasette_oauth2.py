"""Connections whose secret holds an OAuth 2.0 access token."""

from http.server import BaseHTTPRequestHandler

from tests.examples.datasette_connector.conftest import AppFlow, error
from tests.examples.datasette_connector.loopback import KEY, Answer, http_server
from tests.examples.datasette_connector.writable import WritableServer


def test_an_access_token_opens_what_a_key_opens(datasette_url: str, stock: WritableServer) -> None:
    appflow = AppFlow(datasette_url, "token", "OAuth2")
    assert appflow.validate() == {"isSuccess": True, "errorDetails": None}
    assert appflow.ids("id < 4") == [1, 2, 3]
    writer = AppFlow(stock.url, "token", "OAuth2")
    assert writer.write("stock/log_lines", [{"line": "x"}])["isSuccess"]


def test_an_unknown_token_is_invalid_so_that_appflow_refreshes_it(datasette_url: str) -> None:
    appflow = AppFlow(datasette_url, "wrong-token", "OAuth2")
    for answer in (appflow.validate(), appflow.query("shop/orders"), appflow.list_entities()):
        code, message = error(answer)
        assert code == "InvalidCredentials"
        assert "token" in message


def test_a_token_that_only_a_proxy_knows_is_accepted() -> None:
    seen: list[str] = []

    def proxy(request: BaseHTTPRequestHandler) -> Answer:
        seen.append(request.headers["Authorization"])
        known = seen[-1] == f"Bearer {KEY}"
        body = b'{"actor": null}' if "actor" in request.path else b"[]"
        return (200 if known else 401), {}, body

    with http_server(proxy) as url:
        assert AppFlow(url, "token", "OAuth2").validate()["isSuccess"]
        code, _ = error(AppFlow(url, "wrong-token", "OAuth2").validate())
    assert code == "InvalidCredentials"


def test_a_token_is_not_taken_for_a_key_nor_a_key_for_a_token(datasette_url: str) -> None:
    for secret, kind, member in (("right", "OAuth2", "accessToken"), ("token", "ApiKey", "apiKey")):
        code, message = error(AppFlow(datasette_url, secret, kind).validate())
        assert code == "InvalidCredentials"
        assert member in message
        assert "hunter2" not in message


def test_the_word_anonymous_is_no_token(datasette_url: str) -> None:
    assert error(AppFlow(datasette_url, "anonymous-token", "OAuth2").validate())[0] == (
        "InvalidCredentials"
    )


def test_other_types_of_authentication_are_refused(datasette_url: str) -> None:
    code, message = error(AppFlow(datasette_url, "right", "CustomAuth").validate())
    assert code == "InvalidArgument"
    assert "API key or OAuth2" in message
