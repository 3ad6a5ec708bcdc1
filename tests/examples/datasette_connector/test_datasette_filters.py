"""Filter expressions: every operator against what the rows say, and what is refused."""

from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any

import pytest

from tests.examples.datasette_connector.conftest import AppFlow, error
from tests.examples.datasette_connector.shop_data import products

Row = dict[str, Any]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def known(field: str, test: Callable[[Any], bool]) -> Callable[[Row], bool]:
    return lambda row: row[field] is not None and test(row[field])


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ("price > 19.99", known("price", lambda v: v > 19.99)),
        ("price >= 18.4", known("price", lambda v: v >= 18.4)),
        ("price < -1.5", known("price", lambda v: v < -1.5)),
        ("price <= 0", known("price", lambda v: v <= 0)),
        ("stock = 5", known("stock", lambda v: v == 5)),
        ("stock = '5'", known("stock", lambda v: v == 5)),
        ("stock != 5", known("stock", lambda v: v != 5)),
        ("weight between 1.5 and 3", known("weight", lambda v: 1.5 <= v <= 3)),
        ("stock in (1, 2, 13)", known("stock", lambda v: v in (1, 2, 13))),
        ("stock IN (1, null)", lambda row: row["stock"] in (1, None)),
        ("category = null", lambda row: row["category"] is None),
        ("category != null", lambda row: row["category"] is not None),
        ("updated_at = null", lambda row: row["updated_at"] is None),
        ("image = null", lambda row: row["id"] % 4 == 0),
        ("category = 'kitchen'", known("category", lambda v: v == "kitchen")),
        ('category != "kitchen"', known("category", lambda v: v != "kitchen")),
        ("name contains '3%'", lambda row: "3%" in row["name"]),
        ("name CONTAINS 't_4'", lambda row: "t_4" in row["name"]),
        ("name contains 'plain'", lambda row: "plain" in row["name"]),
        ("name contains 'PLAIN'", lambda _: False),
        ("name contains 'Łódź 🚲'", lambda row: "🚲" in row["name"]),
        (r'name contains "\"hi\""', lambda row: '"hi"' in row["name"]),
        ("category in ('tools', 'Kitchen')", known("category", lambda v: v != "kitchen")),
        ("discontinued = true", known("discontinued", lambda v: v)),
        ("discontinued != TRUE", known("discontinued", lambda v: not v)),
        ("discontinued = 'False'", known("discontinued", lambda v: not v)),
        ("released = 2021-05-01", known("released", lambda v: v == date(2021, 5, 1))),
        ("released > 2021-05-01", known("released", lambda v: v > date(2021, 5, 1))),
        (
            "released between 2021-05-01 and 2021-05-03",
            known("released", lambda v: date(2021, 5, 1) <= v <= date(2021, 5, 3)),
        ),
        (
            "updated_at > 2021-04-25T09:30:45.250Z",
            known("updated_at", lambda v: v > at("2021-04-25T09:30:45.250")),
        ),
        (
            "updated_at <= 2021-04-25T09:30:45Z",
            known("updated_at", lambda v: v <= at("2021-04-25T09:30:45")),
        ),
        (
            "updated_at = 2021-04-21T09:30:45Z",
            known("updated_at", lambda v: v == at("2021-04-21T09:30:45")),
        ),
        (
            "updated_at between 1619000000000 and 1619300000000",
            known("updated_at", lambda v: 1619000000 <= v.timestamp() <= 1619300000),
        ),
        ("extra = '7'", lambda row: row["id"] % 4 in (1, 2)),
        ("extra in ('7', '2.5')", lambda row: row["id"] % 4 != 0),
        (
            "NOT category = 'tools' AND id > 30",
            lambda row: row["category"] not in (None, "tools") and row["id"] > 30,
        ),
        ("id < 3 or id > 50 and id < 53", lambda row: row["id"] in (1, 2, 51, 52)),
        ("(id < 3 or id > 50) and id < 53", lambda row: row["id"] in (1, 2, 51, 52)),
        ("not (id < 59 or id = 60)", lambda row: row["id"] == 59),
        ("id > 10 LIMIT 10", lambda row: 10 < row["id"] <= 20),
        ("limit 12", lambda row: row["id"] <= 12),
        ("", lambda _: True),
        ("  ", lambda _: True),
    ],
)
def test_a_filter_finds_the_rows_that_it_describes(
    appflow: AppFlow, expression: str, matches: Callable[[Row], bool]
) -> None:
    assert appflow.ids(expression) == [row["id"] for row in products() if matches(row)]


def test_an_incremental_pull_gets_the_rows_of_its_window(appflow: AppFlow) -> None:
    found = appflow.ids(
        "(ordered_at > 2021-04-20T13:00:45Z and ordered_at <= 2021-04-20T13:02:45Z)", "shop/orders"
    )
    assert found == [31 * 3 + 1, 32 * 3 + 1]


def test_a_limit_counts_over_all_pages(appflow: AppFlow) -> None:
    read = appflow.pages("shop/orders", where="id > 1 LIMIT 25", maxResults=10)
    assert [len(page) for page in read] == [10, 10, 5]
    read = appflow.pages("shop/sales", where="LIMIT 20", maxResults=10)
    assert [len(page) for page in read] == [10, 10]


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "id >",
            "id => 5",
            "id > 5;",
            "id > 5 LIMIT 5",
            "id > 5 -- x",
            "id = 5'",
            "= 5",
            "(id = 5",
        ),
        *("id = 5 id = 6", "select 1", "id > $5", "name = 'x", "updated_at > 2021-04-20T10:00:00"),
    ],
)
def test_what_the_grammar_does_not_admit_is_refused(appflow: AppFlow, expression: str) -> None:
    code, message = error(appflow.query("shop/products", expression))
    assert code == "InvalidArgument"
    assert "column" in message


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("nope = 5", "no field 'nope'"),
        ("ID = 5", "no field 'ID'"),
        ("rowid = 15", "no field 'rowid'"),
        ("stock = 'many'", "'many' is no value"),
        ("stock = true", "'true' is no value"),
        ("discontinued = 'perhaps'", "'perhaps' is no value"),
        ("discontinued = 25", "'25' is no value"),
        ("released > 'May'", "'May' is no value"),
        ("released > 2021-02-30", "'2021-02-30' is no value"),
        ("updated_at > 2021-04-20T24:10:00Z", "no value"),
        ("updated_at > 99999999999999999999", "no value"),
        ("stock contains 5", "CONTAINS needs"),
        ("image = 'x'", "holds bytes"),
        ("image contains 'x'", "CONTAINS needs"),
        ("name contains null", "null by = and !="),
        ("stock > null", "null"),
        ("stock between null and 5", "null"),
        ("discontinued", "alone is no condition"),
        ("id > 5 and 'x'", "alone is no condition"),
        ("(" * 400 + "id = 5" + ")" * 400, "nested too deeply"),
    ],
)
def test_filters_that_do_not_fit_the_fields_are_refused(
    appflow: AppFlow, expression: str, hint: str
) -> None:
    code, message = error(appflow.query("shop/products", expression))
    assert code == "InvalidArgument"
    assert hint in message
    assert len(message) <= 800


@pytest.mark.parametrize(
    "text",
    [
        "' OR 1=1 --",
        "x'); DROP TABLE products; --",
        ":p0",
        "%",
        "\\",
        "\x00",
        '" OR "1"="1',
        "plain 5' OR name LIKE '%",
    ],
)
def test_values_never_become_sql(appflow: AppFlow, text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    assert appflow.ids(f"name = '{quoted}'") == []
    assert len(appflow.ids("id > 0")) == 60


@pytest.mark.parametrize("word", ["or", "and"])
def test_a_long_chain_of_values_is_one_filter(appflow: AppFlow, word: str) -> None:
    sign = "=" if word == "or" else "!="
    chain = f" {word} ".join(f"id {sign} {number}" for number in range(10, 410))
    assert appflow.ids(chain) == (list(range(10, 61)) if word == "or" else list(range(1, 10)))


def test_text_that_is_not_unicode_is_refused(appflow: AppFlow) -> None:
    assert error(appflow.query("shop/products", "name = '\ud800'"))[0] == "InvalidArgument"


def test_a_filter_too_long_for_a_url_is_refused(appflow: AppFlow) -> None:
    many = ", ".join(str(number) for number in range(10_000, 20_000))
    code, message = error(appflow.query("shop/products", f"id in ({many})"))
    assert code == "InvalidArgument"
    assert "shorten the filter" in message
