"""Records that an entity should take, made from the definition of its fields."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.transfer.write_rules import read_write_rules
from appflow_local.check.model import Needs
from appflow_local.check.reading import Entity

_WRONG = {"Integer": "many", "Long": "many", "Short": "many", "BigInteger": "many",
          "Float": "much", "Double": "much", "BigDecimal": "much", "Boolean": "perhaps",
          "Date": "some day", "DateTime": "some day"}  # fmt: skip


def sample(entity: Entity, operation: str) -> dict[str, Any]:
    """Return a new record for an operation.

    Raises:
        Needs: a field that can't be null has a type or a constraint that no value is known for.
    """
    rules = read_write_rules(entity.definition, operation)
    record: dict[str, Any] = {}
    for field in entity.definition["fields"]:
        name = field["fieldName"]
        write = field.get("writeProperties") or {}
        if name in rules.closed or write.get("isDefaultedOnCreate") is True:
            continue
        value = _value(field)
        if value is not None:
            record[name] = value
        elif name in rules.needed:
            raise Needs(f"a value for '{entity.name}.{name}', which none is known for")
    if not record:
        raise Needs(f"a field of '{entity.name}' that {operation} may write")
    return record


def _value(field: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    constraints = field.get("constraints") or {}
    if constraints.get("allowedValues"):
        return constraints["allowedValues"][0]
    if constraints.get("allowedValuesRegexPattern"):
        return None
    kind = field["dataType"]
    if kind == "String":
        longest = (constraints.get("allowedLengthRange") or {}).get("maxRange")
        text = f"appflow-check-{secrets.token_hex(4)}"
        return text if longest is None else text[-int(longest) :]
    if kind in ("Integer", "Long", "BigInteger", "Short"):
        bounds = constraints.get("allowedValueRange") or {}
        low = int(bounds.get("minRange", 1_000))
        high = int(bounds.get("maxRange", 32_000 if kind == "Short" else 2_000_000_000))
        return low + secrets.randbelow(max(1, high - low))
    return {"Float": 1.5, "Double": 1.5, "BigDecimal": 1.5, "Boolean": True,
            "Date": "2026-01-02", "DateTime": "2026-01-02T03:04:05Z"}.get(kind)  # fmt: skip


def spoilt(entity: Entity, record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the record with a value of another type; None if no field has one."""
    for field in entity.fields:
        if field.name in record and field.data_type in _WRONG and field.name != entity.key:
            return {**record, field.name: _WRONG[field.data_type]}
    return None


def with_text(entity: Entity, record: Mapping[str, Any], text: str) -> dict[str, Any] | None:
    """Return the record with a text in its last field that takes any; None if there is none."""
    for field in reversed(entity.definition["fields"]):
        name, constraints = field["fieldName"], field.get("constraints") or {}
        longest = (constraints.get("allowedLengthRange") or {}).get("maxRange")
        is_free = not constraints.get("allowedValues") and not constraints.get(
            "allowedValuesRegexPattern"
        )
        if name not in record or name == entity.key or field["dataType"] != "String":
            continue
        if is_free and (longest is None or longest >= len(text)):
            return {**record, name: text}
    return None


def nulled(entity: Entity, record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the record with null where the definition says it may be; None if nowhere."""
    may = {
        field["fieldName"]
        for field in entity.definition["fields"]
        if (field.get("writeProperties") or {}).get("isNullable") is True
    } - {entity.key}
    found = {name: None if name in may else value for name, value in record.items()}
    return found if found != record else None


def changed(entity: Entity, record: Mapping[str, Any], operation: str) -> dict[str, Any] | None:
    """Return the record with another text or number in it; None if there is nothing to change."""
    rules = read_write_rules(entity.definition, operation)
    for field in entity.definition["fields"]:
        name = field["fieldName"]
        if name in record and name != entity.key and name not in rules.closed:
            value = _value(field)
            if isinstance(value, str | int) and value != record[name]:
                return {**record, name: value}
    return None
