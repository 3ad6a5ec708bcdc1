"""Turns dataclasses into JSON and back, by their type hints, so that no field is listed twice.

Reading makes only the objects that the hints name, so that a file from somebody else cannot run
code. An error names the place that does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from appflow_local.appflow.flow_definition import (
    DefinitionError,
    FlowDefinition,
    read_definition,
)
from appflow_local.appflow.protocol.errors import AppFlowError

Json: TypeAlias = Any
Hint: TypeAlias = Any  # a type hint at run time

_SCALARS: tuple[type, ...] = (str, bool, int, float, type(None))
_UNIONS: tuple[Any, ...] = (Union, UnionType)
_LISTS: tuple[Any, ...] = (list, tuple)


class Misfit(Exception):  # noqa: N818 - of data and hints
    """A value does not fit its type hint; the message names the place."""


def to_json(value: object) -> Json:
    """Return a value as JSON; times as ISO 8601.

    Raises:
        Misfit: it holds something other than JSON and dataclasses.
    """
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, FlowDefinition):
        return to_json(value.text)
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, _LISTS):
        return [to_json(item) for item in value]
    raise Misfit(f"a {type(value).__name__} cannot be kept")


def from_json(hint: Hint, value: Json, place: str) -> Any:  # noqa: ANN401 - what the hint says
    """Return what `to_json` was given, or something equal.

    Args:
        hint: its type hint.
        value: JSON.
        place: what the value is, for messages.

    Raises:
        Misfit: the value does not fit the hint.
    """
    if hint in (Any, object):
        return value
    if hint in _SCALARS or hint is None:
        return _scalar(hint, value, place)
    if hint is datetime:
        return _time(value, place)
    if hint is FlowDefinition:
        return _definition(value, place)
    if isinstance(hint, type) and is_dataclass(hint):
        return _instance(hint, value, place)
    origin: Any = get_origin(hint)
    if origin in _UNIONS:
        return _one_of(get_args(hint), value, place)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(get_args(hint), value, place)
    if origin in _LISTS:
        return _sequence(origin, get_args(hint), value, place)
    raise TypeError(f"{place}: no way to keep {hint}")


def _scalar(hint: Hint, value: Json, place: str) -> Json:
    expected = type(None) if hint is None else hint
    accepted = (int, float) if expected is float else (expected,)
    if type(value) not in accepted:
        raise Misfit(f"{place} is {_kind(value)}, not {expected.__name__}")
    return value


def _time(value: Json, place: str) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Misfit(f"{place} is not a time") from None
    if time.tzinfo is None:
        raise Misfit(f"{place} has no time zone")
    return time


def _definition(value: Json, place: str) -> FlowDefinition:
    """Read a flow's definition, which is stored as its text."""
    try:
        return read_definition(_object(value, place))
    except (
        AppFlowError,
        AttributeError,
        DefinitionError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise Misfit(f"{place} is not a flow's definition: {error}") from None


def _instance(hint: type, value: Json, place: str) -> object:
    given = _object(value, place)
    known = {field.name: field for field in fields(hint)}
    if unknown := given.keys() - known.keys():
        raise Misfit(f"{place} has an unknown {sorted(unknown)[0]}")
    for name, field in known.items():
        required = field.default is MISSING and field.default_factory is MISSING
        if required and name not in given:
            raise Misfit(f"{place} has no {name}")
    hints = get_type_hints(hint)
    members = {
        name: from_json(hints[name], item, f"{place}.{name}") for name, item in given.items()
    }
    return hint(**members)


def _one_of(hints: tuple[Hint, ...], value: Json, place: str) -> Any:  # noqa: ANN401
    for hint in hints:
        try:
            return from_json(hint, value, place)
        except Misfit as error:
            misfit = error
    raise misfit


def _mapping(hints: tuple[Hint, ...], value: Json, place: str) -> dict[str, Any]:
    given = _object(value, place)
    return {key: from_json(hints[1], item, f"{place}.{key}") for key, item in given.items()}


def _sequence(kind: Hint, hints: tuple[Hint, ...], value: Json, place: str) -> Any:  # noqa: ANN401
    if not isinstance(value, list):
        raise Misfit(f"{place} is {_kind(value)}, not a list")
    fixed = kind is tuple and hints[-1] is not Ellipsis
    if fixed and len(hints) != len(value):
        raise Misfit(f"{place} has {len(value)} items, not {len(hints)}")
    members = hints if fixed else hints[:1] * len(value)
    return kind(
        from_json(hint, item, f"{place}[{index}]")
        for index, (hint, item) in enumerate(zip(members, value, strict=True))
    )


def _object(value: Json, place: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise Misfit(f"{place} is {_kind(value)}, not an object")
    return value


def _kind(value: Json) -> str:
    return "null" if value is None else type(value).__name__
