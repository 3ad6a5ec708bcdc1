"""What several commands' arguments have in common: ports, and texts that are checked."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import TypeVar

from appflow_local.cloud import DEFAULT_PORT
from appflow_local.environment import PORT_VARIABLE

T = TypeVar("T")

_FIRST_UNPRIVILEGED = 1024


def checked(read: Callable[[str], T]) -> Callable[[str], T]:
    """Let argparse show why a text was refused."""

    def checked(text: str) -> T:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return checked


def default_port() -> int:
    """The port of the cloud that this process runs in, under `exec` or after `env`."""
    given = os.environ.get(PORT_VARIABLE, "")
    return int(given) if given.isdecimal() else DEFAULT_PORT


def new_port(text: str) -> int:
    """Read a port, or 0 for any free one."""
    return 0 if text == "0" else port(text)


def port(text: str) -> int:
    """Read an unprivileged port."""
    numbers = f"{_FIRST_UNPRIVILEGED} to 65535"
    if not text.isdecimal() or not 0 < int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} isn't a valid port: give one from {numbers}")
    if int(text) < _FIRST_UNPRIVILEGED:
        raise argparse.ArgumentTypeError(f"port {text} is privileged: give one from {numbers}")
    return int(text)
