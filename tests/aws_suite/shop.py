"""The Datasette server that the suite's flows read and write: a small shop, over TLS."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme

from tests.examples.datasette_connector.loopback import KEY, datasette_server

_SCHEMA = """
CREATE TABLE products (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, price DECIMAL(10,2), discontinued BOOLEAN,
  released DATE, updated_at DATETIME
);
INSERT INTO products VALUES
  (1, 'Bolt, "M8"', 0.25, 0, '2021-04-20', '2021-04-20 12:30:45'),
  (2, 'Größe XL', 12.5, 1, '2022-01-31', '2022-01-31 00:00:00'),
  (3, 'Nut', NULL, NULL, NULL, NULL);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, product TEXT NOT NULL, quantity INTEGER NOT NULL DEFAULT 1,
  paid BOOLEAN, ordered_on DATE
);
INSERT INTO orders VALUES (2, 'Nut', 5, 0, '2024-02-28');
"""


@dataclass(frozen=True)
class Shop:
    """Its address, and the file that it serves as the database `shop`."""

    url: str
    file: Path

    def orders(self) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as shop:
            return shop.execute("SELECT * FROM orders ORDER BY id").fetchall()


@contextmanager
def running_shop(folder: Path, authority: trustme.CA, *, is_writable: bool) -> Iterator[Shop]:
    """Serve a new shop over TLS; the one key that it knows opens it."""
    file = folder / "shop.db"
    with closing(sqlite3.connect(file)) as shop:
        shop.executescript(_SCHEMA)
    plugins = {
        "datasette-auth-tokens": {"tokens": [{"token": KEY, "actor": {"id": "appflow"}}]},
        "datasette-insert": {"allow": {"id": "appflow"} if is_writable else False},
    }
    metadata = json.dumps({"allow": {"id": "appflow"}, "plugins": plugins})
    with datasette_server(folder, metadata_json=metadata, authority=authority) as url:
        yield Shop(url, file)
