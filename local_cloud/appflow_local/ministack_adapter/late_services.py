"""Lets MiniStack's CloudFormation load a service when a stack needs it, not all when it starts.

It imports every service that it has resource types of, some fifty, which takes a fifth of the CPU
time of a server's start. MiniStack itself loads each at its first request.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from ministack import services


class _Late(ModuleType):
    """Stands for a module until an attribute of it is wanted, and passes on what is asked of it."""

    def __getattr__(self, name: str) -> object:
        return getattr(_loaded(self), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(_loaded(self), name, value)


def _loaded(late: _Late) -> ModuleType:
    _forget(late)  # else it would find this one, while CloudFormation is being imported
    return importlib.import_module(late.__name__)


def _forget(late: _Late) -> None:
    if sys.modules.get(late.__name__) is late:
        del sys.modules[late.__name__]
        delattr(services, late.__name__.rpartition(".")[2])


@contextmanager
def _late_services() -> Iterator[None]:
    """Let the block import services that aren't loaded yet without loading them."""
    found = pkgutil.iter_modules(services.__path__, f"{services.__name__}.")
    every = [_Late(name) for _, name, is_package in found if not is_package]
    every = [late for late in every if late.__name__ not in sys.modules]
    for late in every:
        sys.modules[late.__name__] = late
        setattr(services, late.__name__.rpartition(".")[2], late)
    try:
        yield
    finally:
        # The next import of one loads it: MiniStack asks `sys.modules` which are in use.
        for late in every:
            _forget(late)


with _late_services():
    importlib.import_module("ministack.services.cloudformation.handlers")
