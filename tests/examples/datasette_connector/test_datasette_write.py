"""Inserting and upserting records: what gets into the tables, and what is said of the rest."""

import pytest

from tests.examples.datasette_connector.conftest import AppFlow, error, refused
from tests.examples.datasette_connector.writable import WritableServer


def test_records_are_inserted_with_their_defaults(stock: WritableServer, writer: AppFlow) -> None:
    answer = writer.write("stock/items", [{"id": 1, "name": "Bolt"}, {"name": "Nut", "amount": 3}])
    assert answer == {
        "isSuccess": True,
        "errorDetails": None,
        "writeRecordResults": [
            {"isSuccess": True, "recordId": "1", "errorMessage": None},
            {"isSuccess": True, "recordId": None, "errorMessage": None},
        ],
    }
    assert stock.rows("SELECT * FROM items") == [(1, "Bolt", None, 7), (2, "Nut", None, 3)]


def test_an_insert_does_not_overwrite_a_row(stock: WritableServer, writer: AppFlow) -> None:
    writer.write("stock/items", [{"id": 1, "name": "first", "note": "stays"}])
    found = refused(writer.write("stock/items", [{"id": "1", "name": "x"}, {"id": 2, "name": "y"}]))
    assert "already" in found.pop(0)
    assert not found
    assert stock.rows("SELECT id, name, note FROM items") == [(1, "first", "stays"), (2, "y", None)]


def test_of_two_inserts_with_one_key_the_first_is_written(
    stock: WritableServer, writer: AppFlow
) -> None:
    records = [{"code": "a", "name": "first"}, {"code": "b"}, {"code": "a", "name": "second"}]
    assert list(refused(writer.write("stock/people", records))) == [2]
    assert stock.rows("SELECT code, name FROM people") == [("a", "first"), ("b", None)]


def test_an_upsert_changes_the_given_fields_only(stock: WritableServer, writer: AppFlow) -> None:
    writer.write("stock/people", [{"code": "a", "email": "a@b", "name": "Ann"}])
    records = [{"code": "a", "name": "Anna"}, {"code": "c", "email": "c@d"}, {"code": "a"}]
    answer = writer.write("stock/people", records, "UPSERT")
    assert answer["isSuccess"], answer
    assert [result["recordId"] for result in answer["writeRecordResults"]] == ["a", "c", "a"]
    assert stock.rows("SELECT * FROM people") == [("a", "a@b", "Anna"), ("c", "c@d", None)]


def test_the_last_of_several_upserts_of_a_record_holds(
    stock: WritableServer, writer: AppFlow
) -> None:
    records = [
        {"code": "a", "name": "1", "email": "1"},
        {"code": "b", "name": "1"},
        {"code": "a", "name": "2"},
        {"code": "a", "name": "3", "email": "3"},
        {"code": "b", "name": "4", "email": "4"},
        {"code": "a", "email": None},
    ]
    assert writer.write("stock/people", records, "UPSERT", idFieldNames=["code"])["isSuccess"]
    assert stock.rows("SELECT * FROM people ORDER BY 1") == [("a", None, "3"), ("b", "4", "4")]


def test_an_upsert_may_go_by_a_unique_field(stock: WritableServer, writer: AppFlow) -> None:
    writer.write("stock/badges", [{"number": 5, "holder": "Ann"}])
    records = [{"holder": "Ann", "number": 6}, {"holder": "Bob", "number": None}]
    answer = writer.write("stock/badges", records, "UPSERT", idFieldNames=["holder"])
    assert answer["isSuccess"], answer
    assert stock.rows("SELECT * FROM badges") == [(6, "Ann"), (7, "Bob")]


@pytest.mark.parametrize(
    ("entity", "names"),
    [
        ("stock/items", ["name"]),
        ("stock/items", ["id", "name"]),
        ("stock/items", ["nope"]),
        ("stock/places", None),
        ("stock/places", ["hall"]),
        ("stock/log_lines", []),
        ("stock/bookings", ["hall"]),
        ("stock/seats", ["seat"]),
    ],
)
def test_an_upsert_needs_one_field_that_identifies(
    writer: AppFlow, entity: str, names: list[str] | None
) -> None:
    code, message = error(writer.write(entity, [{}], "UPSERT", idFieldNames=names))
    assert code == "InvalidArgument"
    assert entity in message


def test_the_identifying_field_of_an_upsert_must_have_a_value(writer: AppFlow) -> None:
    for record in ({"email": None, "code": "a"}, {"code": "a", "name": "x"}):
        answer = writer.write("stock/people", [record], "UPSERT", idFieldNames=["email"])
        assert "'email' identifies" in refused(answer)[0]


def test_an_insert_does_not_overwrite_a_row_with_a_compound_key(
    stock: WritableServer, writer: AppFlow
) -> None:
    first = [{"hall": "A", "shelf": n, "label": "old"} for n in range(3)]
    assert writer.write("stock/places", first)["isSuccess"]
    again = [{"hall": "A", "shelf": "2", "label": "new"}, {"hall": "B", "shelf": 2}]
    assert list(refused(writer.write("stock/places", again))) == [0]
    assert stock.rows("SELECT count(*), sum(label = 'old') FROM places") == [(4, 3)]


@pytest.mark.parametrize("table", ["codes", "tags"])
def test_a_key_that_sqlite_does_not_number_must_be_given(writer: AppFlow, table: str) -> None:
    key = {"codes": "id", "tags": "tag"}[table]
    other = {"codes": "name", "tags": "note"}[table]
    assert f"'{key}' must have" in refused(writer.write(f"stock/{table}", [{other: "x"}]))[0]


def test_keys_that_fill_more_than_a_url_are_looked_up(
    stock: WritableServer, writer: AppFlow
) -> None:
    records = [{"code": f"{number:03}" + "ж" * 200} for number in range(100)]
    assert writer.write("stock/people", records[::2])["isSuccess"]
    assert list(refused(writer.write("stock/people", records))) == list(range(0, 100, 2))
    assert stock.rows("SELECT count(*) FROM people") == [(100,)]


def test_a_table_without_a_primary_key_takes_every_record(
    stock: WritableServer, writer: AppFlow
) -> None:
    assert writer.write("stock/log_lines", [{"line": "same"}] * 3)["isSuccess"]
    assert stock.rows("SELECT line FROM log_lines") == [("same",)] * 3


@pytest.mark.parametrize(
    ("entity", "record"),
    [("stock/badges", {"holder": "Ann"}), ("stock/bookings", {"hall": "A", "day": "x"})],
)
def test_an_insert_that_could_replace_other_rows_is_refused(
    stock: WritableServer, writer: AppFlow, entity: str, record: dict[str, str]
) -> None:
    assert "UNIQUE" in refused(writer.write(entity, [record]))[0]
    assert stock.rows("SELECT * FROM badges UNION ALL SELECT * FROM bookings") == []


def test_only_the_record_that_breaks_a_constraint_is_refused(
    stock: WritableServer, writer: AppFlow
) -> None:
    records = [{"code": f"p{n}", "email": f"e{n}"} for n in range(50)]
    records[7]["email"] = records[31]["email"] = "taken"
    for operation in ("INSERT", "UPSERT"):
        stock.clear()
        writer.write("stock/people", [{"code": "z", "email": "taken"}])
        found = refused(writer.write("stock/people", records, operation))
        assert list(found) == [7, 31]
        assert found[7].endswith("UNIQUE constraint failed: people.email")
        assert stock.rows("SELECT count(*) FROM people") == [(49,)]


def test_a_check_is_the_server_s(stock: WritableServer, writer: AppFlow) -> None:
    records = [{"id": n, "name": "x", "amount": 99 + n} for n in (0, 1)]
    assert refused(writer.write("stock/items", records)) == {
        1: "The Datasette server answered HTTP 500: CHECK constraint failed: amount < 100"
    }
    assert stock.rows("SELECT id FROM items") == [(0,)]


def test_no_records_are_written_at_once(writer: AppFlow) -> None:
    answer = writer.write("stock/items", [])
    assert (answer["isSuccess"], answer["writeRecordResults"]) == (True, [])


@pytest.mark.parametrize("operation", ["UPDATE", "DELETE"])
def test_an_update_or_delete_is_refused(writer: AppFlow, operation: str) -> None:
    code, message = error(writer.write("stock/items", [{"id": 1, "name": "x"}], operation))
    assert code == "InvalidArgument"
    assert operation in message
