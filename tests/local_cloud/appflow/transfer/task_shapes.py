"""Tasks as the API gives them, and what happens to records that go through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.flow_tasks import read_tasks
from appflow_local.appflow.transfer.plan import Plan, TaskError, compile_plan

CONNECTOR = "CustomConnector"
FILES = "S3"
LIMIT = "This is a limit of the local emulator, not of Amazon AppFlow."

Task = dict[str, Any]


def task(
    task_type: str,
    *fields: str,
    operator: str = "NO_OP",
    to: str | None = None,
    **properties: str,
) -> Task:
    """Return a task; without `to`, it has no destination field."""
    made: Task = {
        "taskType": task_type,
        "sourceFields": list(fields),
        "connectorOperator": {CONNECTOR: operator},
        "taskProperties": properties,
    }
    return made if to is None else {**made, "destinationField": to}


def projection(*fields: str) -> Task:
    """Return the task that says which fields a flow reads."""
    return task("Filter", *fields, operator="PROJECTION")


def filter_on(field: str, operator: str, **properties: str) -> Task:
    """Return a filter."""
    return task("Filter", field, operator=operator, **properties)


MAP_ALL = task("Map_all")


def strings(*names: str) -> list[Field]:
    """Return fields of text."""
    return [Field(name, "String") for name in names]


def from_connector(tasks: Sequence[Mapping[str, Any]], *fields: Field) -> Plan:
    """Compile tasks whose source is a connector."""
    return compile_plan(read_tasks(tasks, CONNECTOR), CONNECTOR, fields)


def from_files(*tasks: Mapping[str, Any]) -> Plan:
    """Compile tasks whose source is a bucket; all fields are mapped."""
    return plan_for_files(MAP_ALL, *tasks)


def plan_for_files(*tasks: Mapping[str, Any]) -> Plan:
    """Compile tasks whose source is a bucket."""
    return compile_plan(read_tasks(tasks, FILES), FILES)


def refusal(tasks: Sequence[Mapping[str, Any]], source_type: str = CONNECTOR) -> str:
    """Return what CreateFlow would say of tasks."""
    with pytest.raises(TaskError) as caught:
        read_tasks(tasks, source_type)
    return str(caught.value)


def refusal_at_run(tasks: Sequence[Mapping[str, Any]], *fields: Field) -> str:
    """Return what a run would say of tasks that CreateFlow lets pass."""
    read_tasks(tasks, CONNECTOR)
    with pytest.raises(TaskError) as caught:
        from_connector(tasks, *fields)
    return str(caught.value)
