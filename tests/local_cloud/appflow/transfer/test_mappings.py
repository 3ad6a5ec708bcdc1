"""Which fields the output has, under which names, types and casts, and how it is partitioned."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from appflow_local.appflow.transfer.fields import Column, Field
from appflow_local.appflow.transfer.plan import FlowTerminated
from tests.local_cloud.appflow.transfer.task_shapes import (
    FILES,
    LIMIT,
    MAP_ALL,
    Task,
    from_connector,
    from_files,
    plan_for_files,
    projection,
    refusal,
    refusal_at_run,
    strings,
    task,
)

PARTITION_KEYS = "ORDERED_PARTITION_KEYS_LIST"
PRICE = "12345678901234567890.123456789"


def names(*found: str) -> tuple[Column, ...]:
    return tuple(Column(name, "String") for name in found)


def cast(value: object, to: str, source: str = "String") -> object:
    """Return what becomes of a connector's value that is mapped to a type."""
    tasks = [projection("a"), task("Map", "a", to="b", DESTINATION_DATA_TYPE=to)]
    plan = from_connector(tasks, Field("a", source))
    made = plan.transform({"a": value})
    assert made is not None
    assert plan.columns == (Column("b", to),)
    return made["b"]


def test_a_map_task_renames_a_field() -> None:
    plan = from_connector([projection("a", "b"), task("Map", "a", to="x")], *strings("a", "b"))
    assert plan.columns == names("x")
    assert plan.transform({"a": 1, "b": 2}) == {"x": 1}


def test_a_field_can_be_mapped_twice() -> None:
    tasks = [projection("a"), task("Map", "a", to="x"), task("Map", "a", to="y")]
    assert from_connector(tasks, *strings("a")).transform({"a": 1}) == {"x": 1, "y": 1}


def test_two_source_fields_cannot_share_a_destination_field() -> None:
    assert "'x'" in refusal([MAP_ALL, task("Map", "a", to="x"), task("Map", "b", to="x")])


def test_map_all_cannot_take_a_mapped_field_s_new_name() -> None:
    assert "'b'" in refusal_at_run([MAP_ALL, task("Map", "a", to="b")], *strings("a", "b"))


def test_a_field_that_a_record_has_not_got_is_null() -> None:
    plan = from_connector([projection("a"), task("Map", "a", to="x")], *strings("a"))
    assert plan.transform({}) == {"x": None}


def test_map_all_keeps_names_types_and_order() -> None:
    fields = [Field("b", "Long"), Field("a", "Date")]
    plan = from_connector([MAP_ALL], *fields)
    assert plan.columns == (Column("b", "Long"), Column("a", "Date"))
    assert plan.transform({"a": "2024-05-01", "b": 1, "c": 2}) == {"a": "2024-05-01", "b": 1}


def test_map_all_leaves_alone_what_is_mapped_and_what_is_excluded() -> None:
    exclude = task("Map_all", EXCLUDE_SOURCE_FIELDS_LIST='["c"]')
    plan = from_connector([exclude, task("Map", "b", to="x")], *strings("a", "b", "c", "d"))
    assert plan.columns == names("a", "x", "d")


def test_the_fields_of_files_are_known_only_from_their_records() -> None:
    plan = from_files(task("Map", "b", to="x"))
    assert plan.columns is None
    assert plan.transform({"a": 1, "b": 2}) == {"a": 1, "x": 2}


def test_map_all_over_files_leaves_out_what_is_excluded() -> None:
    exclude = task("Map_all", EXCLUDE_SOURCE_FIELDS_LIST='["a"]')
    assert plan_for_files(exclude).transform({"a": 1, "b": 2}) == {"b": 2}


@pytest.mark.parametrize("excluded", ["a,b", "{}", "[1]", "[" * 5000])
def test_the_excluded_fields_must_be_a_json_list(excluded: str) -> None:
    text = refusal([task("Map_all", EXCLUDE_SOURCE_FIELDS_LIST=excluded)])
    assert "EXCLUDE_SOURCE_FIELDS_LIST" in text


def test_a_list_of_one_empty_name_excludes_nothing() -> None:
    tasks = [task("Map_all", EXCLUDE_SOURCE_FIELDS_LIST='[""]')]
    assert from_connector(tasks, *strings("a")).columns == names("a")


@pytest.mark.parametrize(
    "made", [task("Map_all", "a"), task("Map_all", INCLUDE_NEW_FIELDS="false")]
)
def test_a_map_all_that_is_not_known_is_refused(made: Task) -> None:
    assert LIMIT in refusal([made])


def test_two_map_all_tasks_are_refused() -> None:
    assert "only one Map_all" in refusal([MAP_ALL, MAP_ALL])


@pytest.mark.parametrize(
    ("value", "to", "expected"),
    [
        ("5", "Integer", 5),
        ("5.0", "Long", 5),
        ("1e2", "Short", 100),
        (str(2**15 - 1), "Short", 2**15 - 1),
        (str(-(2**15)), "Short", -(2**15)),
        ("5.5", "Double", 5.5),
        ("5", "Float", 5.0),
        (" 7 ", "BigInteger", 7),
        (0.1, "BigDecimal", Decimal("0.1")),
        (PRICE, "BigDecimal", Decimal(PRICE)),
        (Decimal("0.10"), "Double", 0.1),
        ("TRUE", "Boolean", True),
        ("2024-05-01T23:00:00-02:00", "Date", "2024-05-02"),
        (1714564800000, "DateTime", "2024-05-01T12:00:00Z"),
        ("2024-05-01 12:00", "DateTime", "2024-05-01T12:00:00Z"),
        ('{"a": 1}', "Struct", {"a": 1}),
        ("[1]", "List", [1]),
        ("", "Integer", None),
        (None, "Integer", None),
    ],
)
def test_a_value_is_cast_to_the_type_it_is_mapped_to(
    value: object, to: str, expected: object
) -> None:
    made = cast(value, to)
    assert (made, type(made)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, "5"), (Decimal(PRICE), PRICE), (True, "true"), ([1, None], "[1,null]"), ("é", "é")],
)
def test_everything_can_be_cast_to_text(value: object, expected: str) -> None:
    assert cast(value, "String", source="List") == expected


@pytest.mark.parametrize(
    ("value", "to"),
    [
        ("five", "Integer"),
        ("5.5", "Integer"),
        (str(2**15), "Short"),
        (str(-(2**15) - 1), "Short"),
        (str(2**31), "Integer"),
        (str(2**63), "Long"),
        ("1e999", "Double"),
        ("1e9999", "Double"),
        ("NaN", "Double"),
        (float("inf"), "BigDecimal"),
        (True, "Integer"),
        ("yes", "Boolean"),
        ("2024-13-01", "Date"),
        ("9999-12-31T23:59:59-01:00", "DateTime"),
        (10**30, "DateTime"),
        ("[1]", "Map"),
        ("{", "Struct"),
        ('{"a": 1e400}', "Struct"),
        ("[NaN]", "List"),
        (5, "ByteArray"),
    ],
)
def test_a_value_that_does_not_fit_ends_the_run(value: object, to: str) -> None:
    with pytest.raises(FlowTerminated, match=f"The field 'a' holds .*, which is not a valid {to}"):
        cast(value, to, source="Struct" if to != "Struct" else "String")


def test_values_that_have_their_type_already_are_not_touched() -> None:
    tasks = [projection("a"), task("Map", "a", to="b", DESTINATION_DATA_TYPE="integer")]
    plan = from_connector(tasks, Field("a", "Integer"))
    assert plan.transform({"a": "not a number"}) == {"b": "not a number"}


def test_files_hold_text_that_is_cast_even_to_the_type_it_is_said_to_have() -> None:
    types = {"SOURCE_DATA_TYPE": "integer", "DESTINATION_DATA_TYPE": "integer"}
    tasks = [projection("a"), task("Map", "a", to="b", **types)]
    plan = plan_for_files(*tasks)
    assert plan.columns == (Column("b", "Integer"),)
    assert plan.transform({"a": "5"}) == {"b": 5}


@pytest.mark.parametrize(
    ("types", "expected"), [({}, "String"), ({"SOURCE_DATA_TYPE": "long"}, "Long")]
)
def test_the_columns_of_files_have_the_type_that_their_task_tells(
    types: dict[str, str], expected: str
) -> None:
    plan = plan_for_files(projection("a"), task("Map", "a", to="b", **types))
    assert plan.columns == (Column("b", expected),)


def test_the_record_itself_is_left_as_it_was() -> None:
    record = {"a": "secret", "b": [1]}
    plan = from_files(task("Mask", "a", operator="MASK_ALL"))
    assert plan.transform(record) == {"a": "******", "b": [1]}
    assert record == {"a": "secret", "b": [1]}


@pytest.mark.parametrize(
    ("partition", "expected"),
    [
        (task("Partition", "y", "x"), ("y", "x")),
        (task("Partition", "x", "y", **{PARTITION_KEYS: '["y", "x"]'}), ("y", "x")),
        (task("Partition", "b"), ("y",)),
        (task("Partition", "b", "y"), ("y",)),
    ],
)
def test_partitions_go_by_fields_of_the_output(partition: Task, expected: tuple[str, ...]) -> None:
    tasks = [projection("a", "b"), task("Map", "a", to="x"), task("Map", "b", to="y"), partition]
    assert from_connector(tasks, *strings("a", "b")).partition_fields == expected


def test_a_partition_by_what_is_not_in_the_output_ends_the_run() -> None:
    tasks = [projection("a", "b"), task("Map", "a", to="x"), task("Partition", "b")]
    assert "no field 'b'" in refusal_at_run(tasks, *strings("a", "b"))


def test_there_can_be_ten_partition_fields() -> None:
    ten = [f"f{number}" for number in range(10)]
    check = task("Partition", **{PARTITION_KEYS: json.dumps(ten)})
    assert from_connector([MAP_ALL, check], *strings(*ten)).partition_fields == tuple(ten)
    assert "at most 10" in refusal([MAP_ALL, task("Partition", *ten, "f10")])


def test_only_output_in_s3_can_be_partitioned() -> None:
    assert "partitioned" in refusal([MAP_ALL, task("Partition", "a")], FILES)
