"""``appflow-local logs``: the server's log and what functions printed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timezone

from appflow_local.closed_output import check_output
from appflow_local.cloud import CloudError, LocalCloud
from appflow_local.command_arguments import Commands, checked
from appflow_local.server_log import Selection, function_pattern, functions_in, moment_of


def add_commands(commands: Commands) -> None:
    """Add ``logs``."""
    command = commands.add_of_cloud(
        "logs", _logs, "print the server's log and the functions' output"
    )
    command.add_argument("--follow", "-f", action="store_true", help="keep printing new lines")
    command.add_argument(
        "--function",
        type=checked(function_pattern),
        metavar="NAME",
        help="only this function's output, and what names it; * stands for any characters",
    )
    command.add_argument(
        "--since",
        type=checked(lambda text: moment_of(text, datetime.now(timezone.utc))),
        metavar="TIME",
        help="only what is newer: than 30s, 10m, 2h or 1d, or than a time like 2026-01-31T09:00",
    )


def _logs(options: argparse.Namespace) -> int:
    cloud = LocalCloud(options.port)
    if not cloud.state.log.exists():
        raise CloudError(
            f"no local cloud has run on port {cloud.port}, so there is no log: start one with "
            f"`appflow-local up --detach --port {cloud.port}`"
        )
    selection = Selection(options.function, options.since)
    is_empty = True
    for line in selection.of(_log_lines(cloud, follow=options.follow)):
        print(line, flush=options.follow)
        is_empty = False
    if is_empty and options.function:
        names = ", ".join(functions_in(_log_lines(cloud, follow=False))) or "none"
        print(f"nothing is logged of it; functions that printed: {names}", file=sys.stderr)
    return 0


def _log_lines(cloud: LocalCloud, *, follow: bool) -> Iterator[str]:
    with cloud.state.log.open(errors="replace") as log:
        begun = ""
        while True:
            *lines, begun = (begun + log.read()).split("\n")
            yield from lines
            if not follow or cloud.pid is None:
                break
            check_output()
            time.sleep(0.2)
    if begun:
        yield begun
