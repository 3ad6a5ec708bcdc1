"""Many records: how few requests they are, and what is all or none."""

from typing import Any

import pytest

from datasette_connector import insert_api
from datasette_connector.write_results import WriteResults
from tests.examples.datasette_connector.conftest import AppFlow, refused
from tests.examples.datasette_connector.writable import WritableServer


def test_a_thousand_records_are_few_requests(
    stock: WritableServer, writer: AppFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    post = insert_api.write_rows

    def count(*args: Any) -> None:  # noqa: ANN401 - passed on
        calls.append(len(args[3]))
        post(*args)

    monkeypatch.setattr("datasette_connector.writes.write_rows", count)
    records = [{"id": n, "name": f"Größe {n}", "note": None, "amount": "5"} for n in range(1000)]
    assert writer.write("stock/items", records)["isSuccess"]
    assert stock.rows("SELECT count(*), sum(id), sum(amount) FROM items") == [(1000, 499500, 5000)]
    assert calls == [100] * 10
    assert len(refused(writer.write("stock/items", records))) == 1000


def test_all_or_none_writes_nothing_if_a_record_can_not_be_read(
    stock: WritableServer, writer: AppFlow
) -> None:
    records: list[Any] = [{"id": 1, "name": "x"}, {"id": 2}, {"id": 3, "name": "z"}]
    found = refused(writer.write("stock/items", records, allOrNone=True))
    assert "'name'" in found[1]
    assert "all or none" in found[0]
    assert stock.rows("SELECT * FROM items") == []
    assert list(refused(writer.write("stock/items", records, allOrNone=False))) == [1]
    assert stock.rows("SELECT id FROM items") == [(1,), (3,)]


def test_all_or_none_is_one_transaction_for_each_hundred_records(
    stock: WritableServer, writer: AppFlow
) -> None:
    records = [{"id": n, "name": "x", "amount": 5} for n in range(250)]
    records[150]["amount"] = 100
    found = refused(writer.write("stock/items", records, allOrNone=True))
    assert list(found) == list(range(100, 250))
    assert "CHECK" in found[100]
    assert "all or none" in found[249]
    assert stock.rows("SELECT count(*), max(id) FROM items") == [(100, 99)]


def test_large_records_are_written_in_smaller_requests(
    stock: WritableServer, writer: AppFlow
) -> None:
    records = [{"line": "ж" * 100_000} for _ in range(4)] + [{"line": "x" * 1_500_000}, {}]
    found = refused(writer.write("stock/log_lines", records))
    assert list(found) == [5]
    assert stock.rows("SELECT length(line) FROM log_lines") == [(100_000,)] * 4 + [(1_500_000,)]


def test_transactions_end_where_sqlite_utils_ends_them() -> None:
    def sizes(count: int, row: dict[str, Any]) -> list[int]:
        return list(insert_api.transactions([row] * count))

    assert sizes(250, {"a": 1}) == [100, 100, 50]
    assert sizes(250, {f"c{n}": n for n in range(10)}) == [99, 99, 52]
    assert sizes(3, {f"c{n}": n for n in range(500)}) == [1, 1, 1]
    assert sizes(3, {"a": "x" * 600_000}) == [1, 1, 1]
    assert sizes(0, {}) == []


def test_the_results_of_many_records_fit_into_an_answer() -> None:
    results = WriteResults(1)
    results.refuse([0], "x" * 5000)
    [result] = results.response().write_record_results
    assert len(result.error_message) == 200
