"""Checks of a connector's answer, which combine into the shape of a whole answer.

A check yields a sentence for each mistake, with its path. Sentences show no values, which may be
long, or somebody's data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

Check = Callable[[object, str], Iterator[str]]


def text(value: object, path: str) -> Iterator[str]:
    """Check that a value is a string."""
    if not isinstance(value, str):
        yield f"{path} must be a string"


def flag(value: object, path: str) -> Iterator[str]:
    """Check that a value is true or false."""
    if not isinstance(value, bool):
        yield f"{path} must be a boolean"


def number(value: object, path: str) -> Iterator[str]:
    """Check that a value is a number that a double can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield f"{path} must be a number"
    elif not _is_finite(value):
        yield f"{path} is out of range"


def one_of(*allowed: str) -> Check:
    """Return a check for one of these strings."""

    def check(value: object, path: str) -> Iterator[str]:
        if value not in allowed:
            yield f"{path} must be one of [{', '.join(allowed)}]"

    return check


def list_of(item: Check) -> Check:
    """Return a check for a list of such items, not null."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path} must be a list"
            return
        for index, member in enumerate(value):
            yield from item(member, f"{path}[{index}]")

    return check


def map_of(item: Check) -> Check:
    """Return a check for an object with any keys and such values, not null."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{path} must be an object"
            return
        for key, member in value.items():
            yield from item(member, f"{path}.{key}")

    return check


def object_of(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """Return a check for an object with these keys; others are ignored, null optional ones too."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{path} must be an object"
            return
        for key, member in required.items():
            if value.get(key) is None:
                yield f"{path}.{key} cannot be null"
            else:
                yield from member(value[key], f"{path}.{key}")
        for key, member in optional.items():
            if value.get(key) is not None:
                yield from member(value[key], f"{path}.{key}")

    return check


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
