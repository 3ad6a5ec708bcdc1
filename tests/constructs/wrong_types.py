"""Gives each argument of a call something of no type at all, and looks at the error."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

Call = Callable[..., object]
_OWN = {"self", "scope", "construct_id", "options"}


class Odd:
    """Of no type that anything takes."""

    def __repr__(self) -> str:
        return "<odd>"


def arguments_of(*calls: Call) -> list[Any]:
    """The calls with each of their arguments, as parameters of a test."""
    return [
        pytest.param(call, name, id=f"{call.__qualname__}-{name}")
        for call in calls
        # jsii's metaclass hides the signature of a class.
        for name in inspect.signature(vars(call).get("__init__", call)).parameters
        if name not in _OWN
    ]


def refusal(make: Callable[[dict[str, Any]], object], argument: str) -> str:
    """The error's text, which must name the argument."""
    with pytest.raises((TypeError, ValueError)) as caught:
        make({argument: Odd()})
    text = str(caught.value)
    assert argument in text, text
    return text
