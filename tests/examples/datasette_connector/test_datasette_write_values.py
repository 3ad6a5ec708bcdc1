"""The values that get into columns of every type, from JSON and from text alone."""

import json

import pytest

from tests.examples.datasette_connector.conftest import AppFlow, error
from tests.examples.datasette_connector.writable import WritableServer


def refusal(answer: dict[str, object]) -> str:
    assert error(answer)[0] == "PartialWriteFailure"
    return error(answer)[1]


# Records as S3 delivers them: from JSON lines, and from CSV, where everything is text.
TYPED = {
    "id": 1,
    "whole": -5,
    "real": 0.25,
    "price": 12.5,
    "flag": True,
    "day": "2024-02-29",
    "instant": "2024-02-29T10:00:00.5Z",
    "text": "7",
    "anything": "2.50",
}
AS_TEXT = {**TYPED, "id": "2", "whole": "-5", "real": "0.25", "price": "12.50", "flag": "TRUE"}


def test_text_and_typed_values_become_the_same_row(stock: WritableServer, writer: AppFlow) -> None:
    assert writer.write("stock/kinds", [TYPED, AS_TEXT])["isSuccess"]
    columns = "whole, real, price, flag, day, instant, text, anything"
    first, second = stock.rows(f"SELECT {columns} FROM kinds")  # noqa: S608 one of ours
    assert first == second
    assert first == (
        *(-5, 0.25, 12.5, 1),
        *("2024-02-29", "2024-02-29T10:00:00.5Z", "7", "2.50"),
    )
    types = ", ".join(f"typeof({column})" for column in columns.split(", "))
    assert stock.rows(f"SELECT DISTINCT {types} FROM kinds") == [  # noqa: S608 one of ours
        ("integer", "real", "real", "integer", "text", "text", "text", "text")
    ]


def test_what_was_written_is_what_is_read(writer: AppFlow) -> None:
    assert writer.write("stock/kinds", [TYPED])["isSuccess"]
    expected = {**TYPED, "bytes": None, "twice": -10}
    assert writer.rows("stock/kinds") == [{name: expected[name] for name in expected}]


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("whole", "9223372036854775807", 2**63 - 1),
        ("whole", "-9223372036854775808", -(2**63)),
        ("whole", "1e3", 1000),
        ("whole", "5.0", 5),
        ("real", 3, 3.0),
        ("real", "-Infinity", float("-inf")),
        ("price", "0.1", 0.1),
        ("price", "12.00", 12),
        ("flag", 0, 0),
        ("flag", "1", 1),
        ("day", "2024-02-29T00:00:00Z", "2024-02-29"),
        ("instant", "2024-02-29 12:30", "2024-02-29T12:30:00Z"),
        ("instant", "2024-02-29T12:30:00+02:00", "2024-02-29T10:30:00Z"),
        ("text", 12, "12"),
        ("text", False, "false"),
        ("text", {"a": [1.5, "é"]}, '{"a":[1.5,"é"]}'),
        ("text", "", ""),
        ("text", "null\u0000🚲'\"", "null\u0000🚲'\""),
        ("anything", 7, "7"),
        *((field, None, None) for field in ("whole", "real", "flag", "day", "text")),
        *((field, "", None) for field in ("whole", "real", "price", "flag", "day", "instant")),
    ],
)
def test_values_become_what_the_column_declares(
    stock: WritableServer, writer: AppFlow, field: str, value: object, stored: object
) -> None:
    answer = writer.write("stock/kinds", [{"id": 1, field: value}])
    assert answer["isSuccess"], answer
    assert stock.rows(f"SELECT {field} FROM kinds") == [(stored,)]  # noqa: S608 one of ours


WRONG: dict[str, list[object]] = {
    "whole": ["x", 1.5, True, 2**63, "1e999", " 1", "\N{ARABIC-INDIC DIGIT ONE}", [], {}],
    "real": ["NaN", "1e400", "0x10", "1_0", True],
    "price": ["1,5", "€5", "Infinity1"],
    "flag": ["yes", 2, "01"],
    "day": ["2024-02-30", "2024-02-29T10:00:00Z", 19000, "soon"],
    "instant": ["2024-13-01T00:00:00Z", 1700000000, "10:00"],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in WRONG.items() for value in values]
)
def test_what_is_not_of_the_type_is_refused_by_field_and_value(
    stock: WritableServer, writer: AppFlow, field: str, value: object
) -> None:
    message = refusal(writer.write("stock/kinds", [{"id": 1, field: value}]))
    assert repr(field) in message
    assert repr(str(value)) in message
    assert stock.rows("SELECT * FROM kinds") == []


def test_json_s_other_numbers_are_refused(writer: AppFlow) -> None:
    for number in ("NaN", "1e5000"):
        assert "Double" in refusal(writer.write("stock/kinds", [f'{{"id": 1, "real": {number}}}']))


def test_bytes_and_computed_fields_can_not_be_written(writer: AppFlow) -> None:
    for field, value in (("bytes", "AP8="), ("bytes", None), ("twice", 4)):
        message = refusal(writer.write("stock/kinds", [{"id": 1, field: value}]))
        assert repr(field) in message


def test_a_field_that_the_table_lacks_is_named_and_not_added(
    stock: WritableServer, writer: AppFlow
) -> None:
    records = [{"id": 1, "name": "x", "colour": "red"}, {"id": 2, "name": "y", "ID": 3}]
    message = refusal(writer.write("stock/items", [*records, {"id": 4, "name": "z"}]))
    assert "'colour'" in message
    assert stock.rows("SELECT * FROM items") == [(4, "z", None, 7)]


def test_a_field_that_must_have_a_value_is_named(writer: AppFlow) -> None:
    for record in ({"id": 1}, {"id": 1, "name": None}):
        for operation in ("INSERT", "UPSERT"):
            answer = writer.write("stock/items", [record], operation)
            assert "'name' must have a value" in refusal(answer)
    assert "'code' must" in refusal(writer.write("stock/people", [{"name": "x"}]))


def test_a_null_for_a_field_with_a_default_is_the_default_of_a_new_row(
    stock: WritableServer, writer: AppFlow
) -> None:
    record = {"id": "", "name": "x", "amount": None}
    assert writer.write("stock/items", [record])["isSuccess"]
    assert stock.rows("SELECT * FROM items") == [(1, "x", None, 7)]
    answer = writer.write("stock/items", [{**record, "id": 1}], "UPSERT")
    assert "'amount' must have a value" in refusal(answer)


@pytest.mark.parametrize(
    "record", ["", "{", "[]", "null", '"x"', json.dumps({}), '{"x": "\\ud800"}']
)
def test_a_value_that_is_not_a_record_is_refused(writer: AppFlow, record: str) -> None:
    assert refusal(writer.write("stock/log_lines", [record.replace('"x":', '"line":')]))
