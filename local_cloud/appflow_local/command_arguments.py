"""What commands have in common: how one is added, its port, and texts that are checked."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from typing import TypeVar

from appflow_local.cloud import DEFAULT_PORT, CloudError, LocalCloud
from appflow_local.cloud_folders import running_ports
from appflow_local.environment import PORT_VARIABLE
from appflow_local.server_log import moment_of

T = TypeVar("T")

_FIRST_UNPRIVILEGED = 1024

Run = Callable[[argparse.Namespace], int]
"""What a command does with its options; returns the exit code."""


class UsageError(Exception):
    """The command line is wrong; the message says what to write."""


class Commands:
    """The commands of `appflow-local`, each added by its module."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(self, name: str, run: Run, help_text: str) -> argparse.ArgumentParser:
        """Add a command."""
        command = self._commands.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(run=run)
        return command

    def add_of_cloud(self, name: str, run: Run, help_text: str) -> argparse.ArgumentParser:
        """Add a command for one cloud, which ``--port`` names."""
        command = self.add(name, run, help_text)
        command.add_argument(
            "--port", type=port, default=default_port(), help="default: %(default)s"
        )
        return command

    def add_of_any_cloud(self, name: str, run: Run, help_text: str) -> argparse.ArgumentParser:
        """Add a command that only looks at a cloud, for `running_or_only`."""
        command = self.add(name, run, help_text)
        told = f"default: {default_port()}, or that of the only cloud that is running"
        command.add_argument("--port", type=port, help=told)
        return command


def add_since(command: argparse.ArgumentParser) -> None:
    """Add ``--since``, which is read as a moment."""
    command.add_argument(
        "--since",
        type=checked(lambda text: moment_of(text, datetime.now(timezone.utc))),
        metavar="TIME",
        help="only what is newer: than 30s, 10m, 2h or 1d, or than a time like 2026-01-31T09:00",
    )


def running(port: int) -> LocalCloud:
    """The cloud on a port.

    Raises:
        CloudError: none is running there; the message says which others are.
    """
    cloud = LocalCloud(port)
    if cloud.pid is None:
        others = running_ports()
        advice = f"start one with `appflow-local up --detach --port {port}`"
        if others:
            places = "on port " + " and on ".join(map(str, others))
            advice = f"one is {places}: name it with --port {others[0]}, or {advice}"
        raise CloudError(f"no local cloud is running on port {port}: {advice}")
    return cloud


def running_or_only(port: int | None) -> LocalCloud:
    """The cloud on a port; without one, that on the default port, or else the only one.

    For what changes nothing in a cloud that may be another's.

    Raises:
        CloudError: see `running`.
    """
    if port is None:
        others = running_ports()
        port = default_port()
        if port not in others and len(others) == 1:
            port = others[0]
    return running(port)


def tell_of_end(cloud: LocalCloud) -> None:
    """Say on standard error what the end of a cloud interrupted, and what it could not replay."""
    for line in cloud.cut_off:
        print(f"appflow-local: cut off {line}", file=sys.stderr)
    for line in cloud.traffic_notes():
        print(f"appflow-local: {line}", file=sys.stderr)


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
