"""CSV, JSON lines and Parquet, written and read."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats import (
    FormatError,
    content_type,
    extension,
    open_writer,
    read_records,
)
from tests.local_cloud.appflow.transfer.files_in_memory import COLUMNS, NAMES, parquet, written

TYPES = ("CSV", "JSON", "PARQUET")
TEXTS = st.text(
    st.characters(exclude_characters="\0", codec="utf-8"), max_size=8
) | st.sampled_from(["", '"', ",", "\n", "\r", "\r\n", "\u2028", "\ufeff"])
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


def read(file_type: str, content: bytes) -> list[dict[str, Any]]:
    return list(read_records(io.BytesIO(content), file_type))


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS)), max_size=4))
def test_text_is_read_as_it_was_written_to_csv(records: list[dict[str, str]]) -> None:
    assert read("CSV", written("CSV", records)) == records


@given(st.lists(st.dictionaries(TEXTS, JSON_VALUES, max_size=3), max_size=4))
def test_records_are_read_as_they_were_written_to_json_lines(
    records: list[dict[str, Any]],
) -> None:
    content = written("JSON", records)
    assert content.count(b"\n") == len(records)
    assert read("JSON", content) == records


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, st.none() | TEXTS)), max_size=4))
def test_text_is_read_as_it_was_written_to_parquet(records: list[dict[str, str | None]]) -> None:
    assert parquet(written("PARQUET", records)).to_pylist() == records


def test_a_csv_file_has_a_header_and_quotes_only_where_needed() -> None:
    records = [{"a": "x,y", "b": 'say "hi"'}, {"b": "plain"}]
    assert written("CSV", records) == b'a,b\n"x,y","say ""hi"""\n,plain\n'


def test_the_only_field_of_a_csv_row_may_be_empty() -> None:
    content = written("CSV", [{"a": None}, {"a": "x"}], COLUMNS[:1])
    assert read("CSV", content) == [{"a": ""}, {"a": "x"}]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((None, ""), (True, "true"), (5, "5"), (0.1, "0.1")),
        (Decimal("12345678901234567890.10"), "12345678901234567890.10"),
        ({"x": [1, None]}, '{"x":[1,null]}'),
    ],
)
def test_every_value_of_a_csv_file_is_text(value: object, text: str) -> None:
    content = written("CSV", [{"a": value, "b": "z"}])
    assert read("CSV", content) == [{"a": text, "b": "z"}]


@pytest.mark.parametrize("file_type", TYPES)
def test_without_columns_the_first_record_tells_them(file_type: str) -> None:
    content = written(file_type, [{"x": "1"}, {"x": "2"}], None)
    expected = [{"x": "1"}, {"x": "2"}]
    assert (
        parquet(content).to_pylist() if file_type == "PARQUET" else read(file_type, content)
    ) == expected


@pytest.mark.parametrize("file_type", ["CSV", "PARQUET"])
def test_a_field_that_the_file_has_no_column_for_is_refused(file_type: str) -> None:
    with pytest.raises(FormatError, match="'c'"):
        written(file_type, [{"c": "1"}])


@pytest.mark.parametrize("file_type", TYPES)
@pytest.mark.parametrize("columns", [COLUMNS, None])
def test_a_file_without_records_is_a_file(file_type: str, columns: Sequence[Column] | None) -> None:
    content = written(file_type, [], columns)
    if file_type == "PARQUET":
        assert parquet(content).num_rows == 0
    else:
        assert read(file_type, content) == []


@pytest.mark.parametrize("file_type", TYPES)
def test_half_a_surrogate_pair_does_not_break_a_file(file_type: str) -> None:
    content = written(file_type, [{"a": json.loads(r'"\ud800"'), "b": None}])
    if file_type == "PARQUET":
        assert parquet(content).to_pylist() == [{"a": "?", "b": None}]
    else:
        assert read(file_type, content)[0]["a"] == "?"


@pytest.mark.parametrize("file_type", TYPES)
def test_a_spooled_file_can_be_written_and_read(file_type: str) -> None:
    with SpooledTemporaryFile(max_size=10) as spool:
        stream = cast(BinaryIO, spool)
        writer = open_writer(stream, file_type, COLUMNS, preserve_types=False)
        writer.write([{"a": "1", "b": "2"}])
        writer.close()
        stream.seek(0)
        if file_type == "PARQUET":
            assert parquet(stream.read()).num_rows == 1
        else:
            assert list(read_records(stream, file_type)) == [{"a": "1", "b": "2"}]


def test_a_nul_in_a_csv_file_is_kept_or_refused() -> None:
    # Python's csv module takes it since 3.11.
    try:
        content = written("CSV", [{"a": "x\0", "b": ""}])
    except FormatError as error:
        assert sys.version_info < (3, 11)
        assert "cannot be written as CSV" in str(error)
    else:
        assert read("CSV", content) == [{"a": "x\0", "b": ""}]


def test_json_lines_have_every_digit_of_a_decimal() -> None:
    record = {"a": Decimal("12345678901234567890.10"), 'b"': {"é": [True, None]}, "c": "x"}
    line = '{"a":12345678901234567890.10,"b\\"":{"é":[true,null]},"c":"x"}\n'
    assert written("JSON", [record]) == line.encode()
    assert written("JSON", [{}, {"a": Decimal("1e3")}]) == b'{}\n{"a":1E+3}\n'


def test_json_has_no_form_for_what_is_no_number() -> None:
    with pytest.raises(FormatError, match="cannot be written as JSON"):
        written("JSON", [{"a": float("nan")}])


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", [{"a": "1", "b": "2"}]),
        (b"a,b\n1,2\n\n", [{"a": "1", "b": "2"}]),
        (b"\n\na,b\n\n1,2", [{"a": "1", "b": "2"}]),
        (b'a,b\n"x\ny",2\n', [{"a": "x\ny", "b": "2"}]),
        (b"a,b\n1\n", [{"a": "1", "b": None}]),
        ("a\nx\u2028y\n".encode(), [{"a": "x\u2028y"}]),
        (b"a\n" + b"x" * 200_000, [{"a": "x" * 200_000}]),
        (b"", []),
    ],
)
def test_csv_files_of_other_tools_are_read(content: bytes, records: list[dict[str, Any]]) -> None:
    assert read("CSV", content) == records


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n1,2,3\n", "Line 3 has 3 cells, the header has 2"),
        (b'a\n"x\ny"\n"z"z\n', "Line 4 is not CSV"),
        (b'a\n"x\n', "Line 2 is not CSV"),
        (b"a\n1\n\xff\n", "Line 3 is not UTF-8"),
        (b"a,a\n", "Line 1, the header, names the field 'a' twice"),
        (b"a,\n", "Line 1, the header, has a field without a name"),
    ],
)
def test_a_broken_csv_file_names_its_line(content: bytes, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read("CSV", content)


def test_the_records_before_a_broken_line_are_read() -> None:
    records = read_records(io.BytesIO(b"a\n1\n2,3\n"), "CSV")
    assert next(records) == {"a": "1"}
    with pytest.raises(FormatError):
        next(records)


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (b'\xef\xbb\xbf{"a":1}\r\n{"a":2}\n\n', [{"a": 1}, {"a": 2}]),
        (b'\n{"a":[null]}', [{"a": [None]}]),
        (b"", []),
    ],
)
def test_json_files_of_other_tools_are_read(content: bytes, records: list[dict[str, Any]]) -> None:
    assert read("JSON", content) == records


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"a":1}\n[1]\n', "Line 2 is not a JSON object"),
        (b"{\n", "Line 1 is not JSON"),
        (b'{"a":1}\n\n\xff', "Line 3 is not UTF-8"),
        (b'{"a":' + b"[" * 100_000, "Line 1 is not JSON"),
        (b'{"a":' + b"1" * 5_000 + b"}", "Line 1 is not JSON"),
        (b'{"a":NaN}', "Line 1 is not JSON: NaN is not JSON"),
        (b'{"a":1}\n{"a":[-Infinity]}', "Line 2 is not JSON: -Infinity is not JSON"),
        (b'{"a":-1e400}', "Line 1 is not JSON: -1e400 is too large a number"),
    ],
)
def test_a_broken_json_file_names_its_line(content: bytes, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read("JSON", content)


@pytest.mark.parametrize("file_type", TYPES)
def test_every_file_type_has_a_media_type_and_an_extension(file_type: str) -> None:
    assert "/" in content_type(file_type)
    assert extension(file_type) == f".{file_type.lower()}"
