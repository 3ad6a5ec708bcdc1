"""What is done with records in columns is what is done with them one by one."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appflow_local.appflow.execution.record_texts import record_reader
from appflow_local.appflow.transfer.casts import cast_to
from appflow_local.appflow.transfer.column_casts import cast_column
from appflow_local.appflow.transfer.column_texts import columns_reader
from appflow_local.appflow.transfer.columns import Columns
from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats import FormatError, open_writer
from appflow_local.appflow.transfer.plan import FlowTerminated, Plan
from appflow_local.appflow.transfer.record_json import record_line
from tests.local_cloud.appflow.transfer.drawn_plans import plans
from tests.local_cloud.appflow.transfer.files_in_memory import csv_row
from tests.local_cloud.appflow.transfer.json_texts import pages
from tests.local_cloud.appflow.transfer.json_values import (
    DAYS,
    INSTANTS,
    JSON,
    NUMBERS,
    SCALARS,
    TEXTS,
    TYPES,
)

NAMES = ("a", "b", "c")
# A column mostly has values of one kind: only such have short ways.
KINDS = (
    st.integers(-(1 << 65), 1 << 65),
    st.integers(-9, 9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.sampled_from(["", "x", 'a "b"', "1,5", "two\nlines", "7", "-0.5", "\r", "\0"]) | TEXTS,
    INSTANTS,
    st.sampled_from(["2026-01-31T12:30:45Z", "2024-02-29 00:00:00Z"]),
    DAYS,
    SCALARS,
    JSON,
)


@st.composite
def columns(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw records, some of which lack fields."""
    count = draw(st.integers(1, 5))
    kinds = {name: draw(st.sampled_from(KINDS)) for name in NAMES}
    if draw(st.booleans()):
        kinds = {name: kind | st.none() for name, kind in kinds.items()}
    records = [{name: draw(kind) for name, kind in kinds.items()} for _ in range(count)]
    for record in records:
        if draw(st.integers(0, 9)) == 0:
            del record[draw(st.sampled_from(NAMES))]
    return records


@settings(max_examples=200)
@given(plans(NAMES), columns(), st.booleans())
def test_a_page_is_transformed_and_written_as_record_by_record(
    plan: Plan, records: list[dict[str, Any]], ascii_only: bool
) -> None:
    texts = [json.dumps(record, ensure_ascii=ascii_only) for record in records]
    exact = [*map(record_reader(frozenset()), texts)]
    try:
        read: Sequence[Any] = in_columns(plan.selected_fields, texts)
    except ValueError:  # halves of surrogate pairs: read one by one
        read = Columns(NAMES, [[each.get(name) for each in exact] for name in NAMES], len(exact))
    for file_type in ("JSON", "CSV", "PARQUET"):
        assert moved(plan, read, file_type) == moved(plan, exact, file_type)


def in_columns(fields: Sequence[str], texts: Sequence[str]) -> Columns:
    read = columns_reader(fields)
    assert read is not None
    return read(texts)


def moved(plan: Plan, records: Sequence[Any], file_type: str) -> object:
    """Return the file of a page, or why there is none."""
    stream = io.BytesIO()
    try:
        after = plan.transform_all(records)
        writer = open_writer(stream, file_type, plan.columns, preserve_types=True)
        writer.write(after)
        writer.close()
    except (FlowTerminated, FormatError) as error:
        return str(error)
    return len(after), stream.getvalue()


@given(st.lists(st.tuples(SCALARS, KINDS[4]), min_size=1, max_size=4))
def test_rows_of_columns_are_those_that_pythons_writer_makes(rows: list[tuple[Any, Any]]) -> None:
    stream = io.BytesIO()
    fields = [Column("a", "String"), Column("b", "String")]
    records = Columns(("a", "b"), [*zip(*rows, strict=True)], len(rows))
    open_writer(stream, "CSV", fields, preserve_types=False).write(records)
    assert stream.getvalue() == b"a,b\n" + b"".join(csv_row(record, "ab") for record in records)


@given(st.sampled_from(TYPES), st.data())
@example("Long", [1 << 63])
@example("Double", [(1 << 53) + 1])
@example("BigDecimal", [-0.0, 1e22, 5e-324, 1.5])
@example("Date", ["2026-02-29T00:00:00Z"])
@example("Date", ["2026-02-28T24:00:00Z"])
@example("DateTime", ["0000-01-01T00:00:00Z"])
@example("DateTime", ["2026-01-31 12:30:45Z", None])
@example("String", [1e16, 1, None])
def test_a_column_is_cast_as_value_by_value(data_type: str, drawn: Any) -> None:  # noqa: ANN401
    values = drawn
    if not isinstance(drawn, list):
        kind = drawn.draw(st.sampled_from([*KINDS, NUMBERS]))
        values = drawn.draw(st.lists(kind | st.none(), max_size=4))
    cast = cast_to(data_type, "a")
    try:
        expected = [None if value is None else cast(value) for value in values]
    except FlowTerminated:
        with pytest.raises(FlowTerminated):
            cast_column(values, data_type, cast)
        return
    assert repr(list(cast_column(values, data_type, cast))) == repr(expected)


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), JSON, max_size=4), max_size=3))
@example([{"a": 1, "d": 2}])
def test_a_page_is_read_in_columns_as_record_by_record(records: list[dict[str, Any]]) -> None:
    texts = [json.dumps(record) for record in records]
    exact = [*map(record_reader(frozenset()), texts)]
    try:
        read = in_columns(NAMES, texts)
    except ValueError:
        assert any("d" in each for each in exact) or "\\ud" in "".join(texts)
        return
    assert repr(list(read)) == repr([{name: each.get(name) for name in NAMES} for each in exact])


@settings(max_examples=200)
@given(pages(NAMES))
def test_every_spelling_is_read_in_columns_as_record_by_record(texts: list[str]) -> None:
    try:
        read = in_columns(NAMES, texts)
    except (ValueError, RecursionError):
        return  # the exact reader decides
    exact = [*map(record_reader(frozenset()), texts)]
    assert repr(list(read)) == repr([{name: each.get(name) for name in NAMES} for each in exact])


@pytest.mark.parametrize("name", ['a"b', "\\", "a\nb", "\0", "\ud800"])
def test_names_that_msgspec_does_not_take_are_left_to_the_exact_ways(name: str) -> None:
    assert columns_reader(("a", name)) is None
    records = Columns(("a", name), [[1], [2]], 1)
    stream = io.BytesIO()
    open_writer(stream, "JSON", None, preserve_types=False).write(records)
    assert stream.getvalue() == record_line({"a": 1, name: 2}) + b"\n"


@pytest.mark.parametrize(
    "text",
    ["[]", "1", "null", '{"a": 1} {"a": 2}', '{"a": NaN}', '{"a": 1e400}', "", '{"z": 1}', "{"],
)
def test_a_text_that_is_no_record_of_the_fields_is_left_to_the_exact_reader(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        in_columns(NAMES, ['{"a": 1}', text])


def test_of_a_field_that_is_given_twice_the_last_value_counts() -> None:
    assert list(in_columns(("a",), ['{"a": 1, "a": [2]}'])) == [{"a": [2]}]


def test_records_in_columns_are_a_sequence_of_records() -> None:
    records = Columns(("a", "b"), [[1, 2, 3], ["x", "y", "z"]], 3)
    assert len(records) == 3
    assert records[-1] == {"a": 3, "b": "z"}
    assert list(records[:2]) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    assert list(records.column("c")) == [None, None, None]
    assert list(records.only([False, True, False])) == [{"a": 2, "b": "y"}]
    assert list(Columns((), [], 2)) == [{}, {}]
