"""The short ways for usual values give what the long ways give, for every value."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appflow_local.appflow.strict_json import decode
from appflow_local.appflow.transfer import casts, values
from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats import FormatError, open_writer
from appflow_local.appflow.transfer.formats.parquet_columns import ParquetColumn
from appflow_local.appflow.transfer.record_json import record_json, record_line
from tests.local_cloud.appflow.transfer.files_in_memory import csv_row
from tests.local_cloud.appflow.transfer.json_values import (
    INSTANTS,
    JSON,
    NUMBERS,
    SCALARS,
    TEXTS,
    TYPES,
)

RECORDS = st.dictionaries(TEXTS, JSON | st.decimals(allow_nan=False, allow_infinity=False))


def outcome(work: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401 - of any function
    """Return what work returns, or the type of its error."""
    try:
        return work(*given)
    except (ValueError, RecursionError, FormatError) as error:
        return FormatError if isinstance(error, FormatError) else ValueError


def refuse(text: str) -> float:
    raise ValueError(text)


def exactly(text: str) -> float:
    number = float(text)
    return refuse(text) if math.isinf(number) else number


CAREFUL = json.JSONDecoder(parse_constant=refuse, parse_float=exactly)


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_a_document_is_read_as_pythons_decoder_reads_it(
    document: Any,  # noqa: ANN401
    indent: int | None,
    ascii_only: bool,
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    assert repr(decode(text)) == repr(CAREFUL.decode(text))


@given(st.text('{}[]",:0123456789.eE+-aNIft\\u \n', max_size=12))
@example('{"a":1,"a":2}')
@example("1e400")
@example("NaN")
@example('"\\ud800"')
@example("-0")
@example("123456789012345678901234567890")
@example("1 2")
def test_a_text_that_may_be_no_document_is_read_or_refused_in_the_same_way(text: str) -> None:
    assert repr(outcome(decode, text)) == repr(outcome(CAREFUL.decode, text))


@given(RECORDS)
def test_a_line_of_json_says_what_pythons_encoder_says(record: dict[str, Any]) -> None:
    encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
    expected = record_json(record, encoder).encode("utf-8", "replace")
    line = record_line(record)
    read = [json.loads(text, parse_float=Decimal) for text in (line, expected)]
    assert read[0] == read[1]
    assert b"\n" not in line


@pytest.mark.parametrize("value", [math.nan, math.inf, [1, math.nan], {"a": {"b": -math.inf}}])
@pytest.mark.parametrize("other", [None, "null", "x"])
def test_a_number_that_is_not_finite_has_no_form_in_json(value: object, other: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        record_line({"value": value, "other": other})


@given(st.lists(st.dictionaries(st.sampled_from("abc"), JSON), min_size=1, max_size=4))
def test_a_page_of_rows_is_written_as_row_by_row(records: list[dict[str, Any]]) -> None:
    columns = [Column(name, "String") for name in "abc"]
    stream = io.BytesIO()
    open_writer(stream, "CSV", columns, preserve_types=False).write(records)
    assert stream.getvalue() == b"a,b,c\n" + b"".join(csv_row(record, "abc") for record in records)


@given(st.sampled_from(TYPES), st.lists(SCALARS | JSON, max_size=4))
@example("DateTime", ["0000-01-01T00:00:00Z"])
@example("DateTime", ["2026-01-01T10:00+01:00"])
@example("DateTime", ["2026-01-31T12Z"])
@example("DateTime", ["2026-01-31T12:30+0100"])
@example("DateTime", ["2026-01-31T12:30:45+"])
@example("Date", ["2026-W01-1"])
@example("Long", [1 << 63])
@example("Integer", [1.0, None])
@example("Double", [True])
@example("String", ["\ud800", 1])
def test_a_column_is_converted_as_value_by_value(data_type: str, column: list[Any]) -> None:
    converter = ParquetColumn("a", data_type)
    assert outcome(as_list, converter.array, column) == outcome(
        as_list, converter._one_by_one, column
    )


def as_list(convert: Callable[[list[Any]], pa.Array], column: list[Any]) -> list[str]:
    return [repr(value) for value in convert(column).to_pylist()]


@given(JSON)
def test_a_value_becomes_the_text_that_json_has_for_it(value: Any) -> None:  # noqa: ANN401
    expected = value if isinstance(value, str) else json.dumps(
        value, ensure_ascii=False, separators=(",", ":")
    )  # fmt: skip
    assert values.to_text(value) == expected


@given(NUMBERS | st.booleans() | TEXTS)
def test_a_number_is_cast_as_by_its_digits(value: Any) -> None:  # noqa: ANN401
    number = values.to_number(value)
    double = None if number is None else float(number)
    assert casts.fraction(value) == (
        double if double is not None and math.isfinite(double) else None
    )
    is_whole = number is not None and number == int(number)
    assert casts.whole(value) == (int(number) if number is not None and is_whole else None)


@given(INSTANTS)
def test_an_instant_of_the_usual_form_is_read_as_any_other(text: str) -> None:
    found = values._ISO.fullmatch(text)
    expected = None
    if found is not None:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        expected = outcome(datetime, year, month, day, hour, minute, second)
    assert values.to_instant(text) == (None if expected is ValueError else expected)
