"""The names that Step Functions and EventBridge Scheduler give to the API's members.

Known of Events, metrics and callers (Step Functions Developer Guide, "AWS SDK service
integrations"): parameters and results are in Pascal case, as in the AWS SDK for Java 2. Times are
ISO 8601 texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from appflow_local.appflow.protocol.errors import ValidationException
from appflow_local.appflow.protocol.model import input_shape, operation_model
from appflow_local.appflow.protocol.parsing import parse_value

_Name = Callable[[str], str]


def request_of(operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operation's parameters by the API's names.

    Raises:
        ValidationException: a parameter is not the operation's.
        SerializationException: a parameter has another JSON type.
    """
    shape = input_shape(operation)
    unknown = [name for name in given if _lower(name) not in shape.members or name[:1].islower()]
    if unknown:
        known = ", ".join(sorted(_upper(name) for name in shape.members))
        raise ValidationException(
            f"{operation} has no parameter {unknown[0]!r}: give one of {known}"
        )
    parsed = parse_value(shape, _renamed(shape, given, _upper))
    return dict(parsed)


def answer_of(operation: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operation's answer by the names of Step Functions."""
    shape = operation_model(operation).output_shape
    if not isinstance(shape, StructureShape):
        return {}
    return {
        _upper(name): _shown(shape.members[name], value)
        for name, value in answer.items()
        if name in shape.members
    }


def _renamed(shape: Shape, value: object, spelled: _Name) -> object:
    """Return a value whose structures have the API's names; `spelled` gives those it has now."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {
            name: _renamed(member, value[spelled(name)], spelled)
            for name, member in shape.members.items()
            if spelled(name) in value
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_renamed(shape.member, each, spelled) for each in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: _renamed(shape.value, each, spelled) for key, each in value.items()}
    return value


def _shown(shape: Shape, value: object) -> object:
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {
            _upper(name): _shown(shape.members[name], each)
            for name, each in value.items()
            if name in shape.members
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_shown(shape.member, each) for each in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: _shown(shape.value, each) for key, each in value.items()}
    if shape.type_name == "timestamp" and isinstance(value, (int, float)):
        time = datetime.fromtimestamp(value, timezone.utc).replace(tzinfo=None)
        return f"{time.isoformat(timespec='milliseconds')}Z"
    return value


def _upper(name: str) -> str:
    return name[:1].upper() + name[1:]


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
