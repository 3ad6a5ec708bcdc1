"""The SQLite databases behind the Datasette server of these tests, and the truth about them."""

import sqlite3
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

ORDERS = 2503
# Together more than one response holds; each fits alone, but for the last.
DOCUMENT_CHARS = 900_000
DOCUMENTS = 4

_SCHEMA = """
CREATE TABLE products (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, category VARCHAR(40), price DECIMAL(10,2),
  weight REAL, stock INTEGER, discontinued BOOLEAN, released DATE, updated_at DATETIME,
  image BLOB, extra
);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id),
  quantity INTEGER, status TEXT, ordered_at TIMESTAMP
);
CREATE TABLE "order items" (sku TEXT PRIMARY KEY, "unit price" NUMERIC, "in" TEXT);
CREATE TABLE stock_places (
  place TEXT, product_id INTEGER, amount INTEGER, PRIMARY KEY (place, product_id)
) WITHOUT ROWID;
CREATE TABLE fingerprints (digest BLOB PRIMARY KEY, label TEXT) WITHOUT ROWID;
CREATE TABLE shelves (rowid TEXT, _rowid_ TEXT, oid TEXT);
CREATE TABLE odd_values (id INTEGER PRIMARY KEY, whole INTEGER, real REAL, flag BOOLEAN,
  day DATE, instant DATETIME, text TEXT, bytes BLOB);
CREATE TABLE documents (id INTEGER PRIMARY KEY, body TEXT);
CREATE TABLE empty_table (id INTEGER PRIMARY KEY);
CREATE VIEW sales AS
  SELECT p.category, p.name, count(*) AS orders, sum(o.quantity) AS sold
  FROM orders o JOIN products p ON p.id = o.product_id GROUP BY p.id;
CREATE VIEW endless AS
  WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c;
CREATE VIRTUAL TABLE products_fts USING fts5(name, content=products);
"""
_WORDS = ["Café crème", "Größe XL", "茶碗", "Bolt 3%", "Nut_4", "plain", 'say "hi"', "Łódź 🚲"]
_CATEGORIES = ["tools", "kitchen", "Kitchen", None]
_START = datetime(2021, 4, 20, 12, 30, 45, tzinfo=timezone.utc)


def products() -> list[dict[str, Any]]:
    """The rows of `products` as AppFlow is to see them; instants are datetimes."""
    return [_product(number) for number in range(1, 61)]


def _product(number: int) -> dict[str, Any]:
    def unless(divisor: int, value: object) -> object:
        return None if number % divisor == 0 else value

    moment = _START + timedelta(hours=number * 7, milliseconds=250 * (number % 3))
    return {
        "id": number,
        "name": f"{_WORDS[number % len(_WORDS)]} {number}",
        "category": _CATEGORIES[number % len(_CATEGORIES)],
        "price": unless(7, round(number * 1.37 - 9, 2)),
        "weight": unless(11, number / 8),
        "stock": unless(5, (number * 37) % 23 - 3),
        "discontinued": unless(6, number % 2 == 0),
        "released": unless(9, (_START + timedelta(days=number)).date()),
        "updated_at": unless(8, moment),
    }


def stored_instant(number: int, moment: datetime) -> str | int:
    """The same instant in the forms that SQLite documents."""
    forms = (
        moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        moment.astimezone(timezone(timedelta(hours=2))).isoformat(" ", "milliseconds"),
    )
    whole = moment.microsecond == 0
    return int(moment.timestamp()) if whole and number % 2 else forms[number % len(forms)]


def make_shop(path: Path) -> None:
    """Write the `shop` database."""
    with sqlite3.connect(path) as shop:
        shop.executescript(_SCHEMA)
        shop.executemany(
            f"INSERT INTO products VALUES ({', '.join('?' * 11)})",  # noqa: S608
            [_stored(product) for product in products()],
        )
        shop.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", map(_order, range(ORDERS)))
        shop.executemany(
            'INSERT INTO "order items" VALUES (?, ?, ?)',
            [("A-1", 1.5, "x"), ("A-2", 2, "y"), ("O'Brien; --", None, None)],
        )
        places = [(f"hall {n % 4}", n, n * 2) for n in range(25)]
        shop.executemany("INSERT INTO stock_places VALUES (?, ?, ?)", places)
        digests = [(bytes([65 + n]), f"label {n}") for n in range(12)]
        shop.executemany("INSERT INTO fingerprints VALUES (?, ?)", digests)
        shop.executemany("INSERT INTO shelves VALUES ('same', ?, 'x')", [("b",), ("a",), ("a",)])
        shop.executemany("INSERT INTO odd_values VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _odd_values())
        bodies = [(n, "ж" * DOCUMENT_CHARS) for n in range(DOCUMENTS)]
        shop.executemany("INSERT INTO documents VALUES (?, ?)", bodies)
        shop.execute("INSERT INTO documents VALUES (99, ?)", ("x" * 6_000_000,))
        shop.execute("INSERT INTO products_fts(rowid, name) SELECT id, name FROM products")
    shop.close()


def make_archive(path: Path) -> None:
    """Write the second database, which one of the two keys may not open."""
    with sqlite3.connect(path) as archive:
        archive.execute("CREATE TABLE old_orders (id INTEGER PRIMARY KEY)")
    archive.close()


def _stored(product: dict[str, Any]) -> tuple[object, ...]:
    number, moment, day = product["id"], product["updated_at"], product["released"]
    image = None if number % 4 == 0 else bytes([number, 255, 0]) if number % 2 else b"plain ascii"
    extra = [None, 7, "7", 2.5][number % 4]
    stored = {
        **product,
        "released": day and day.isoformat(),
        "updated_at": moment and stored_instant(number, moment),
    }
    return (*stored.values(), image, extra)


def _order(number: int) -> tuple[object, ...]:
    ordered = (_START + timedelta(minutes=number)).strftime("%Y-%m-%d %H:%M:%S")
    # Ids have gaps: a page boundary is no arithmetic.
    return number * 3 + 1, number % 60 + 1, number % 9, ["open", "paid"][number % 2], ordered


def _odd_values() -> list[tuple[object, ...]]:
    return [
        (1, 2**63 - 1, 0.1, 1, "2024-02-29", 0, "\x00\t\n\\'\"", b"\x00\xff"),
        (2, -(2**63), float("inf"), 0, "2024-02-29 00:00", 2459000.75, "🚲", b"text"),
        (
            3,
            "not a number",
            float("-inf"),
            "maybe",
            "2024-02-29 10:00",
            "soon",
            b"\xff\xfe",
            "text",
        ),
        (4, None, None, None, None, None, None, None),
        (5, 1.5, 1e300, 2, "someday", "2024-02-30 99:00", "", b""),
    ]
