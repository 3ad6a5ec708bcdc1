"""One task of a flow, checked by itself.

Known (the service model, TaskType, OperatorPropertiesKeys and ConnectorOperator): the names of
tasks, properties and operators.
Inferred (public task definitions; cdklabs/cdk-appflow): which property belongs to which type of
task.
Inferred (AWS's integration suite for connectors gives Map tasks the operator `{"S3": "NO_OP"}` for
any source): a task's `connectorOperator` may use the key `CustomConnector` or `S3`, for any source
and destination.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.transfer.errors import limit, mistake

PROJECTION = "PROJECTION"
_COMPARISONS = frozenset(
    {"EQUAL_TO", "NOT_EQUAL_TO", "CONTAINS", "BETWEEN"}
    | {"LESS_THAN", "LESS_THAN_OR_EQUAL_TO", "GREATER_THAN", "GREATER_THAN_OR_EQUAL_TO"}
)
_ENDS = frozenset({"CustomConnector", "S3"})
_TYPES = frozenset({"DATA_TYPE", "SOURCE_DATA_TYPE", "DESTINATION_DATA_TYPE"})
_NO_OPERATION = frozenset({"NO_OP"})


@dataclass(frozen=True)
class _Rule:
    """The operators and properties that a type of task may have."""

    operators: frozenset[str]
    properties: frozenset[str]


_RULES = {
    "Map": _Rule(_NO_OPERATION, frozenset()),
    "Map_all": _Rule(
        _NO_OPERATION, frozenset({"EXCLUDE_SOURCE_FIELDS_LIST", "INCLUDE_NEW_FIELDS"})
    ),
    "Filter": _Rule(
        _COMPARISONS | {PROJECTION}, frozenset({"VALUE", "VALUES", "LOWER_BOUND", "UPPER_BOUND"})
    ),
    "Mask": _Rule(
        frozenset({"MASK_ALL", "MASK_FIRST_N", "MASK_LAST_N"}),
        frozenset({"MASK_VALUE", "MASK_LENGTH"}),
    ),
    "Truncate": _Rule(_NO_OPERATION, frozenset({"TRUNCATE_LENGTH"})),
    "Validate": _Rule(
        _NO_OPERATION
        | {"VALIDATE_NON_NULL", "VALIDATE_NON_ZERO", "VALIDATE_NON_NEGATIVE", "VALIDATE_NUMERIC"},
        frozenset({"VALIDATION_ACTION"}),
    ),
    "Arithmetic": _Rule(
        frozenset({"ADDITION", "SUBTRACTION", "MULTIPLICATION", "DIVISION"}),
        frozenset({"MATH_OPERATION_FIELDS_ORDER", "VALUE"}),
    ),
    "Merge": _Rule(_NO_OPERATION, frozenset({"CONCAT_FORMAT"})),
    "Partition": _Rule(_NO_OPERATION, frozenset({"ORDERED_PARTITION_KEYS_LIST"})),
}


@dataclass(frozen=True)
class Task:
    """A task with only the operator and properties of its type.

    Attributes:
        type: The API's TaskType.
        fields: The source fields; empty names, which some tools send for none, are left out.
        operator: NO_OP if the task names none.
        destination: The destination field; empty if the task names none.
        properties: The task properties that were given.
    """

    type: str
    fields: tuple[str, ...]
    operator: str
    destination: str
    properties: Mapping[str, str]

    @property
    def field(self) -> str:
        """The only source field.

        Raises:
            TaskError: there are none, or several.
        """
        if len(self.fields) != 1:
            raise mistake(f"A {self.type} task must have exactly one source field")
        return self.fields[0]

    def needed(self, name: str) -> str:
        """Return a required property.

        Raises:
            TaskError: the task lacks it.
        """
        try:
            return self.properties[name]
        except KeyError:
            raise mistake(
                f"A {self.type} task with the operator {self.operator} needs the property {name}"
            ) from None

    def length(self, name: str) -> int:
        """Return a property that is a number of characters, at least one.

        Raises:
            TaskError: the task lacks it, or it is something else.
        """
        text = self.needed(name)
        if not (text.isascii() and text.isdigit() and int(text)):
            raise mistake(f"{name} must be a positive whole number, not '{text}'")
        return int(text)


def is_projection(task: Mapping[str, Any]) -> bool:
    """Whether a task, as the API gives it, says which source fields the flow reads."""
    operators = task.get("connectorOperator", {}).values()
    return task["taskType"] == "Map_all" or (
        task["taskType"] == "Filter" and PROJECTION in operators
    )


def read_task(task: Mapping[str, Any]) -> Task:
    """Read a task, whose shape is checked.

    Raises:
        TaskError: its type, operator or a property is invalid, or not emulated.
    """
    rule = _RULES.get(task["taskType"])
    if rule is None:
        raise limit(f"Tasks of the type {task['taskType']} are not emulated.")
    read = Task(
        type=task["taskType"],
        fields=tuple(name for name in task["sourceFields"] if name),
        operator=_operator(task),
        destination=task.get("destinationField", ""),
        properties=task.get("taskProperties", {}),
    )
    if read.operator not in rule.operators:
        raise mistake(f"A {read.type} task cannot have the operator {read.operator}")
    for name in _beyond(read, rule):
        raise limit(f"The property {name} of {read.type} tasks is not emulated.")
    return read


def _operator(task: Mapping[str, Any]) -> str:
    operators = task.get("connectorOperator", {})
    foreign = set(operators) - _ENDS
    if foreign:
        raise mistake(f"Neither end of the flow is a connector of the type {min(foreign)}")
    if len(set(operators.values())) > 1:
        raise mistake(f"A {task['taskType']} task must have exactly one operator")
    return str(next(iter(operators.values()), "NO_OP"))


def _beyond(task: Task, rule: _Rule) -> Iterator[str]:
    known = rule.properties | _TYPES
    return (name for name in task.properties if name not in known)
