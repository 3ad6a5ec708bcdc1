"""Random filters: the connector, told in the SDK's language, and files find the same records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.flow_tasks import read_tasks
from appflow_local.appflow.transfer.plan import TaskError
from tests.local_cloud.appflow.transfer.filter_evaluation import selects
from tests.local_cloud.appflow.transfer.task_shapes import (
    CONNECTOR,
    LIMIT,
    MAP_ALL,
    Task,
    filter_on,
    from_connector,
    from_files,
)

pytestmark = pytest.mark.slow

EQUALITY = ("EQUAL_TO", "NOT_EQUAL_TO")
ORDER = ("LESS_THAN", "LESS_THAN_OR_EQUAL_TO", "GREATER_THAN", "GREATER_THAN_OR_EQUAL_TO")
ALL = (*EQUALITY, *ORDER, "BETWEEN")


def iso(instant: datetime) -> str:
    return f"{instant.isoformat()}Z"


WHOLE = st.integers(-(10**12), 10**12)
FRACTIONS = st.floats(-1e12, 1e12, allow_nan=False)
DAYS = st.dates(date(1, 1, 2)).map(date.isoformat)
INSTANTS = st.datetimes(datetime(1, 1, 2)).map(iso) | st.datetimes(
    datetime(2024, 1, 1), datetime(2024, 1, 1, 0, 0, 2)
).map(iso)
TEXTS = st.text(max_size=4) | st.sampled_from(["it's", '5"', "a b", "null", "AND", "2021-04-20"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "String": TEXTS,
    "Long": WHOLE | st.integers(-3, 3),
    "Double": FRACTIONS | st.integers(-2, 2),
    "Boolean": st.booleans(),
    "Date": DAYS | st.dates(date(2024, 1, 1), date(2024, 1, 3)).map(date.isoformat),
    "DateTime": INSTANTS,
}
OPERATORS = {name: EQUALITY if name == "Boolean" else ALL for name in VALUES}
FIELDS = [Field(f"{name}.value-1", name, filter_operators=OPERATORS[name]) for name in VALUES]
RECORDS = st.fixed_dictionaries(
    {field.name: st.none() | VALUES[field.data_type] for field in FIELDS}
)


def said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@st.composite
def filters(draw: st.DrawFn, record: dict[str, Any]) -> Task:
    field = draw(st.sampled_from(FIELDS))
    operator = draw(st.sampled_from(OPERATORS[field.data_type]))
    found = record[field.name]
    value = VALUES[field.data_type] | (st.nothing() if found is None else st.just(found))
    values = draw(st.lists(value.map(said), min_size=2, max_size=4))
    data_type = {"DATA_TYPE": field.data_type}
    if operator == "BETWEEN":
        bounds = {"LOWER_BOUND": values[0], "UPPER_BOUND": values[1]}
        return filter_on(field.name, operator, **bounds, **data_type)
    if draw(st.booleans()):
        return filter_on(field.name, operator, VALUE=values[0], **data_type)
    return filter_on(field.name, operator, VALUES=",".join(values), **data_type)


@given(st.data())
def test_a_connector_s_filter_means_what_a_file_s_filter_means(data: st.DataObject) -> None:
    record = data.draw(RECORDS)
    tasks = data.draw(st.lists(filters(record), max_size=4))
    try:
        read_tasks([MAP_ALL, *tasks], CONNECTOR)
    except TaskError as error:
        assert str(error).endswith(LIMIT)
        assert any(unsayable(task) for task in tasks)
        return
    expression = from_connector([MAP_ALL, *tasks], *FIELDS).filter_expression
    assert not any(unsayable(task) for task in tasks)
    assert selects(expression, record) == (from_files(*tasks).transform(record) is not None)


def unsayable(task: Task) -> bool:
    properties = task["taskProperties"]
    values = properties.get("VALUES", "").split(",")
    values += [properties.get(name, "") for name in ("VALUE", "LOWER_BOUND", "UPPER_BOUND")]
    return any("\\" in value or {"'", '"'} <= set(value) for value in values)


@given(TEXTS.filter(lambda text: "\\" not in text and not {"'", '"'} <= set(text)), TEXTS)
def test_contains_finds_a_part_of_text(part: str, found: str) -> None:
    tasks = [MAP_ALL, filter_on("name", "CONTAINS", VALUE=part)]
    expression = from_connector(tasks, Field("name", "String")).filter_expression
    assert selects(expression, {"name": found}) == (part in found)


@pytest.mark.parametrize("name", ["And", "x.y-z_1", "nulls", "LIMITS"])
def test_names_that_only_resemble_keywords_are_fields(name: str) -> None:
    tasks = [MAP_ALL, filter_on(name, "EQUAL_TO", VALUE="1")]
    expression = from_connector(tasks, Field(name, "Integer")).filter_expression
    assert selects(expression, {name: 1})
    assert not selects(expression, {name: 2})
