"""What CreateFlow says of tasks, and what a run asks a connector for."""

from __future__ import annotations

from itertools import product
from typing import Any

import botocore.session
import pytest
from custom_connector_sdk.connector.configuration import ConnectorOperator
from custom_connector_sdk.connector.fields import FieldDataType, FieldDefinition

from appflow_local.appflow.transfer.data_types import canonical
from appflow_local.appflow.transfer.errors import TaskError, TaskNotEmulated
from appflow_local.appflow.transfer.fields import Field, read_fields
from appflow_local.appflow.transfer.flow_tasks import read_tasks
from appflow_local.appflow.transfer.tasks import read_task
from tests.local_cloud.appflow.transfer.task_shapes import (
    CONNECTOR,
    FILES,
    LIMIT,
    MAP_ALL,
    Task,
    filter_on,
    from_connector,
    projection,
    refusal,
    refusal_at_run,
    strings,
    task,
)

MODEL = botocore.session.get_session().get_service_model("appflow")


def enum(shape: str) -> list[str]:
    return list(MODEL.shape_for(shape).metadata["enum"])


def test_tasks_need_a_projection_or_a_map_all() -> None:
    expected = "Task Validation Error: You must specify a projection task or a MAP_ALL task"
    assert refusal([task("Map", "Id", to="Id")]) == expected


@pytest.mark.parametrize(
    "other",
    [filter_on("a", "EQUAL_TO", VALUE="1"), task("Map", "a", operator="PROJECTION", to="a")],
)
def test_a_filter_or_a_map_is_no_projection(other: Task) -> None:
    assert "You must specify a projection task" in refusal([other])


def test_the_order_of_tasks_does_not_matter() -> None:
    tasks = [projection("a"), task("Mask", "a", operator="MASK_ALL"), task("Map", "a", to="b")]
    plans = [from_connector(order, *strings("a")) for order in (tasks, tasks[::-1])]
    assert plans[0].columns == plans[1].columns
    assert [plan.transform({"a": "xy"}) for plan in plans] == [{"b": "**"}] * 2


@pytest.mark.parametrize(("source", "projected"), [(CONNECTOR, CONNECTOR), (FILES, FILES)])
def test_the_tasks_of_the_sdk_s_integration_suite_are_accepted(source: str, projected: str) -> None:
    maps = [
        {
            "taskType": "Map",
            "connectorOperator": {"S3": "NO_OP"},
            "destinationField": name,
            "sourceFields": [name],
            "taskProperties": {},
        }
        for name in ("Id", "Name")
    ]
    projections = {
        "taskType": "Filter",
        "connectorOperator": {projected: "PROJECTION"},
        "sourceFields": ["Id", "Name"],
        "taskProperties": {},
    }
    read_tasks([*maps, projections], source)


@pytest.mark.parametrize("operator", enum("Operator"))
@pytest.mark.parametrize("task_type", enum("TaskType"))
def test_every_task_of_the_service_model_is_read_or_refused(task_type: str, operator: str) -> None:
    every = dict.fromkeys(enum("OperatorPropertiesKeys"), "1")
    for properties in ({}, every):
        tasks = [MAP_ALL, task(task_type, "a", operator=operator, to="b", **properties)]
        try:
            read_tasks(tasks, CONNECTOR)
        except TaskNotEmulated as error:
            assert str(error).endswith("a limit of the local emulator, not of Amazon AppFlow.")
        except TaskError as error:
            assert str(error).startswith("Task Validation Error: ")


def test_every_property_of_the_service_model_belongs_to_a_task() -> None:
    def is_known(name: str, task_type: str, operator: str) -> bool:
        try:
            read_task(task(task_type, "a", operator=operator, **{name: "1"}))
        except TaskError:
            return False
        return True

    kinds = list(product(enum("TaskType"), enum("Operator")))
    properties = enum("OperatorPropertiesKeys")
    known = {name for name in properties if any(is_known(name, *kind) for kind in kinds)}
    assert set(properties) - known == {"SUBFIELD_CATEGORY_MAP"}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (task("Passthrough", "a"), LIMIT),
        (task("Map", "a", to="b", SUBFIELD_CATEGORY_MAP="{}"), LIMIT),
        ({**task("Map", "a"), "connectorOperator": {"Salesforce": "NO_OP"}}, "Salesforce"),
        (
            {**task("Map", "a"), "connectorOperator": {"S3": "NO_OP", CONNECTOR: "MASK_ALL"}},
            "exactly one operator",
        ),
        (task("Map", "a", operator="MASK_ALL"), "MASK_ALL"),
        (task("Map", "a", "b", to="c"), "exactly one source field"),
        (task("Map", to="c"), "exactly one source field"),
        (task("Map", "a", to="b", DESTINATION_DATA_TYPE="currency"), "currency"),
    ],
)
def test_tasks_beyond_the_emulator_are_refused(made: Task, words: str) -> None:
    assert words in refusal([MAP_ALL, made])


def test_shapes_that_the_api_leaves_optional_may_be_missing() -> None:
    minimal: list[dict[str, Any]] = [
        {"taskType": "Map_all", "sourceFields": []},
        {"taskType": "Map", "sourceFields": ["a"]},
    ]
    plan = from_connector(minimal, *strings("a"))
    assert plan.transform({"a": 1}) == {"a": 1}


def test_a_flow_without_mappings_is_refused() -> None:
    words = "What a flow without Map tasks moves is not known. " + LIMIT
    assert words in refusal([projection("a")])


def test_a_connector_is_asked_for_what_the_tasks_read() -> None:
    tasks = [
        projection("b", "made"),
        task("Map", "a", to="x"),
        task("Merge", "c", "d", to="made", CONCAT_FORMAT="${c}${d}"),
        task("Map", "made", to="y"),
        task("Validate", "e", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="DropRecord"),
        filter_on("f", "EQUAL_TO", VALUE="1"),
    ]
    plan = from_connector(tasks, *strings("a", "b", "c", "d", "e", "f"))
    assert plan.selected_fields == ("b", "a", "e", "c", "d")


def test_map_all_asks_for_every_field_that_can_be_retrieved() -> None:
    fields = [*strings("a", "b"), Field("c", "String", retrievable=False)]
    tasks = [task("Map_all", EXCLUDE_SOURCE_FIELDS_LIST='["b"]')]
    assert from_connector(tasks, *fields).selected_fields == ("a",)


@pytest.mark.parametrize(
    ("field", "words"), [("x", "no field 'x'"), ("b", "'b' cannot be retrieved")]
)
def test_a_field_that_the_connector_has_not_got_ends_the_run(field: str, words: str) -> None:
    fields = [*strings("a"), Field("b", "String", retrievable=False)]
    assert words in refusal_at_run([projection("a", field), task("Map", "a")], *fields)


def test_fields_are_read_as_the_sdk_writes_them() -> None:
    definitions = [FieldDefinition(kind.name, kind).to_dict() for kind in FieldDataType]
    for field in read_fields({"fields": definitions}):
        definition = FieldDefinition(field.name, FieldDataType[field.data_type])
        supported = {op.name for op in ConnectorOperator if field.supports(op.name)}
        assert supported == {op.name for op in definition.filter_operators}
        assert field.nullable
        assert not field.is_timestamp_for_incremental
        # A connector of another SDK may leave the operators out; the type tells them then.
        bare = {"fieldName": field.name, "dataType": field.data_type}
        (plain,) = read_fields({"fields": [bare]})
        assert {op.name for op in ConnectorOperator if plain.supports(op.name)} == supported


@pytest.mark.parametrize("operators", [[], ["BETWEEN"]])
def test_a_connector_s_own_filter_operators_replace_those_of_the_type(operators: list[str]) -> None:
    field = {"fieldName": "a", "dataType": "Integer", "filterOperators": operators}
    (found,) = read_fields({"fields": [field]})
    assert [op.name for op in ConnectorOperator if found.supports(op.name)] == operators


def test_read_properties_forbid_what_they_deny() -> None:
    read = {
        "isNullable": False,
        "isRetrievable": False,
        "isQueryable": False,
        "isTimestampFieldForIncrementalQueries": True,
    }
    fields = [{"fieldName": "a", "dataType": "DateTime", "readProperties": read}]
    (found,) = read_fields({"fields": fields})
    assert found.is_timestamp_for_incremental
    assert not found.nullable
    assert not found.retrievable
    assert not found.supports("EQUAL_TO")


def test_every_type_of_the_sdk_is_known_in_any_case() -> None:
    for kind in FieldDataType:
        assert canonical(kind.name.upper()) == canonical(kind.name.lower()) == kind.name
