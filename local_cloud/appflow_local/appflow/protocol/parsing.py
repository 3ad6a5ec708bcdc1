"""Parses a request into the parameters of its shape, each of the right JSON type.

Raises SerializationException for what does not parse; `validation` checks the constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from appflow_local.appflow.protocol.errors import SerializationException
from appflow_local.appflow.protocol.model import input_shape
from appflow_local.appflow.protocol.routing import Route
from appflow_local.appflow.protocol.wire import Json, Request
from appflow_local.appflow.strict_json import decode

Parameters = dict[str, Any]


def parse_request(request: Request, found: Route) -> Parameters:
    """Return the members that the operation's input shape knows.

    Unknown members are ignored and null ones are absent, as in AWS's JSON protocols.

    Raises:
        SerializationException: the body is not a JSON object, or a member has another type.
    """
    shape = input_shape(found.operation)
    outside = {
        name: value
        for name, member in shape.members.items()
        if (value := _outside_body(member, name, request, found)) is not None
    }
    return {**_structure(shape, _json_object(request.body)), **outside}


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        document = load_json(body) if body.strip() else {}
    except (ValueError, RecursionError):
        raise SerializationException("The request body is not valid JSON.") from None
    if not isinstance(document, dict):
        raise SerializationException("The request body must be a JSON object.")
    return document


def load_json(body: bytes) -> Json:
    """Read strict JSON in UTF-8; numbers that are not finite are errors.

    Raises:
        ValueError: the body is something else.
        RecursionError: the document is nested too deeply.
    """
    return decode(body)


def _outside_body(member: Shape, name: str, request: Request, found: Route) -> Json:
    location = member.serialization.get("location")
    wire_name = member.serialization.get("name", name)
    if location == "uri":
        return found.path_parameters.get(wire_name)
    if location == "querystring":
        return _from_query(member, request.query.get(wire_name))
    return None


def _from_query(member: Shape, value: str | list[str] | None) -> Json:
    if value is None or isinstance(member, ListShape) == isinstance(value, list):
        return value
    return [value] if isinstance(value, str) else next(iter(value), None)


def _structure(shape: Shape, value: object) -> Parameters:
    if not isinstance(shape, StructureShape) or not isinstance(value, Mapping):
        raise _mismatch(value, shape)
    return {
        name: parse_value(member, value[name])
        for name, member in shape.members.items()
        if value.get(name) is not None and "location" not in member.serialization
    }


def _list(shape: Shape, value: object) -> list[Any]:
    if not isinstance(shape, ListShape) or not isinstance(value, list):
        raise _mismatch(value, shape)
    return [None if item is None else parse_value(shape.member, item) for item in value]


def _map(shape: Shape, value: object) -> dict[str, Any]:
    if not isinstance(shape, MapShape) or not isinstance(value, Mapping):
        raise _mismatch(value, shape)
    return {key: parse_value(shape.value, item) for key, item in value.items() if item is not None}


def _string(shape: Shape, value: object) -> str:
    if not isinstance(value, str):
        raise _mismatch(value, shape)
    return value


def _boolean(shape: Shape, value: object) -> bool:
    if not isinstance(value, bool):
        raise _mismatch(value, shape)
    return value


def _integer(shape: Shape, value: object) -> int:
    number = _number(shape, value)
    if isinstance(number, float) and not number.is_integer():  # nor is infinity an integer
        raise _mismatch(value, shape)
    return int(number)


def _number(shape: Shape, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _mismatch(value, shape)
    return value


_PARSERS: dict[str, Callable[[Shape, object], Json]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "long": _integer,
    "float": _number,
    "double": _number,
    "timestamp": _number,  # rest-json: seconds since the epoch
}


def parse_value(shape: Shape, value: object) -> Json:
    """Return one JSON value in the Python type of its shape.

    Raises:
        SerializationException: the value has another JSON type.
    """
    return _PARSERS[shape.type_name](shape, value)


def _mismatch(value: object, shape: Shape) -> SerializationException:
    if isinstance(value, Mapping):
        return SerializationException("Start of structure or map found where not expected.")
    if isinstance(value, list):
        return SerializationException("Start of list found where not expected.")
    wanted = shape.type_name.capitalize()
    return SerializationException(f"{_kind(value)} can not be converted to {wanted}")


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return f"{str(value).upper()}_VALUE"
    return "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"
