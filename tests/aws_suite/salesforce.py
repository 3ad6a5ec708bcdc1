"""A stand-in for Salesforce's REST API, as far as AWS's own example of a connector uses it."""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import trustme

TOKEN = "salesforce-access-token"
_DATA = "/services/data/v51.0"
_FIELDS: list[dict[str, Any]] = [
    {"name": "Id", "type": "id", "idLookup": True},
    {"name": "Name", "type": "string", "createable": True, "updateable": True},
    {"name": "Phone", "type": "string", "createable": True, "updateable": True, "nillable": True},
]


@dataclass
class Salesforce:
    """The server's address, and its accounts, in order."""

    url: str
    accounts: list[dict[str, Any]] = field(
        default_factory=lambda: [{"Id": "001A", "Name": "Bolts & Co", "Phone": None}]
    )

    def answer(self, method: str, path: str, query: str, body: bytes) -> tuple[int, Any]:
        """Answer one authorized request."""
        if path == "/services/oauth2/userinfo":
            return 200, {"user_id": "005"}
        if path.rstrip("/") == f"{_DATA}/sobjects":
            return 200, {"sobjects": [_object()]}
        if path == f"{_DATA}/sobjects/Account/describe":
            return 200, {**_object(), "fields": [_field(**each) for each in _FIELDS]}
        if path == f"{_DATA}/query":
            return 200, {"records": self._selected(unquote(query.removeprefix("q=")))}
        if (method, path) == ("POST", f"{_DATA}/sobjects/Account"):
            return 201, self._inserted(json.loads(body))
        return 404, [{"errorCode": "NOT_FOUND", "message": path}]

    def _selected(self, soql: str) -> list[dict[str, Any]]:
        found = re.fullmatch(r"select (.+?) from Account", soql.strip(), re.IGNORECASE)
        assert found, soql
        names = [name.strip() for name in found[1].split(",")]
        return [{name: account[name] for name in names} for account in self.accounts]

    def _inserted(self, account: dict[str, Any]) -> dict[str, Any]:
        number = f"001{len(self.accounts):04d}"
        self.accounts.append({"Id": number, "Phone": None, **account})
        return {"id": number, "success": True, "errors": []}


@contextmanager
def running_salesforce(authority: trustme.CA) -> Iterator[Salesforce]:
    """Serve it over TLS on loopback; one token opens it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            status, answer = 401, [{"errorCode": "INVALID_SESSION_ID"}]
            if self.headers.get("Authorization") == f"Bearer {TOKEN}":
                status, answer = salesforce.answer(self.command, parts.path, parts.query, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - as inherited

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
            pass

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    salesforce = Salesforce(f"https://localhost:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield salesforce
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _object() -> dict[str, Any]:
    return {"name": "Account", "label": "Account", "createable": True}


def _field(name: str, type: str, **properties: bool) -> dict[str, Any]:  # noqa: A002 - Salesforce's
    return {"name": name, "label": name, "type": type, "filterable": True, **properties}
