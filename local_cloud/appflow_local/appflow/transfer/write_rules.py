"""What a connector's entity admits to be written to it.

Known (SDK README, "FieldDefinition"): null written to a field that isn't nullable fails the flow.
Inferred (the same, `writeProperties`): a flow that writes unknown fields, or fields that its
operation can't write, or that goes by unknown ID fields, is refused when it is created, and fails
where the fields aren't known before it runs; a write property that is null or missing forbids
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.transfer.errors import FlowTerminated

# The write properties of which one must admit the operation.
_PERMISSIONS = {
    "INSERT": ("isCreatable",),
    "UPDATE": ("isUpdatable",),
    "UPSERT": ("isUpsertable", "isCreatable", "isUpdatable"),
}


@dataclass(frozen=True)
class WriteRules:
    """The fields of an entity, as one write operation may use them.

    Attributes:
        operation: INSERT, UPSERT, UPDATE or DELETE.
        known: All fields.
        closed: Those that the operation can't write.
        needed: Those that can't be null.
        keys: Those by which the operation can find records, for idFieldNames.
    """

    operation: str
    known: frozenset[str]
    closed: frozenset[str]
    needed: frozenset[str]
    keys: frozenset[str]

    def mistakes(self, columns: Iterable[str], id_fields: Sequence[str]) -> Iterator[str]:
        """Yield a sentence for each field of the output, and each ID field, that doesn't fit."""
        for name in columns:
            if name not in self.known:
                yield f"The destination has no field '{name}'"
            elif name in self.closed and name not in id_fields:
                yield f"The destination's field '{name}' does not allow {self.operation}"
        for name in id_fields:
            if name not in self.known:
                yield f"The destination has no field '{name}', which idFieldNames names"
            elif name not in self.keys:
                yield f"The destination's field '{name}' is no ID field for {self.operation}"

    def check(self, record: Mapping[str, Any]) -> None:
        """Check one record.

        Raises:
            FlowTerminated: a field is unknown, or null where it can't be.
        """
        if not record.keys() <= self.known:
            name = next(each for each in record if each not in self.known)
            raise FlowTerminated(f"The destination has no field '{name}'.")
        for name in self.needed:
            if name in record and record[name] is None:
                raise FlowTerminated(
                    f"The destination's field '{name}' is not nullable, but a record has null."
                )


def read_write_rules(entity_definition: Mapping[str, Any], operation: str) -> WriteRules:
    """Read the rules of a connector's EntityDefinition.

    Known (SDK, FieldDefinition and WriteOperationProperty): what a connector says of writing its
    fields.
    """
    fields = {
        field["fieldName"]: field.get("writeProperties") or {}
        for field in entity_definition["fields"]
    }
    return WriteRules(
        operation,
        known=frozenset(fields),
        closed=frozenset(name for name, write in fields.items() if _is_closed(write, operation)),
        needed=frozenset(name for name, write in fields.items() if _is_needed(write, operation)),
        keys=frozenset(name for name, write in fields.items() if _is_key(write, operation)),
    )


def _is_closed(write: Mapping[str, Any], operation: str) -> bool:
    permissions = _PERMISSIONS.get(operation, ())
    if operation == "UPSERT" and write.get("isUpsertable") is False:
        return True
    given = [write[name] for name in permissions if write.get(name) is not None]
    return bool(given) and not any(given)


def _is_needed(write: Mapping[str, Any], operation: str) -> bool:
    is_defaulted = operation == "INSERT" and write.get("isDefaultedOnCreate") is True
    return write.get("isNullable") is False and not is_defaulted


def _is_key(write: Mapping[str, Any], operation: str) -> bool:
    operations = write.get("supportedWriteOperations")
    return not operations or operation in operations
