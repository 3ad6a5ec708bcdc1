"""Fills in the default values that a connector's entity definition has for its fields.

Known (SDK README, "FieldDefinition"): `defaultValue` is used if a record has no value.
Inferred (the same): the default is set before null is checked; it is the text of a value of the
field's type; null is a value where the field is nullable, and none where it isn't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from appflow_local.appflow.transfer.casts import cast_to
from appflow_local.appflow.transfer.fields import Field

Defaults = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def defaults_of(fields: Iterable[Field]) -> Defaults | None:
    """Return a function that gives a record its fields' default values; None if none has one.

    Raises:
        FlowTerminated: a default value isn't one of its field's type.
    """
    given = [(field, field.default) for field in fields if field.default is not None]
    if not given:
        return None
    values = {field.name: cast_to(field.data_type, field.name)(text) for field, text in given}
    needed = {field.name for field, _ in given if not field.nullable}

    def fill(record: Mapping[str, Any]) -> Mapping[str, Any]:
        missing = {
            name: value
            for name, value in values.items()
            if name not in record or (record[name] is None and name in needed)
        }
        return {**record, **missing} if missing else record

    return fill
