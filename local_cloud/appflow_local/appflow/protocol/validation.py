"""The service model's constraints on parameters, in the words of AWS's front end.

Known (botocore's service model): requests are checked by the service model: required members,
types, patterns, lengths, enumerations. Errors have its names and HTTP codes.
Known (cdklabs/cdk-appflow#282): the text for a pattern, `1 validation error detected: Value 'Google
BigQuery' at 'connectorLabel' failed to satisfy constraint: Member must satisfy regular expression
pattern: …`.
Inferred (the same; AWS's other services): the texts for other constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from appflow_local.appflow.protocol.errors import ValidationException
from appflow_local.appflow.protocol.model import input_shape
from appflow_local.appflow.protocol.patterns import matches
from appflow_local.appflow.protocol.wire import Json

# A longer text that exceeds its shape's maximum is not matched: some of the model's patterns take
# quadratic time, and the length is refused anyway.
_LONGEST_MATCHED = 2048
_NUMBERS = frozenset({"integer", "long", "float", "double"})

Problem = str
PatternRule = Callable[[StringShape], bool]


def _every_pattern(_shape: StringShape) -> bool:
    return True


def validate(operation: str, parameters: Mapping[str, Any]) -> None:
    """Check parameters against the operation's input shape.

    Raises:
        ValidationException: names every member that breaks a constraint.
    """
    refuse(list(problems(input_shape(operation), parameters)))


def require(parameters: Mapping[str, Any], *paths: str, within: str = "") -> None:
    """Check that members are there that the operation needs, although the model does not.

    `within` is the path of the parameters themselves, when they are part of a request.

    Raises:
        ValidationException: names every missing member.
    """
    check_given({_join(within, path): _at(parameters, path) for path in paths})


def check_given(found: Mapping[str, object | None]) -> None:
    """Check that no value is missing; `found` has the values of a request by their paths.

    Raises:
        ValidationException: names every missing member.
    """
    absent = [path for path, value in found.items() if value is None]
    if absent:
        raise missing(*absent)


def missing(*paths: str) -> ValidationException:
    """Return the error for members that a request lacks."""
    return _invalid([_null(path) for path in paths])


def refuse(found: list[Problem]) -> None:
    """Raise one error for all problems; do nothing if there are none.

    Raises:
        ValidationException: there is a problem.
    """
    if found:
        raise _invalid(found)


def _invalid(found: list[Problem]) -> ValidationException:
    noun = "error" if len(found) == 1 else "errors"
    return ValidationException(f"{len(found)} validation {noun} detected: {'; '.join(found)}")


def problems(
    shape: StructureShape,
    value: Mapping[str, Any],
    path: str = "",
    *,
    check_pattern: PatternRule = _every_pattern,
) -> Iterator[Problem]:
    """Yield a sentence for each broken constraint, in the order of the model's members.

    `check_pattern` says for which shapes the pattern is checked; by default for all.
    """
    yield from (_null(_join(path, name)) for name in shape.required_members if name not in value)
    for name, member in shape.members.items():
        if name in value:
            yield from _problems_of(member, value[name], _join(path, name), check_pattern)


def _problems_of(shape: Shape, value: Json, path: str, rule: PatternRule) -> Iterator[Problem]:
    if value is None:
        yield _null(path)
        return
    for constraint in _broken(shape, value, rule):
        yield f"{_shown(shape, value)} at '{path}' failed to satisfy constraint: {constraint}"
    if isinstance(shape, StructureShape):
        yield from problems(shape, value, path, check_pattern=rule)
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value, start=1):
            yield from _nested(shape.member, item, f"{path}.{index}.member", rule)
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _nested(shape.value, item, f"{path}.{key}.member", rule)


def _nested(shape: Shape, value: Json, path: str, rule: PatternRule) -> Iterator[Problem]:
    # AWS reports a broken scalar at its list or map, see _broken_inside; the rest at its own path.
    if value is None or isinstance(shape, (StructureShape, ListShape, MapShape)):
        yield from _problems_of(shape, value, path, rule)


def _broken(shape: Shape, value: Json, rule: PatternRule) -> Iterator[str]:
    if isinstance(shape, StringShape):
        yield from _broken_text(shape, value, rule)
    elif isinstance(shape, (ListShape, MapShape)):
        yield from _broken_length(shape, value)
        yield from _broken_inside(shape, value, rule)
    elif shape.type_name in _NUMBERS:
        yield from _broken_range(shape, value)


def _broken_text(shape: StringShape, value: str, rule: PatternRule) -> Iterator[str]:
    yield from _broken_length(shape, value)
    if shape.enum and value not in shape.enum:
        yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
    pattern = shape.metadata.get("pattern")
    short_enough = len(value) <= max(shape.metadata.get("max", 0), _LONGEST_MATCHED)
    if pattern and rule(shape) and short_enough and not matches(pattern, value):
        yield f"Member must satisfy regular expression pattern: {pattern}"


def _broken_length(shape: Shape, value: Json) -> Iterator[str]:
    yield from _broken_bounds(shape, len(value), "length")


def _broken_range(shape: Shape, value: int | float) -> Iterator[str]:
    yield from _broken_bounds(shape, value, "value")


def _broken_bounds(shape: Shape, size: int | float, noun: str) -> Iterator[str]:
    if "min" in shape.metadata and size < shape.metadata["min"]:
        yield f"Member must have {noun} greater than or equal to {shape.metadata['min']}"
    if "max" in shape.metadata and size > shape.metadata["max"]:
        yield f"Member must have {noun} less than or equal to {shape.metadata['max']}"


def _broken_inside(shape: ListShape | MapShape, value: Json, rule: PatternRule) -> Iterator[str]:
    if isinstance(shape, ListShape):
        yield from _broken_members(shape.member, value, "Member", rule)
    else:
        yield from _broken_members(shape.key, list(value), "Map keys", rule)
        yield from _broken_members(shape.value, list(value.values()), "Map value", rule)


def _broken_members(shape: Shape, items: list[Any], noun: str, rule: PatternRule) -> Iterator[str]:
    if isinstance(shape, (StructureShape, ListShape, MapShape)):
        return
    broken = dict.fromkeys(
        constraint
        for item in items
        if item is not None
        for constraint in _broken(shape, item, rule)
    )
    if broken:
        yield f"{noun} must satisfy constraint: [{', '.join(broken)}]"


def _shown(shape: Shape, value: Json) -> str:
    if _is_sensitive(shape):
        return "Value"
    if isinstance(shape, ListShape):
        return f"Value '[{', '.join(str(item) for item in value)}]'"
    return f"Value '{value}'"


def _is_sensitive(shape: Shape) -> bool:
    if isinstance(shape, ListShape):
        return _is_sensitive(shape.member)
    if isinstance(shape, MapShape):
        return _is_sensitive(shape.key) or _is_sensitive(shape.value)
    # A structure may hold a secret somewhere, and printing it helps nobody.
    return isinstance(shape, StructureShape) or bool(shape.metadata.get("sensitive"))


def _null(path: str) -> Problem:
    return f"Value null at '{path}' failed to satisfy constraint: Member must not be null"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _at(parameters: Mapping[str, Any], path: str) -> Json:
    value: Json = parameters
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
