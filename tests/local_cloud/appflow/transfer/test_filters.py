"""What a connector is asked to filter by, and which records of files a filter leaves out."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.plan import TaskError, incremental_filter
from tests.local_cloud.appflow.transfer.filter_evaluation import selects
from tests.local_cloud.appflow.transfer.task_shapes import (
    FILES,
    LIMIT,
    MAP_ALL,
    Task,
    filter_on,
    from_connector,
    from_files,
    refusal,
    refusal_at_run,
    task,
)

FIELDS = (
    Field("name", "String"),
    Field("age", "Integer"),
    Field("price", "Double", filter_operators=("BETWEEN", "EQUAL_TO")),
    Field("active", "Boolean"),
    Field("born", "Date"),
    Field("seen", "DateTime"),
    Field("tags", "List"),
    Field("address", "Struct"),
    Field("secret", "String", queryable=False),
    Field("limit", "Integer"),
)
SEEN = Field("seen", "DateTime", is_timestamp_for_incremental=True)
ONE_TO_TWO = {"LOWER_BOUND": "1", "UPPER_BOUND": "2", "DATA_TYPE": "long"}
KEYWORDS = [
    *("AND", "and", "OR", "or", "NOT", "not", "IN", "in", "BETWEEN", "between", "LIMIT", "limit"),
    *("CONTAINS", "contains", "TRUE", "True", "true", "FALSE", "False", "false", "null"),
]
NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)


def expression(*tasks: Task) -> str | None:
    return from_connector([MAP_ALL, *tasks], *FIELDS).filter_expression


def test_without_filters_a_connector_gets_no_expression() -> None:
    assert expression() is None


def test_a_filter_with_two_values_is_an_or() -> None:
    found = filter_on("name", "EQUAL_TO", VALUES="Ann,Bob")
    assert expression(found) == "(name = 'Ann' OR name = 'Bob')"


def test_several_filters_are_an_and() -> None:
    young, named = (
        filter_on("age", "LESS_THAN", VALUE="30"),
        filter_on("name", "CONTAINS", VALUE="x"),
    )
    assert expression(young, named) == "age < 30 AND name contains 'x'"


@pytest.mark.parametrize(
    ("field", "operator", "value", "clause"),
    [
        ("age", "NOT_EQUAL_TO", "+5", "age != 5"),
        ("age", "GREATER_THAN", "1e3", "age > 1000"),
        ("price", "EQUAL_TO", "-0.50", "price = -0.50"),
        ("active", "EQUAL_TO", "TRUE", "active = true"),
        ("active", "NOT_EQUAL_TO", "false", "active != false"),
        ("born", "LESS_THAN_OR_EQUAL_TO", "2024-05-01", "born <= 2024-05-01"),
        ("born", "EQUAL_TO", "1714564800000", "born = 2024-05-01"),
        ("seen", "GREATER_THAN_OR_EQUAL_TO", "1714564800500", "seen >= 2024-05-01T12:00:00.5Z"),
        ("seen", "EQUAL_TO", "2024-05-01T14:00:00+02:00", "seen = 2024-05-01T12:00:00Z"),
        ("seen", "EQUAL_TO", "2024-05-01T17:30:00+0530", "seen = 2024-05-01T12:00:00Z"),
        ("seen", "LESS_THAN", "2024-05-01", "seen < 2024-05-01T00:00:00Z"),
        ("tags", "CONTAINS", "new", "tags contains 'new'"),
        ("name", "EQUAL_TO", "it's", 'name = "it\'s"'),
        ("name", "EQUAL_TO", "5", "name = '5'"),
    ],
)
def test_a_value_is_written_as_its_field_s_type_demands(
    field: str, operator: str, value: str, clause: str
) -> None:
    assert expression(filter_on(field, operator, VALUE=value)) == clause


def test_between_names_both_bounds() -> None:
    found = filter_on("price", "BETWEEN", LOWER_BOUND="1", UPPER_BOUND="2.5")
    assert expression(found) == "price BETWEEN 1 AND 2.5"


def test_a_field_s_own_type_counts_more_than_the_task_s() -> None:
    assert expression(filter_on("age", "EQUAL_TO", VALUE="7", DATA_TYPE="string")) == "age = 7"


@pytest.mark.parametrize("value", ["a\\b", "end\\", "both ' and \""])
def test_text_that_the_language_cannot_say_is_refused_at_creation(value: str) -> None:
    text = refusal([MAP_ALL, filter_on("name", "EQUAL_TO", VALUE=value)])
    assert text.startswith("The filter language")
    assert text.endswith(LIMIT)


@pytest.mark.parametrize("name", [*KEYWORDS, "1st", "first name", "Straße", "a'b"])
def test_fields_that_the_language_cannot_name_are_refused_at_creation(name: str) -> None:
    text = refusal([MAP_ALL, filter_on(name, "EQUAL_TO", VALUE="1")])
    assert f"cannot name the field '{name}'" in text


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (filter_on("age", "EQUAL_TO"), "VALUE"),
        (filter_on("age", "EQUAL_TO", VALUE="1", VALUES="1"), "VALUE"),
        (filter_on("age", "BETWEEN", LOWER_BOUND="1"), "UPPER_BOUND"),
        (filter_on("age", "EQUAL_TO", VALUE="1", DATA_TYPE="picklist"), "picklist"),
        (filter_on("age", "EQUAL_TO", VALUE="one", DATA_TYPE="integer"), "one"),
        (filter_on("on", "LESS_THAN", VALUE="true", DATA_TYPE="boolean"), "LESS_THAN"),
        (filter_on("age", "CONTAINS", VALUE="1", DATA_TYPE="integer"), "CONTAINS"),
        (filter_on("age", "NO_OP", VALUE="1"), "NO_OP"),
        (task("Filter", "a", "b", operator="EQUAL_TO", VALUE="1"), "exactly one source field"),
        (task("Filter", operator="EQUAL_TO", VALUE="1"), "exactly one source field"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_at_creation(found: Task, words: str) -> None:
    assert words in refusal([MAP_ALL, found])


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (filter_on("age", "EQUAL_TO", VALUE="one"), "needs a Integer, not 'one'"),
        (filter_on("age", "BETWEEN", LOWER_BOUND="1", UPPER_BOUND="2"), "by BETWEEN"),
        (filter_on("secret", "EQUAL_TO", VALUE="x"), "by EQUAL_TO"),
        (filter_on("address", "EQUAL_TO", VALUE="x"), "by EQUAL_TO"),
        (filter_on("unknown", "EQUAL_TO", VALUE="x"), "no field 'unknown'"),
    ],
)
def test_a_filter_that_the_connector_cannot_do_is_refused_by_the_run(
    found: Task, words: str
) -> None:
    assert words in refusal_at_run([MAP_ALL, found], *FIELDS)


@pytest.mark.parametrize(
    ("found", "value", "kept"),
    [
        (filter_on("x", "EQUAL_TO", VALUE="5"), "5", True),
        (filter_on("x", "EQUAL_TO", VALUE="5"), "5.0", False),
        (filter_on("x", "EQUAL_TO", VALUE="5", DATA_TYPE="integer"), "5.0", True),
        (filter_on("x", "LESS_THAN", VALUE="10", DATA_TYPE="integer"), "9", True),
        (filter_on("x", "LESS_THAN", VALUE="10", DATA_TYPE="string"), "9", False),
        (filter_on("x", "EQUAL_TO", VALUE="5", DATA_TYPE="integer"), "", False),
        (filter_on("x", "NOT_EQUAL_TO", VALUE="5", DATA_TYPE="integer"), "five", False),
        (filter_on("x", "NOT_EQUAL_TO", VALUE="5"), None, False),
        (filter_on("x", "NOT_EQUAL_TO", VALUES="5,6"), "5", True),
        (filter_on("x", "EQUAL_TO", VALUE="true", DATA_TYPE="Boolean"), "True", True),
        (filter_on("x", "EQUAL_TO", VALUE="0.1", DATA_TYPE="double"), 0.1, True),
        (filter_on("x", "BETWEEN", **ONE_TO_TWO), "1", True),
        (filter_on("x", "BETWEEN", **ONE_TO_TWO), "2", True),
        (filter_on("x", "BETWEEN", **ONE_TO_TWO), "2.1", False),
    ],
)
def test_files_are_filtered_as_the_task_s_type_demands(
    found: Task, value: object, *, kept: bool
) -> None:
    assert (from_files(found).transform({"x": value}) is not None) == kept


@pytest.mark.parametrize(
    "found",
    [
        filter_on("x", "CONTAINS", VALUE="a"),
        filter_on("x", "LESS_THAN", VALUE="1"),
        filter_on("x", "EQUAL_TO", VALUE="one", DATA_TYPE="integer"),
    ],
)
def test_a_filter_that_files_do_not_have_is_refused_at_creation(found: Task) -> None:
    assert "Task Validation Error" in refusal([MAP_ALL, found], FILES)


def test_an_incremental_pull_is_between_two_times_in_milliseconds() -> None:
    found = incremental_filter(None, SEEN, NOON - timedelta(hours=1, microseconds=1), NOON)
    assert found == "seen between 2024-05-01T10:59:59.999Z and 2024-05-01T12:00:00.000Z"
    assert selects(found, {"seen": "2024-05-01T11:00:00Z"})
    assert selects(found, {"seen": "2024-05-01T12:00:00Z"})
    assert not selects(found, {"seen": "2024-05-01T12:00:01Z"})


def test_an_incremental_pull_keeps_the_flow_s_own_filter() -> None:
    found = incremental_filter("age = 1 OR age = 2", SEEN, None, NOON)
    assert found == "(age = 1 OR age = 2) AND seen <= 2024-05-01T12:00:00.000Z"
    assert not selects(found, {"age": 1, "seen": "2025-01-01T00:00:00Z"})


def test_an_incremental_pull_by_days_leaves_the_day_that_has_not_ended() -> None:
    day = Field("born", "Date", is_timestamp_for_incremental=True)
    zone = timezone(timedelta(hours=3))
    found = incremental_filter(None, day, datetime(2024, 5, 1, 1, tzinfo=zone), NOON)
    assert found == "born between 2024-04-30 and 2024-04-30"


@pytest.mark.parametrize(
    "field",
    [
        Field("seen", "DateTime"),
        Field("seen", "String", is_timestamp_for_incremental=True),
        Field("first seen", "DateTime", is_timestamp_for_incremental=True),
    ],
)
def test_an_incremental_pull_needs_a_timestamp(field: Field) -> None:
    with pytest.raises(TaskError, match=field.name):
        incremental_filter(None, field, None, NOON)
