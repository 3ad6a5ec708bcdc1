"""A Datasette server that may be written to, and its database behind the server's back."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.examples.datasette_connector.loopback import KEY, VISITOR_KEY, datasette_server

_SCHEMA = """
CREATE TABLE items (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT, amount INTEGER NOT NULL DEFAULT 7,
  CHECK (amount < 100)
);
CREATE TABLE people (
  code TEXT PRIMARY KEY, email TEXT UNIQUE, name TEXT
);
CREATE TABLE places (hall TEXT, shelf INTEGER, label TEXT, PRIMARY KEY (hall, shelf));
CREATE TABLE log_lines (line TEXT);
CREATE TABLE badges (number INTEGER PRIMARY KEY, holder TEXT UNIQUE);
CREATE TABLE codes (id INTEGER PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE tags (tag TEXT PRIMARY KEY DEFAULT 'none', note TEXT);
CREATE TABLE seats (id INTEGER PRIMARY KEY, seat TEXT);
CREATE UNIQUE INDEX taken_seats ON seats (seat) WHERE seat <> 'free';
CREATE TABLE bookings (hall TEXT, day TEXT, UNIQUE (hall, day));
CREATE TABLE kinds (
  id INTEGER PRIMARY KEY, whole INTEGER, real REAL, price DECIMAL(10,2), flag BOOLEAN, day DATE,
  instant DATETIME, text TEXT, bytes BLOB, anything, twice INTEGER AS (whole * 2)
);
CREATE TABLE "two words" (id INTEGER PRIMARY KEY);
CREATE VIEW names AS SELECT name FROM items;
"""
TABLES = (
    *("badges", "bookings", "codes", "items", "kinds", "log_lines", "people", "places"),
    *("seats", "tags"),
)
METADATA = {
    "allow": {"id": ["appflow", "visitor"]},
    "plugins": {
        "datasette-insert": {"allow": {"id": "appflow"}},
        "datasette-auth-tokens": {
            "tokens": [
                {"token": KEY, "actor": {"id": "appflow"}},
                {"token": VISITOR_KEY, "actor": {"id": "visitor"}},
            ]
        },
    },
}


@dataclass(frozen=True)
class WritableServer:
    """Its address, and the file that it serves as the database `stock`."""

    url: str
    file: Path

    def clear(self) -> None:
        with closing(sqlite3.connect(self.file)) as stock, stock:
            for table in TABLES:
                stock.execute(f"DELETE FROM {table}")  # noqa: S608 one of ours

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as stock:
            return stock.execute(sql).fetchall()


def make_stock(folder: Path) -> Path:
    """Write the database `stock`, its tables empty, and return its file."""
    file = folder / "stock.db"
    with closing(sqlite3.connect(file)) as stock:
        stock.executescript(_SCHEMA)
    return file


@contextmanager
def writable_server(folder: Path) -> Iterator[WritableServer]:
    """Run Datasette with datasette-insert over a database in `folder`."""
    file = make_stock(folder)
    with datasette_server(folder, metadata_json=json.dumps(METADATA)) as url:
        yield WritableServer(url, file)
