"""The fields of a flow's source, as a connector's DescribeEntity gives them, and of its output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.transfer.data_types import Kind, kind_of

_EQUALITY = ("EQUAL_TO", "NOT_EQUAL_TO")
_ORDER = ("LESS_THAN", "LESS_THAN_OR_EQUAL_TO", "GREATER_THAN", "GREATER_THAN_OR_EQUAL_TO")
_DEFAULT_OPERATORS: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("CONTAINS", *_EQUALITY),
    Kind.NUMBER: (*_EQUALITY, *_ORDER),
    Kind.BOOLEAN: _EQUALITY,
    Kind.DATE: ("EQUAL_TO", *_ORDER, "BETWEEN"),
    Kind.DATETIME: ("EQUAL_TO", *_ORDER, "BETWEEN"),
    Kind.COLLECTION: ("CONTAINS",),
    Kind.OPAQUE: (),
}


@dataclass(frozen=True)
class Field:
    """One field of a source.

    Attributes:
        name: The connector's `fieldName`.
        data_type: One of the SDK's FieldDataType.
        nullable: Whether a record may hold null for it, or leave it out.
        filter_operators: The operators the connector can filter it by; None for the
            operators that the SDK gives every field of the type.
        is_timestamp_for_incremental: Whether an incremental pull can go by it.
        retrievable: Whether a query can return it.
        queryable: Whether a filter can name it.
        default: What a record has for it that leaves it out; None for nothing.
        label: What people call it, if the connector says so.
        description: What it is, if the connector says so.
    """

    name: str
    data_type: str
    nullable: bool = True
    filter_operators: tuple[str, ...] | None = None
    is_timestamp_for_incremental: bool = False
    retrievable: bool = True
    queryable: bool = True
    default: str | None = None
    label: str | None = None
    description: str | None = None

    def supports(self, operator: str) -> bool:
        """Whether the connector can filter this field by an operator."""
        operators = self.filter_operators
        if operators is None:
            operators = _DEFAULT_OPERATORS[kind_of(self.data_type)]
        return self.queryable and operator in operators


@dataclass(frozen=True)
class Column:
    """One field of the output; `data_type` is one of the SDK's FieldDataType."""

    name: str
    data_type: str


def read_fields(entity_definition: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields of a connector's EntityDefinition, in its order.

    Known (SDK, FieldDefinition and ReadOperationProperty): what a connector says of reading its
    fields.
    Inferred: a read property that is null or missing forbids nothing, and doesn't mark a timestamp.

    Raises:
        KeyError: the definition lacks fields, or a field lacks its name or type.
    """
    return tuple(_read_field(field) for field in entity_definition["fields"])


def _read_field(field: Mapping[str, Any]) -> Field:
    read = field.get("readProperties") or {}
    operators = field.get("filterOperators")
    return Field(
        name=field["fieldName"],
        data_type=field["dataType"],
        nullable=read.get("isNullable") is not False,
        filter_operators=None if operators is None else tuple(operators),
        is_timestamp_for_incremental=read.get("isTimestampFieldForIncrementalQueries") is True,
        retrievable=read.get("isRetrievable") is not False,
        queryable=read.get("isQueryable") is not False,
        default=field.get("defaultValue"),
        label=field.get("label"),
        description=field.get("description"),
    )
