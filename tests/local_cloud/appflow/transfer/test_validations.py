"""Validations, and fields that a source says are never null."""

from __future__ import annotations

import pytest

from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.plan import FlowTerminated, RecordRejected
from tests.local_cloud.appflow.transfer.task_shapes import (
    MAP_ALL,
    filter_on,
    from_connector,
    from_files,
    strings,
    task,
)

DROP = {"VALIDATION_ACTION": "DropRecord"}


@pytest.mark.parametrize(
    ("operator", "good", "bad"),
    [
        ("VALIDATE_NON_NULL", ["x", 0, False], [None, ""]),
        ("VALIDATE_NON_ZERO", [1, "-1", "x", None], [0, "0", "0.0", 0.0]),
        ("VALIDATE_NON_NEGATIVE", [0, "5", "x", None], [-1, "-0.1"]),
        ("VALIDATE_NUMERIC", [0, "1e3", -0.5, None], ["x", True, "1,5", [1]]),
        ("NO_OP", ["x", None], []),
    ],
)
def test_a_validation_drops_the_records_that_break_it(
    operator: str, good: list[object], bad: list[object]
) -> None:
    plan = from_files(task("Validate", "a", operator=operator, **DROP))
    for value in good:
        assert plan.transform({"a": value}) == {"a": value}
    for value in bad:
        with pytest.raises(RecordRejected, match=f"'a' breaks the validation {operator}"):
            plan.transform({"a": value})


@pytest.mark.parametrize("action", ["DropDataset", "TerminateFlow"])
def test_a_validation_can_end_the_run(action: str) -> None:
    check = task("Validate", "a", operator="VALIDATE_NON_NULL", VALIDATION_ACTION=action)
    with pytest.raises(FlowTerminated):
        from_files(check).transform({})


def test_empty_text_of_a_connector_is_not_null() -> None:
    check = task("Validate", "a", operator="VALIDATE_NON_NULL", **DROP)
    plan = from_connector([MAP_ALL, check], *strings("a"))
    assert plan.transform({"a": ""}) == {"a": ""}


def test_a_record_that_a_filter_leaves_out_is_not_validated() -> None:
    check = task("Validate", "a", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="DropDataset")
    plan = from_files(check, filter_on("b", "EQUAL_TO", VALUE="1"))
    assert plan.transform({"a": None, "b": "2"}) is None


def test_a_validation_sees_the_source_s_value() -> None:
    plan = from_files(
        task("Mask", "a", operator="MASK_ALL"),
        task("Validate", "a", operator="VALIDATE_NUMERIC", **DROP),
    )
    assert plan.transform({"a": "12"}) == {"a": "**"}


@pytest.mark.parametrize("record", [{"a": None}, {}])
def test_null_in_a_field_that_is_not_nullable_ends_the_run(record: dict[str, object]) -> None:
    plan = from_connector([MAP_ALL], Field("a", "String", nullable=False))
    with pytest.raises(FlowTerminated, match="'a' is not nullable"):
        plan.transform(record)


def test_a_field_that_the_flow_does_not_read_may_be_missing() -> None:
    fields = [Field("a", "String", nullable=False), Field("b", "String")]
    tasks = [task("Map_all", EXCLUDE_SOURCE_FIELDS_LIST='["a"]')]
    assert from_connector(tasks, *fields).transform({"b": 1}) == {"b": 1}
