"""Reading records: pages, fields, values."""

import base64
import json
from pathlib import Path

import pytest

from datasette_connector import client, pages
from tests.examples.datasette_connector.conftest import AppFlow, error
from tests.examples.datasette_connector.loopback import datasette_server
from tests.examples.datasette_connector.shop_data import DOCUMENTS, ORDERS, products


def order_ids() -> list[int]:
    return [number * 3 + 1 for number in range(ORDERS)]


def test_all_rows_come_once_each_and_in_order(appflow: AppFlow) -> None:
    read = appflow.pages("shop/orders", selectedFieldNames=["id"])
    assert [row["id"] for page in read for row in page] == order_ids()
    assert [len(page) for page in read] == [999 + 1, 1000, ORDERS - 2000]


@pytest.mark.parametrize("size", [1250, 2502, 2503, 2504, 5000])
def test_pages_larger_than_the_server_s_limit_are_cut_to_it(appflow: AppFlow, size: int) -> None:
    read = appflow.pages("shop/orders", selectedFieldNames=["id"], maxResults=size)
    assert [row["id"] for page in read for row in page] == order_ids()
    assert max(map(len, read)) == 1000


def test_the_last_full_page_has_no_token(appflow: AppFlow) -> None:
    exactly = appflow.query("shop/products", maxResults=60)
    assert (len(exactly["records"]), exactly["nextToken"]) == (60, None)
    one_more = appflow.query("shop/products", maxResults=59)
    assert len(one_more["records"]) == 59
    rest = appflow.query("shop/products", maxResults=59, nextToken=one_more["nextToken"])
    assert (len(rest["records"]), rest["nextToken"]) == (1, None)


@pytest.mark.parametrize("size", [1, 7, 30, 59, 60, 61])
def test_every_page_size_reads_the_same_rows(appflow: AppFlow, size: int) -> None:
    read = appflow.pages("shop/products", selectedFieldNames=["id"], maxResults=size)
    assert [row["id"] for page in read for row in page] == list(range(1, 61))
    assert all(len(page) == size for page in read[:-1])


def test_pages_are_as_long_as_a_server_with_a_lower_limit_allows(
    shop_folder: Path,
) -> None:
    with datasette_server(shop_folder, "--setting", "max_returned_rows", "400") as url:
        read = AppFlow(url).pages("shop/orders", selectedFieldNames=["id"])
    assert [row["id"] for page in read for row in page] == order_ids()
    assert max(map(len, read)) == 400


def test_a_filtered_query_is_paged(appflow: AppFlow) -> None:
    read = appflow.pages(
        "shop/orders", where="status = 'paid'", selectedFieldNames=["id"], maxResults=100
    )
    assert [row["id"] for page in read for row in page] == order_ids()[1::2]


@pytest.mark.parametrize(
    ("entity", "count"),
    [
        ("shop/sales", 60),
        ("shop/stock_places", 25),
        ("shop/fingerprints", 12),
        ("shop/shelves", 3),
        ("shop/order+items", 3),
        ("shop/empty_table", 0),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_tables_without_rowids_and_views_are_paged(
    appflow: AppFlow, entity: str, count: int, size: int
) -> None:
    everything = appflow.rows(entity)
    paged = appflow.rows(entity, maxResults=size)
    assert paged == everything
    assert len(everything) == count


def test_a_page_goes_on_after_its_last_row_even_if_rows_before_vanish(appflow: AppFlow) -> None:
    first = appflow.query("shop/stock_places", "amount > -1", maxResults=3)
    # As if the first rows had been deleted in between: the filter no longer matches them.
    second = appflow.query(
        "shop/stock_places", "amount > 10", maxResults=3, nextToken=first["nextToken"]
    )
    places = [json.loads(record)["product_id"] for record in second["records"]]
    assert places == [12, 16, 20]


@pytest.mark.parametrize(
    "token", ["", "x", "%%%", "bnVsbA==", "WzEsWzEsMl1d", "Wy0xLG51bGxd", "WzEsWzEuNV1d", "é", 5]
)
def test_a_token_of_somebody_else_is_refused(appflow: AppFlow, token: object) -> None:
    code, message = error(appflow.query("shop/orders", nextToken=token))
    assert code == "InvalidArgument"
    assert "nextToken" in message


@pytest.mark.parametrize("size", [0, -1, 1.5, "10", True])
def test_a_page_size_that_is_none_is_refused(appflow: AppFlow, size: object) -> None:
    assert error(appflow.query("shop/orders", maxResults=size))[0] == "InvalidArgument"


def test_a_page_is_cut_where_lambda_s_response_would_be_full(appflow: AppFlow) -> None:
    answer = appflow.query("shop/documents", "id < 99")
    assert len(json.dumps(answer)) < 6 * 1024 * 1024
    assert len(answer["records"]) == 1
    read = appflow.pages("shop/documents", where="id < 99")
    assert [row["id"] for page in read for row in page] == list(range(DOCUMENTS))


def test_a_page_that_the_lambda_could_not_hold_is_asked_for_in_smaller_parts(
    appflow: AppFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MAX_BODY_BYTES", 12_000)
    read = appflow.pages("shop/orders", selectedFieldNames=["id", "status"], where="id < 3000")
    assert [row["id"] for page in read for row in page] == order_ids()[:1000]
    assert len(read) > 1


def test_a_row_that_no_response_can_hold_is_named(
    appflow: AppFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in (client.MAX_BODY_BYTES, 1_000_000):
        monkeypatch.setattr(client, "MAX_BODY_BYTES", limit)
        code, message = error(appflow.query("shop/documents", "id = 99"))
        assert code == "InvalidArgument"
        assert "Row 1 of shop/documents" in message
    assert appflow.ids("id = 99", "shop/documents") == [99]


def test_rows_before_one_that_is_too_large_are_still_read(
    appflow: AppFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MAX_BODY_BYTES", 5_600_000)
    monkeypatch.setattr(pages, "MAX_RECORD_BYTES", 5_500_000)
    answer = appflow.query("shop/documents", f"id >= {DOCUMENTS - 1}")
    assert [json.loads(record)["id"] for record in answer["records"]] == [DOCUMENTS - 1]
    assert answer["nextToken"]


def test_only_the_selected_fields_come_in_their_order(appflow: AppFlow) -> None:
    answer = appflow.query("shop/products", "id = 10", selectedFieldNames=["name", "id"])
    assert list(json.loads(answer["records"][0])) == ["name", "id"]
    everything: list[str] | None
    for everything in (None, []):
        answer = appflow.query("shop/products", "id = 10", selectedFieldNames=everything)
        assert list(json.loads(answer["records"][0])) == list(appflow.fields("shop/products"))


@pytest.mark.parametrize("name", ["nope", "ID", 'id" FROM products; --', "*", "rowid", None, ""])
def test_an_unknown_field_is_named(appflow: AppFlow, name: object) -> None:
    code, message = error(appflow.query("shop/products", selectedFieldNames=["id", name]))
    assert code == "InvalidArgument"
    assert repr(name) in message


def test_values_have_the_type_of_their_field(appflow: AppFlow) -> None:
    rows = {row["id"]: row for row in appflow.rows("shop/products")}
    for product in products():
        row = rows[product["id"]]
        for name in ("name", "category", "price", "weight", "stock", "discontinued"):
            assert row[name] == product[name]
            assert type(row[name]) is type(product[name])
        assert row["released"] == (product["released"] and product["released"].isoformat())


def test_instants_are_utc_however_they_are_stored(appflow: AppFlow) -> None:
    rows = {row["id"]: row for row in appflow.rows("shop/products")}
    for product in products():
        text, moment = rows[product["id"]]["updated_at"], product["updated_at"]
        if moment is None:
            assert text is None
        else:
            expected = moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
            assert text in (expected, expected.replace(".000Z", "Z"))


def test_bytes_are_base64_also_when_they_are_text(appflow: AppFlow) -> None:
    rows = {row["id"]: row for row in appflow.rows("shop/products")}
    assert base64.b64decode(rows[1]["image"]) == b"\x01\xff\x00"
    assert base64.b64decode(rows[2]["image"]) == b"plain ascii"
    assert rows[4]["image"] is None


def test_a_column_without_a_type_is_text(appflow: AppFlow) -> None:
    rows = {row["id"]: row for row in appflow.rows("shop/products")}
    assert [rows[number]["extra"] for number in (1, 2, 3, 4)] == ["7", "7", "2.5", None]


def test_values_that_do_not_fit_their_column_stay_as_they_are(appflow: AppFlow) -> None:
    rows = appflow.rows("shop/odd_values")
    assert [list(row.values()) for row in rows] == [
        [1, 2**63 - 1, 0.1, True, "2024-02-29", "1970-01-01T00:00:00Z", "\x00\t\n\\'\"", "AP8="],
        [2, -(2**63), "Infinity", False, "2024-02-29", "2020-05-31T06:00:00Z", "🚲", "dGV4dA=="],
        [3, "not a number", "-Infinity", "maybe", "2024-02-29 10:00", "soon", "//4=", "dGV4dA=="],
        [4, None, None, None, None, None, None, None],
        [5, 1.5, 1e300, 2, "someday", "2024-02-30 99:00", "", ""],
    ]
