"""The data types of fields, as the connector SDK names them, and what kind of value each holds.

Known (SDK, FieldDataType): the data types of fields.
Inferred (public task definitions write `string` and `datetime`): the case of their names doesn't
matter.
"""

from __future__ import annotations

from enum import Enum, auto

from appflow_local.appflow.transfer.errors import limit


class Kind(Enum):
    """How values of a type are compared."""

    TEXT = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    DATE = auto()
    DATETIME = auto()
    COLLECTION = auto()
    OPAQUE = auto()


_KINDS = {
    "String": Kind.TEXT,
    "Short": Kind.NUMBER,
    "Integer": Kind.NUMBER,
    "Long": Kind.NUMBER,
    "BigInteger": Kind.NUMBER,
    "Float": Kind.NUMBER,
    "Double": Kind.NUMBER,
    "BigDecimal": Kind.NUMBER,
    "Boolean": Kind.BOOLEAN,
    "Date": Kind.DATE,
    "DateTime": Kind.DATETIME,
    "Map": Kind.COLLECTION,
    "List": Kind.COLLECTION,
    "Struct": Kind.OPAQUE,
    "ByteArray": Kind.OPAQUE,
}
_NAMES = {name.lower(): name for name in _KINDS}


def canonical(name: str) -> str:
    """Return a type's name as the SDK writes it.

    Raises:
        TaskError: the SDK has no such type.
    """
    try:
        return _NAMES[name.lower()]
    except KeyError:
        raise limit(f"The data type '{name}' is not known for custom connectors.") from None


def kind_of(data_type: str) -> Kind:
    """Return what kind of values a type of the SDK holds; OPAQUE for any other type."""
    return _KINDS.get(data_type, Kind.OPAQUE)
