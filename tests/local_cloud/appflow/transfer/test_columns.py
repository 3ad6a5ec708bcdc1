"""What is done with records in columns is what is done with them one by one."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appflow_local.appflow.execution.record_texts import columns_reader, record_reader
from appflow_local.appflow.transfer.casts import cast_to
from appflow_local.appflow.transfer.column_casts import cast_column
from appflow_local.appflow.transfer.columns import Columns
from appflow_local.appflow.transfer.fields import Column, Field
from appflow_local.appflow.transfer.formats import FormatError, open_writer
from appflow_local.appflow.transfer.plan import FlowTerminated, Plan
from tests.local_cloud.appflow.transfer.files_in_memory import csv_row
from tests.local_cloud.appflow.transfer.json_values import (
    DAYS,
    INSTANTS,
    JSON,
    NUMBERS,
    SCALARS,
    TEXTS,
    TYPES,
)
from tests.local_cloud.appflow.transfer.task_shapes import Task, from_connector, projection, task

NAMES = ("a", "b", "c")
RULES = ("NON_NULL", "NON_ZERO", "NON_NEGATIVE", "NUMERIC")
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


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a plan with tasks of every type, some of which end runs."""
    field = st.sampled_from(NAMES)
    tasks: list[Task] = [projection(*NAMES)]
    for rule in draw(st.lists(st.sampled_from(RULES), max_size=2)):
        action = draw(st.sampled_from(["DropRecord", "DropRecord", "DropDataset"]))
        operator = f"VALIDATE_{rule}"
        tasks.append(task("Validate", draw(field), operator=operator, VALIDATION_ACTION=action))
    if draw(st.booleans()):
        mask = draw(st.sampled_from(["MASK_ALL", "MASK_FIRST_N", "MASK_LAST_N"]))
        tasks.append(task("Mask", draw(field), operator=mask, MASK_LENGTH="2"))
    if draw(st.booleans()):
        tasks.append(task("Truncate", draw(field), TRUNCATE_LENGTH="3"))
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["ADDITION", "DIVISION"]))
        tasks.append(task("Arithmetic", "a", "b", operator=kind, to="made"))
        tasks.append(task("Map", "made", to="made"))
    if draw(st.booleans()):
        tasks.append(task("Merge", "b", "c", to="merged", CONCAT_FORMAT="${c}-${b}"))
        tasks.append(task("Map", "merged", to="merged"))
    for name in NAMES:
        cast = draw(st.sampled_from([None, None, "String", *TYPES]))
        types = {} if cast is None else {"DESTINATION_DATA_TYPE": cast}
        tasks.append(task("Map", name, to=draw(st.sampled_from([name, name.upper()])), **types))
    fields = [Field(name, draw(st.sampled_from(TYPES))) for name in NAMES]
    fields[0] = Field("a", fields[0].data_type, nullable=draw(st.booleans()))
    return from_connector(tasks, *fields)


@settings(max_examples=400)
@given(plans(), columns(), st.booleans())
def test_a_page_is_transformed_and_written_as_record_by_record(
    plan: Plan, records: list[dict[str, Any]], ascii_only: bool
) -> None:
    texts = [json.dumps(record, ensure_ascii=ascii_only) for record in records]
    exact = [*map(record_reader(frozenset()), texts)]
    try:
        read: Sequence[Any] = columns_reader(plan.selected_fields)(texts)
    except ValueError:  # halves of surrogate pairs: read one by one
        read = Columns(NAMES, [[each.get(name) for each in exact] for name in NAMES], len(exact))
    for file_type in ("JSON", "CSV", "PARQUET"):
        assert moved(plan, read, file_type) == moved(plan, exact, file_type)


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
        read = columns_reader(NAMES)(texts)
    except ValueError:
        assert any("d" in each for each in exact) or "\\ud" in "".join(texts)
        return
    assert repr(list(read)) == repr([{name: each.get(name) for name in NAMES} for each in exact])


@pytest.mark.parametrize(
    "text",
    ["[]", "1", "null", '{"a": 1} {"a": 2}', '{"a": NaN}', '{"a": 1e400}', "", '{"z": 1}', "{"],
)
def test_a_text_that_is_no_record_of_the_fields_is_left_to_the_exact_reader(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        columns_reader(NAMES)(['{"a": 1}', text])


def test_of_a_field_that_is_given_twice_the_last_value_counts() -> None:
    assert list(columns_reader(("a",))(['{"a": 1, "a": [2]}'])) == [{"a": [2]}]


def test_records_in_columns_are_a_sequence_of_records() -> None:
    records = Columns(("a", "b"), [[1, 2, 3], ["x", "y", "z"]], 3)
    assert len(records) == 3
    assert records[-1] == {"a": 3, "b": "z"}
    assert list(records[:2]) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    assert list(records.column("c")) == [None, None, None]
    assert list(records.only([False, True, False])) == [{"a": 2, "b": "y"}]
    assert list(Columns((), [], 2)) == [{}, {}]
