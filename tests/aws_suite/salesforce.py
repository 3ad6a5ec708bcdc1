"""A stand-in for Salesforce's REST API, as far as AWS's own example of a connector uses it."""

from __future__ import annotations

import json
import re
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
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
    {"name": "NumberOfEmployees", "type": "int", "createable": True, "updateable": True,
     "nillable": True},
    {"name": "LastModifiedDate", "type": "datetime"},
]  # fmt: skip
_NOW = "2026-01-31T12:00:00.000+0000"


@dataclass
class Salesforce:
    """The server's address, and its accounts, in order."""

    url: str
    accounts: list[dict[str, Any]] = field(
        default_factory=lambda: [_account("001A", {"Name": "Bolts & Co"})]
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
            try:
                return 200, {"records": self._selected(unquote(query.removeprefix("q=")))}
            except sqlite3.Error as error:
                return 400, [{"errorCode": "MALFORMED_QUERY", "message": str(error)}]
        if (method, path) == ("POST", f"{_DATA}/sobjects/Account"):
            return self._inserted(json.loads(body))
        if method == "PATCH" and path.startswith(f"{_DATA}/sobjects/Account/"):
            *_, parent, number = path.split("/")
            return self._updated(number, json.loads(body), is_upsert=parent == "Id")
        return 404, [{"errorCode": "NOT_FOUND", "message": path}]

    def _selected(self, soql: str) -> list[dict[str, Any]]:
        """Answer a query, which is near enough to SQL: times have no quotes, and \\' is a quote."""
        sql = re.sub(r"(?<!')\b(\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d{4})?)?)", r"'\1'", soql)
        names = [each["name"] for each in _FIELDS]
        with closing(sqlite3.connect(":memory:")) as database:
            database.row_factory = sqlite3.Row
            database.execute(f"CREATE TABLE Account ({', '.join(names)})")
            rows = [[account[name] for name in names] for account in self.accounts]
            database.executemany(
                f"INSERT INTO Account VALUES ({', '.join('?' * len(names))})",  # noqa: S608
                rows,
            )
            # SOQL has the case of texts count for nothing.
            found = database.execute(sql.replace("\\'", "''")).fetchall()
        return [{"attributes": {"type": "Account"}, **dict(each)} for each in found]

    def _inserted(self, account: dict[str, Any]) -> tuple[int, Any]:
        if wrong := _wrong(account):
            return wrong
        number = f"001{len(self.accounts):04d}"
        self.accounts.append(_account(number, account))
        return 201, {"id": number, "success": True, "errors": []}

    def _updated(self, number: str, changes: dict[str, Any], *, is_upsert: bool) -> tuple[int, Any]:
        found = [each for each in self.accounts if each["Id"] == number]
        if not found:
            return 404, [{"errorCode": "NOT_FOUND", "message": number}]
        if wrong := _wrong(changes):
            return wrong
        found[0].update(changes)
        told = {"id": number, "success": True, "errors": [], "created": False}
        return (200, told) if is_upsert else (204, None)


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
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_PATCH = do_POST = do_GET  # noqa: N815 - as inherited

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


def some_accounts() -> list[dict[str, Any]]:
    """Accounts in which filters find some, and leave others out."""
    given = [
        ("Bolts & Co", "123", 5),
        ("Nuts Ltd", None, 50),
        ("Größe XL", "777 88", None),
        ("O'Neill", "123", 7),
        ("Acme", "9", 120),
    ]
    return [
        _account(
            f"001{number}",
            {
                "Name": name,
                "Phone": phone,
                "NumberOfEmployees": employees,
                "LastModifiedDate": f"2026-01-0{number}T0{number}:30:00.000+0000",
            },
        )
        for number, (name, phone, employees) in enumerate(given, start=1)
    ]


def _account(number: str, given: dict[str, Any]) -> dict[str, Any]:
    nothing = dict.fromkeys(each["name"] for each in _FIELDS)
    return {**nothing, "LastModifiedDate": _NOW, **given, "Id": number}


def _wrong(account: dict[str, Any]) -> tuple[int, Any] | None:
    employees = account.get("NumberOfEmployees")
    if "Id" in account or not isinstance(employees, int | None):
        return 400, [{"errorCode": "INVALID_FIELD", "message": "Id or NumberOfEmployees"}]
    return None


def _object() -> dict[str, Any]:
    return {"name": "Account", "label": "Account", "createable": True}


def _field(name: str, type: str, **properties: bool) -> dict[str, Any]:  # noqa: A002 - Salesforce's
    return {"name": name, "label": name, "type": type, "filterable": True, **properties}
