"""A Datasette server with a shop's orders, to read and write: on loopback, while it lasts."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, product TEXT, quantity INTEGER, paid BOOLEAN, ordered_at TIMESTAMP,
  status TEXT
);
"""
# Where rich is installed, Datasette prints every error with all local variables, which takes it
# longer than the rest of a check.
SERVE = "import sys; sys.modules['rich'] = None; from datasette.cli import cli; cli()"
_PRODUCTS = ("bolt", "nut", "screw", "washer")
_ORDERS = 1_000
_SECONDS_TO_START = 30.0


@contextmanager
def shop_server(folder: Path, key: str, port: int = 0) -> Iterator[str]:
    """Serve a new shop to whoever has the key, on any free port; yields the server's address."""
    database = folder / "shop.db"
    with closing(sqlite3.connect(database)) as shop, shop:
        shop.executescript(SCHEMA)
        insert = "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)"
        shop.executemany(insert, map(_order, range(_ORDERS)))
    metadata = folder / "metadata.json"
    metadata.write_text(json.dumps(_metadata(key)))
    port = port or _free_port()
    command = [sys.executable, "-c", SERVE, "serve", str(database), "-m", str(metadata)]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    with (folder / "datasette.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(server, port, key, folder / "datasette.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def _order(number: int) -> tuple[object, ...]:
    day, second = f"2026-{number // 90 + 1:02}-{number % 28 + 1:02}", number % 60
    product, is_paid = _PRODUCTS[number % len(_PRODUCTS)], number % 3 > 0
    ordered_at, status = f"{day}T09:30:{second:02}Z", "paid" if is_paid else "open"
    return number + 1, product, number % 9 + 1, is_paid, ordered_at, status


def _metadata(key: str) -> dict[str, object]:
    tokens = {"tokens": [{"token": key, "actor": {"id": "appflow"}}]}
    plugins = {"datasette-auth-tokens": tokens, "datasette-insert": {"allow": {"id": "appflow"}}}
    return {"allow": {"id": "appflow"}, "plugins": plugins}


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, key: str, log: Path) -> None:
    url = f"http://127.0.0.1:{port}/shop.json"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})
    deadline = time.monotonic() + _SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"the Datasette server did not start; it printed:\n{log.read_text()}")
