"""``appflow-local logs``: the server's log and what functions printed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator

from appflow_local.aws_client import aws_client
from appflow_local.closed_output import check_output
from appflow_local.cloud import CloudError, LocalCloud
from appflow_local.command_arguments import Commands, add_since, checked
from appflow_local.server_log import Selection, function_pattern, functions_in


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
        help="only this function's output, and what names it; * stands for any characters; a "
        "failure's reason has the name after `Log:`",
    )
    add_since(command)


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
        names = ", ".join(_functions(cloud)) or "none"
        _tell(f"nothing is logged of it; the functions are: {names}")
    if cloud.pid is None:
        _tell(f"the local cloud on port {cloud.port} has ended; this is its log")
    return 0


def _tell(text: str) -> None:
    print(f"appflow-local: {text}", file=sys.stderr)


def _functions(cloud: LocalCloud) -> list[str]:
    """The functions that have printed, and those that the cloud has, if it still runs."""
    found = set(functions_in(_log_lines(cloud, follow=False)))
    if cloud.pid is not None:
        pages = aws_client(cloud, "lambda").get_paginator("list_functions").paginate()
        found |= {each["FunctionName"] for page in pages for each in page["Functions"]}
    return sorted(found)


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
