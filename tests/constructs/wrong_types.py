"""Gives each argument of a call what it can't be, and looks at the errors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

Call = Callable[..., object]
_OWN = {"self", "scope", "construct_id", "id", "options"}


class Odd:
    """Of no type that anything takes."""

    def __repr__(self) -> str:
        return "<odd>"


# Of no argument's type: something at all, a class, what Node.js would end of, and collections.
WRONG: tuple[object, ...] = (Odd(), Odd, float("nan"), float("inf"), 1.5, ["x"], {"1 x": "y"})


def arguments_of(*calls: Call, options: Iterable[str] = ()) -> list[Any]:
    """The calls with each of their arguments, as parameters of a test.

    Args:
        calls: classes, methods and functions.
        options: the names that those among them take which have `options`.
    """
    return [
        pytest.param(call, name, id=f"{call.__qualname__}-{name}")
        for call in calls
        for name in _names_of(call, options)
    ]


def _names_of(call: Call, options: Iterable[str]) -> list[str]:
    # jsii's metaclass hides the signature of a class.
    names = [*inspect.signature(vars(call).get("__init__", call)).parameters]
    return [name for name in names if name not in _OWN] + [*(options if "options" in names else ())]


def check_refusals(
    make: Callable[[dict[str, Any]], object],
    argument: str,
    ending: str = "",
    *,
    admitted: Iterable[object] = (),
) -> None:
    """Assert that every wrong value is refused with its argument's name, itself and the ending."""
    for value in WRONG:
        if value in admitted:
            continue
        with pytest.raises((TypeError, ValueError)) as caught:
            make({argument: value})
        text = str(caught.value)
        assert argument in text, text
        assert any(each in text for each in _shown(value)), text
        assert text.endswith(ending), text


def _shown(value: object) -> tuple[str, ...]:
    """What an error shows: the value, a collection's member, or its type if it may be secret."""
    part = next(iter(value)) if isinstance(value, (list, dict)) else value
    return repr(value), repr(part), f"of the type {type(value).__name__}"
