"""Values kept on a construct: what was read from Node.js, and which labels its app has claimed.

They live in the construct's ``__dict__`` and end with it. A WeakKeyDictionary would keep every app
alive, because the values refer back to their constructs; node metadata and context take a round
trip to Node.js for each access, and hold JSON only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from constructs import IConstruct

_Value = TypeVar("_Value")


def state_of(construct: IConstruct, name: str, make: Callable[[], _Value]) -> _Value:
    """Return the construct's value of that name, made on first use."""
    state, key = vars(construct), f"_appflow_connector_{name}"
    if key not in state:
        state[key] = make()
    value: _Value = state[key]
    return value


def identity_of(construct: IConstruct) -> str:
    """Return what tells the construct from others, without a call to Node.js.

    It is jsii's name of the object in Node.js: each look at a construct that the CDK made may give
    another object in Python, which have it in common.
    """
    reference = construct.__jsii_ref__  # type: ignore[attr-defined]
    return str(reference.ref)
