"""Masks, truncations, arithmetic and merges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from appflow_local.appflow.transfer.fields import Column, Field
from appflow_local.appflow.transfer.plan import FlowTerminated
from tests.local_cloud.appflow.transfer.task_shapes import (
    LIMIT,
    MAP_ALL,
    Task,
    filter_on,
    from_connector,
    from_files,
    refusal,
    refusal_at_run,
    strings,
    task,
)

DROP = {"VALIDATION_ACTION": "DropRecord"}


def changed(value: object, *tasks: Task) -> object:
    made = from_files(*tasks).transform({"a": value})
    assert made is not None
    return made["a"]


def made(record: dict[str, Any], change: Task) -> object:
    """Return what a task makes of a record's fields."""
    output = from_files(change, task("Map", change["destinationField"], to="x")).transform(record)
    assert output is not None
    return output["x"]


def arithmetic(operator: str, *fields: str, **properties: str) -> Task:
    to = ",".join([*fields, properties.get("VALUE", "")]).rstrip(",")
    return task("Arithmetic", *fields, operator=operator, to=to, **properties)


def mask(operator: str, **properties: str) -> Task:
    return task("Mask", "a", operator=operator, **properties)


@pytest.mark.parametrize(
    ("change", "value", "expected"),
    [
        (mask("MASK_ALL"), "abc", "***"),
        (mask("MASK_ALL", MASK_LENGTH="5", MASK_VALUE="#"), "abc", "###"),
        (mask("MASK_FIRST_N", MASK_LENGTH="2"), "abc", "**c"),
        (mask("MASK_LAST_N", MASK_LENGTH="2"), "abc", "a**"),
        (mask("MASK_FIRST_N", MASK_LENGTH="9"), "abc", "***"),
        (mask("MASK_LAST_N", MASK_LENGTH="9"), "abc", "***"),
        (mask("MASK_LAST_N", MASK_LENGTH="2"), 1234, "12**"),
        (mask("MASK_ALL"), None, None),
        (task("Truncate", "a", TRUNCATE_LENGTH="2"), "abc", "ab"),
        (task("Truncate", "a", TRUNCATE_LENGTH="9"), "abc", "abc"),
        (task("Truncate", "a", TRUNCATE_LENGTH="2"), None, None),
    ],
)
def test_text_is_masked_and_truncated(change: Task, value: object, expected: object) -> None:
    assert changed(value, change) == expected


def test_a_field_is_masked_before_it_is_truncated() -> None:
    tasks = [
        task("Truncate", "a", TRUNCATE_LENGTH="2"),
        mask("MASK_LAST_N", MASK_LENGTH="2"),
    ]
    assert changed("abc", *tasks) == "a*"


def test_a_masked_number_is_text() -> None:
    types = {"SOURCE_DATA_TYPE": "integer", "DESTINATION_DATA_TYPE": "integer"}
    tasks = [MAP_ALL, mask("MASK_ALL"), task("Map", "a", to="b", **types)]
    plan = from_connector(tasks, Field("a", "Integer"))
    assert plan.columns == (Column("b", "String"),)
    assert plan.transform({"a": 42}) == {"b": "**"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (mask("MASK_FIRST_N"), "MASK_LENGTH"),
        (mask("MASK_FIRST_N", MASK_LENGTH="0"), "MASK_LENGTH"),
        (mask("MASK_FIRST_N", MASK_LENGTH="²"), "MASK_LENGTH"),
        (mask("MASK_ALL", MASK_VALUE="xx"), "xx"),
        (task("Truncate", "a", TRUNCATE_LENGTH="-1"), "TRUNCATE_LENGTH"),
        (task("Truncate", "a"), "TRUNCATE_LENGTH"),
        (arithmetic("ADDITION", "a"), "two source fields"),
        (arithmetic("ADDITION", "a", "b", VALUE="1"), "two source fields"),
        (arithmetic("ADDITION", "a", VALUE="one"), "'one'"),
        (arithmetic("ADDITION", "a", "b", MATH_OPERATION_FIELDS_ORDER="a,c"), "a,c"),
        (task("Arithmetic", "a", "b", operator="ADDITION"), "destination field"),
        (task("Merge", "a", to="m"), "CONCAT_FORMAT"),
        (task("Merge", "a", to="m", CONCAT_FORMAT="${a}${b}"), "['b']"),
        (task("Validate", "a", operator="VALIDATE_NON_NULL"), "VALIDATION_ACTION"),
        (
            task("Validate", "a", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="Warn"),
            "Warn",
        ),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_at_creation(change: Task, words: str) -> None:
    assert words in refusal([MAP_ALL, change])


def test_a_field_is_masked_once() -> None:
    assert LIMIT in refusal([MAP_ALL, mask("MASK_ALL"), mask("MASK_ALL")])


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("ADDITION", "0.3"), ("SUBTRACTION", "-0.1"), ("MULTIPLICATION", "0.02"), ("DIVISION", "0.5")],
)
def test_arithmetic_is_decimal(operator: str, expected: str) -> None:
    assert made({"a": 0.1, "b": "0.2"}, arithmetic(operator, "a", "b")) == Decimal(expected)


def test_arithmetic_keeps_38_digits() -> None:
    add = arithmetic("ADDITION", "a", VALUE="1")
    price = "12345678901234567890.123456789"
    for value in (price, Decimal(price)):
        assert made({"a": value}, add) == Decimal("12345678901234567891.123456789")


def test_a_whole_result_is_a_whole_number() -> None:
    result = made({"a": 0.5}, arithmetic("MULTIPLICATION", "a", VALUE="2"))
    assert (result, type(result)) == (1, int)


def test_the_order_of_the_operands_is_the_property_s() -> None:
    order = {"MATH_OPERATION_FIELDS_ORDER": "b,a"}
    assert made({"a": 1, "b": 5}, arithmetic("SUBTRACTION", "a", "b", **order)) == 4


@pytest.mark.parametrize("empty", [None, ""])
def test_arithmetic_with_nothing_makes_null(empty: object) -> None:
    assert made({"a": 1, "b": empty}, arithmetic("ADDITION", "a", "b")) is None


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [(1, 0, "division of 1 and 0"), ("x", 1, "'a' holds 'x'"), ("1e999", "1e-999", "no result")],
)
def test_arithmetic_without_a_result_ends_the_run(a: object, b: object, words: str) -> None:
    with pytest.raises(FlowTerminated, match=words):
        made({"a": a, "b": b}, arithmetic("DIVISION", "a", "b"))


@pytest.mark.parametrize(
    ("format_text", "expected"),
    [("${a} ${b}", "Ann 5"), ("$${a}{b}", "$Ann{b}"), ("${none}-", "-"), ("${a}${a}", "AnnAnn")],
)
def test_fields_are_merged_as_the_format_says(format_text: str, expected: str) -> None:
    merge = task("Merge", "a", "b", "none", to="m", CONCAT_FORMAT=format_text)
    assert made({"a": "Ann", "b": 5, "none": None}, merge) == expected


def test_a_merge_shows_nothing_that_a_mask_hides() -> None:
    merge = task("Merge", "a", "b", to="m", CONCAT_FORMAT="${a}${b}")
    plan = from_files(merge, mask("MASK_ALL"), task("Map", "m", to="x"))
    assert plan.transform({"a": "secret", "b": "!"}) == {"a": "******", "b": "!", "x": "******!"}


def test_arithmetic_reads_what_the_source_gave() -> None:
    add = arithmetic("ADDITION", "a", VALUE="1")
    plan = from_files(mask("MASK_ALL"), add, task("Map", "a,1", to="y"))
    assert plan.transform({"a": 41}) == {"a": "**", "y": 42}


def test_a_field_made_by_a_task_has_the_tasks_type() -> None:
    merge = task("Merge", "a", to="m", CONCAT_FORMAT="${a}")
    add = arithmetic("ADDITION", "a", "b")
    tasks = [MAP_ALL, merge, add, task("Map", "m", to="x"), task("Map", "a,b", to="y")]
    plan = from_connector(tasks, Field("a", "Integer"), Field("b", "Integer"))
    assert plan.columns == (
        Column("a", "Integer"),
        Column("b", "Integer"),
        Column("x", "String"),
        Column("y", "BigDecimal"),
    )
    assert plan.transform({"a": 1, "b": 2}) == {"a": 1, "b": 2, "x": "1", "y": 3}


def test_a_field_made_by_a_task_can_be_cast() -> None:
    add = arithmetic("ADDITION", "a", "b")
    types = {"SOURCE_DATA_TYPE": "string", "DESTINATION_DATA_TYPE": "string"}
    tasks = [MAP_ALL, add, task("Map", "a,b", to="y", **types)]
    plan = from_connector(tasks, Field("a", "Integer"), Field("b", "Integer"))
    assert (plan.transform({"a": 1, "b": 2}) or {})["y"] == "3"


MERGE = task("Merge", "a", "b", to="m", CONCAT_FORMAT="${a}")


@pytest.mark.parametrize(
    "others",
    [
        [],
        [MERGE, task("Map", "m", to="x")],
        [task("Map", "m", to="x"), task("Mask", "m", operator="MASK_ALL")],
        [task("Map", "m", to="x"), filter_on("m", "EQUAL_TO", VALUE="1")],
        [task("Map", "m", to="x"), task("Validate", "m", operator="VALIDATE_NUMERIC", **DROP)],
        [
            task("Map", "m", to="x"),
            task("Merge", "m", to="n", CONCAT_FORMAT="${m}"),
            task("Map", "n", to="y"),
        ],
    ],
    ids=["not mapped", "made twice", "masked", "filtered", "validated", "merged again"],
)
def test_a_field_made_by_a_task_can_only_be_mapped(others: list[Task]) -> None:
    assert LIMIT in refusal([MAP_ALL, MERGE, *others])


def test_a_field_made_by_a_task_needs_a_name_of_its_own() -> None:
    tasks = [MAP_ALL, MERGE, task("Map", "m", to="x")]
    assert LIMIT in refusal_at_run(tasks, *strings("a", "b", "m"))
