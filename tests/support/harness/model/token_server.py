"""An authorization server's token endpoint on the loopback, as far as AppFlow sees it."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.model.profiles import authentication, config

CLIENT = {"clientId": "me", "clientSecret": "h&sh+"}
GRANTS = ["CLIENT_CREDENTIALS", "AUTHORIZATION_CODE"]


@dataclass(frozen=True)
class TokenRequest:
    """One request as the server read it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), strict_parsing=True))


class TokenServer:
    """Gives the answers that the test has set, and remembers the requests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[TokenRequest] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.delay = 0.0  # seconds before an answer
        self.body = b""
        self.grant(access_token="token-1", token_type="Bearer", expires_in=3600)

    def grant(self, **answer: object) -> None:
        """Give these tokens from now on."""
        self.status, self.body = 200, json.dumps(answer).encode()

    def refuse(self, error: str, description: str | None = None, status: int = 400) -> None:
        """Refuse as RFC 6749 says, from now on."""
        answer = {"error": error, **({"error_description": description} if description else {})}
        self.status, self.body = status, json.dumps(answer).encode()

    def properties(self, grant_type: str, **custom: str) -> dict[str, Any]:
        """Return OAuth2Properties that lead here."""
        return {
            "tokenUrl": self.url,
            "oAuth2GrantType": grant_type,
            **({"tokenUrlCustomProperties": custom} if custom else {}),
        }


def oauth2_authentication(**changes: object) -> dict[str, Any]:
    """Return the authenticationConfig of a connector that supports all that AppFlow does."""
    oauth2 = authentication()["oAuth2Defaults"]
    changes = {"oAuth2GrantTypesSupported": GRANTS, "oAuthScopes": None, **changes}
    return authentication(oAuth2Defaults={**oauth2, **changes})


def oauth2_config(oauth2: object, properties: object = None) -> dict[str, Any]:
    """Return a connectorProfileConfig with OAuth2Credentials and perhaps OAuth2Properties."""
    given = config({"authenticationType": "OAUTH2", "oauth2": oauth2})
    if properties is not None:
        given["connectorProfileProperties"]["CustomConnector"]["oAuth2Properties"] = properties
    return given


@contextmanager
def token_server(tls: ssl.SSLContext | None = None) -> Iterator[TokenServer]:
    """Run a token endpoint on a free port; over HTTPS if there is a server's TLS context."""

    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def answer(self) -> None:
            parts = urlsplit(self.path)
            server.requests.append(
                TokenRequest(
                    self.command,
                    parts.path,
                    dict(parse_qsl(parts.query)),
                    dict(self.headers),
                    self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                )
            )
            time.sleep(server.delay)
            with suppress(BrokenPipeError, ConnectionResetError):  # the client may not wait
                self.send_answer()

        def send_answer(self) -> None:
            self.send_response(server.status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(server.body)))
            self.end_headers()
            self.wfile.write(server.body)

        do_GET = do_POST = answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        httpd.socket = tls.wrap_socket(httpd.socket, server_side=True)
    scheme = "https" if tls else "http"
    server = TokenServer(f"{scheme}://127.0.0.1:{httpd.server_port}/token")
    thread = threading.Thread(target=httpd.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()
