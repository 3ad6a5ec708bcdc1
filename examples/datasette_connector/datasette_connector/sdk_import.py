"""Makes the SDK importable on Python 3.13 and later.

The SDK's enumeration of authentication types forgets the parentheses of its first `auto()`. Older
Pythons number the rest all the same; since 3.13 that raises a TypeError, and nothing in the SDK can
be imported. The numbers don't matter, AppFlow's messages carry the names.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum


def load() -> None:
    """Import the SDK's enumeration, for everyone who needs it later."""
    if sys.version_info >= (3, 13):
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
