"""Maps a resource's properties to an operation's parameters, by walking the operation's shape.

Values are converted as CloudFormation does for the types in its registry: a template may write a
number or a boolean as text, and text as a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from appflow_local.appflow.protocol.model import input_shape

# Schemas capitalise the API's member names; these are the exceptions.
_SPELLED = {
    "failOnFirstDestinationError": "FailOnFirstError",
    "kmsArn": "KMSArn",
    "timezone": "TimeZone",
}
_NOT_IN_SCHEMAS = frozenset({"clientToken", "codeVerifier"})

# The API has a union of triggers; a schema has the properties of its only member directly.
_ONLY_MEMBER = {"TriggerProperties": "Scheduled"}

# Unions of connectors, and the members whose properties are read. In places, the schemas' other
# members differ from the API's; AppFlow isn't emulated for these, and refuses their connector type.
_UNIONS = frozenset(
    {
        "ConnectorProfileCredentials",
        "ConnectorProfileProperties",
        "DestinationConnectorProperties",
        "SourceConnectorProperties",
    }
)
_READ = frozenset({"CustomConnector", "S3"})

# Maps in the API that are lists of objects with Key and Value in the schemas.
_LISTED = frozenset({"TagMap", "TaskPropertiesMap"})


class InvalidProperties(Exception):  # noqa: N818 - CloudFormation's name
    """The properties don't match the type's schema.

    Known (the status reason that CloudFormation shows, in public reports): properties that don't
    match the schema are `Properties validation failed for resource X with message: [#: extraneous
    key [Y] is not permitted]`.
    """

    def __init__(self, mistakes: list[str]) -> None:
        """Take the mistakes, each with its JSON pointer."""
        super().__init__(f"[{', '.join(mistakes)}]")


def api_parameters(
    operation: str, properties: Mapping[str, Any], *, required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the operation's parameters for the properties.

    Args:
        operation: its name in the API, such as `CreateFlow`.
        properties: the template's, with all references resolved.
        required: the properties that the type's schema requires.

    Raises:
        InvalidProperties: a property is unknown, missing, or of the wrong type.
    """
    walk = _Walk()
    missing = (key for key in required if key not in properties)
    walk.mistakes += [f"#: required key [{key}] not found" for key in missing]
    parameters: dict[str, Any] = walk.value(input_shape(operation), properties, "#")
    if walk.mistakes:
        raise InvalidProperties(sorted(walk.mistakes))
    return parameters


class _Walk:
    def __init__(self) -> None:
        self.mistakes: list[str] = []

    def value(self, shape: Shape, value: object, path: str) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(shape, StructureShape):
            return self._structure(shape, value, path)
        if isinstance(shape, ListShape):
            return self._list(shape, value, path)
        if isinstance(shape, MapShape):
            return self._map(shape, value, path)
        return self._scalar(shape, value, path)

    def _structure(self, shape: StructureShape, value: object, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            self._mismatch("JSONObject", value, path)
            return {}
        if shape.name in _ONLY_MEMBER:
            only = _ONLY_MEMBER[shape.name]
            return {only: self.value(shape.members[only], value, path)}
        members = {_in_schema(name): name for name in shape.members if name not in _NOT_IN_SCHEMAS}
        found = {}
        for key, item in value.items():
            if key not in members:
                self.mistakes.append(f"{path}: extraneous key [{key}] is not permitted")
                continue
            name = members[key]
            skipped = shape.name in _UNIONS and name not in _READ
            found[name] = {} if skipped else self.value(shape.members[name], item, f"{path}/{key}")
        return found

    def _list(self, shape: ListShape, value: object, path: str) -> list[Any]:
        if not isinstance(value, list):
            self._mismatch("JSONArray", value, path)
            return []
        return [
            self.value(shape.member, item, f"{path}/{index}") for index, item in enumerate(value)
        ]

    def _map(self, shape: MapShape, value: object, path: str) -> dict[str, Any]:
        listed = shape.name in _LISTED
        if not isinstance(value, list if listed else Mapping):
            self._mismatch("JSONArray" if listed else "JSONObject", value, path)
            return {}
        pairs = self._listed(value, path) if listed else _pairs(value, path)
        return {key: self.value(shape.value, item, where) for key, item, where in pairs}

    def _listed(self, value: Any, path: str) -> Iterator[tuple[str, Any, str]]:  # noqa: ANN401
        for index, item in enumerate(value):
            where = f"{path}/{index}"
            if not isinstance(item, Mapping):
                self._mismatch("JSONObject", item, where)
            elif item.keys() != {"Key", "Value"}:
                self.mistakes += _not_a_pair(item, where)
            else:
                yield str(item["Key"]), item["Value"], f"{where}/Value"

    def _scalar(self, shape: Shape, value: object, path: str) -> object:
        expected, convert = _SCALARS[shape.type_name]
        try:
            return convert(value)
        except (TypeError, ValueError):
            self._mismatch(expected, value, path)
            return None

    def _mismatch(self, expected: str, value: object, path: str) -> None:
        found = next((name for kind, name in _NAMES if isinstance(value, kind)), "Null")
        self.mistakes.append(f"{path}: expected type: {expected}, found: {found}")


def _in_schema(name: str) -> str:
    return _SPELLED.get(name, name[0].upper() + name[1:])


def _pairs(value: Any, path: str) -> Iterator[tuple[str, Any, str]]:  # noqa: ANN401 - any JSON
    return ((str(key), item, f"{path}/{key}") for key, item in value.items())


def _not_a_pair(item: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from (f"{path}: required key [{key}] not found" for key in ("Key", "Value") - item.keys())
    extra = item.keys() - {"Key", "Value"}
    yield from (f"{path}: extraneous key [{key}] is not permitted" for key in extra)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise TypeError


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise TypeError


def _number(value: object) -> float:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        number = float(value)
        if math.isfinite(number):
            return number
    raise TypeError


def _integer(value: object) -> int:
    number = _number(value)
    if not number.is_integer():
        raise ValueError
    return int(number)


# By the shape's type: the type's name in CloudFormation's messages, and its converter.
_SCALARS: dict[str, tuple[str, Callable[[object], object]]] = {
    "string": ("String", _text),
    "boolean": ("Boolean", _boolean),
    "integer": ("Integer", _integer),
    "long": ("Integer", _integer),
    "float": ("Number", _number),
    "double": ("Number", _number),
    "timestamp": ("Number", _number),
}
_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "Boolean"),
    (str, "String"),
    (int, "Integer"),
    (float, "Number"),
    (list, "JSONArray"),
    (Mapping, "JSONObject"),
)
