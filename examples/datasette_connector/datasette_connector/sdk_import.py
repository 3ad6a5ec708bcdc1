"""Makes the SDK's authentication types the same on every Python.

The SDK's enumeration of them forgets the parentheses of its first `auto()`. Most Pythons number the
rest all the same, but 3.11.2, which Debian 12 has, makes two of them one, and since 3.13 the
enumeration raises a TypeError, so that nothing in the SDK can be imported. The numbers themselves
don't matter: AppFlow's messages carry the names.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum


def load() -> None:
    """Import the SDK's enumeration, for everyone who needs it later."""
    with _numbered_by_position():
        importlib.import_module("custom_connector_sdk.connector.auth")


@contextmanager
def _numbered_by_position() -> Iterator[None]:
    name = "_generate_next_value_"
    original = vars(Enum)[name]
    setattr(Enum, name, staticmethod(lambda _name, start, count, _last: start + count))
    try:
        yield
    finally:
        setattr(Enum, name, original)
