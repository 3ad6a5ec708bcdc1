"""A Datasette server with a small shop, and a connector profile for it.

To run them: pip install './cdk-appflow-connector/local_cloud[check,pytest]' datasette
datasette-auth-tokens datasette-insert, and `pytest` in this folder or above.
"""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from appflow_local.testing import AppflowLocal, Profile

HANDLER = "datasette_connector.handler.lambda_handler"
KEY = "a-key-for-appflow"
METADATA = {
    "allow": {"id": "appflow"},
    "plugins": {
        "datasette-insert": {"allow": {"id": "appflow"}},
        "datasette-auth-tokens": {"tokens": [{"token": KEY, "actor": {"id": "appflow"}}]},
    },
}
SCHEMA = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, amount REAL, placed DATETIME);
"""
ORDERS = """
DELETE FROM orders;
INSERT INTO orders VALUES (1, 'Ann', 12.5, '2026-01-01T08:00:00Z');
INSERT INTO orders VALUES (2, 'Bob', 3.0, '2026-01-02T08:00:00Z');
INSERT INTO orders VALUES (3, 'Ann', 8.25, '2026-01-03T08:00:00Z');
"""
_SECONDS_TO_START = 30.0


@dataclass(frozen=True)
class Shop:
    """A server, and the database behind it."""

    url: str
    file: Path

    def customers(self) -> list[str]:
        with closing(sqlite3.connect(self.file)) as database:
            return [name for (name,) in database.execute("SELECT customer FROM orders ORDER BY id")]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A running server for all tests: it takes half a second to start."""
    folder = tmp_path_factory.mktemp("shop")
    file, metadata = folder / "shop.db", folder / "metadata.json"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(SCHEMA)
    metadata.write_text(json.dumps(METADATA))
    command = shutil.which("datasette")
    assert command, "pip install datasette datasette-auth-tokens datasette-insert"
    port = _free_port()
    arguments = [command, "serve", str(file), "-m", str(metadata), "--port", str(port)]
    with subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            found = Shop(f"http://127.0.0.1:{port}", file)
            _wait_until_ready(found.url)
            yield found
        finally:
            process.terminate()


@pytest.fixture
def shop(server: Shop) -> Shop:
    """The server, with the same three orders for each test."""
    with closing(sqlite3.connect(server.file)) as database:
        database.executescript(ORDERS)
    return server


@pytest.fixture
def profile(appflow_local: AppflowLocal, shop: Shop) -> Profile:
    """A profile of the connector in the folder above, which AppFlow has validated."""
    connector = appflow_local.connector("..", handler=HANDLER, label="Datasette")
    credentials = {"type": "apiKey", "apiKey": KEY}
    return connector.profile(credentials=credentials, settings={"baseUrl": shop.url})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str) -> None:
    request = urllib.request.Request(
        f"{url}/-/versions.json", headers={"Authorization": f"Bearer {KEY}"}
    )
    deadline = time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            urllib.request.urlopen(request, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
