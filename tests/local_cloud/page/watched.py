"""The page over a model without a cloud, asked without a network."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from appflow_local.appflow.host import Caller, Place
from appflow_local.page.app import make_app
from appflow_local.page.onlooker import StackFailure
from appflow_local.page.session import form_token
from harness.model.appflow import ACCOUNT, CALLER_ARN, REGION, Cloud

TOKEN = "t0ken"
PORT = 8123


class FakeOnlooker:
    """Stands in for MiniStack; tests add to `failures`."""

    def __init__(self) -> None:
        self.failures: list[StackFailure] = []

    def home(self) -> Place:
        return ACCOUNT, REGION

    def as_root(self, place: Place) -> AbstractContextManager[Caller]:
        return nullcontext(Caller(*place, CALLER_ARN))

    def stack_failures(self, place: Place) -> Sequence[StackFailure]:
        assert place
        return self.failures


@dataclass(frozen=True)
class FakePort:
    """Where the page would be served."""

    port: int = PORT
    token: str = TOKEN


@dataclass(frozen=True)
class Answer:
    """An answer of the page."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def words(self) -> str:
        """What can be read of it, without markup and with single spaces."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())


class Watched:
    """The page of a model."""

    def __init__(self, cloud: Cloud, log: Path) -> None:
        self.onlooker = FakeOnlooker()
        self.appflow = cloud.appflow
        self.log = log
        self.app = make_app(cloud.appflow, self.onlooker, FakePort(), log)

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes = b"",
        cookie: str | None = f"appflow-local-{PORT}={TOKEN}",
        **headers: str,
    ) -> Answer:
        """Send a request."""
        given = {"host": f"localhost:{PORT}", **headers, **({"cookie": cookie} if cookie else {})}
        return asyncio.run(self._exchange(method, path, body, given))

    def screen(self, screen: str = "", **parameters: object) -> Answer:
        """Return a screen of the model's account and Region."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self.ask(f"/{ACCOUNT}/{REGION}/{quote(screen)}{query}")

    def act(self, action: str, **values: object) -> Answer:
        """Press a button, and return the screen that it leads to."""
        body = urlencode({"token": form_token(TOKEN), **values}).encode()
        answer = self.ask(f"/{ACCOUNT}/{REGION}/do/{action}", "POST", body)
        return self.ask(answer.headers["location"]) if answer.status == 303 else answer

    async def _exchange(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", PORT),
        }
        sent: list[Mapping[str, Any]] = []
        given = False

        async def receive() -> Mapping[str, Any]:
            nonlocal given
            if given:  # the client stays
                await asyncio.Event().wait()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start = sent[0]
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        text = b"".join(each.get("body", b"") for each in sent[1:]).decode()
        return Answer(start["status"], found, text)
