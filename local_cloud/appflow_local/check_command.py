"""``appflow-local check``: its arguments, apart from what it takes to check."""

from __future__ import annotations

import argparse
from pathlib import Path

from appflow_local.command_arguments import Commands
from appflow_local.traffic_options import add_traffic_options


def add_commands(commands: Commands) -> None:
    """Add ``check``."""
    command = commands.add_of_cloud(
        "check", _check, "check that a connector keeps AppFlow's protocol"
    )
    command.add_argument(
        "target",
        metavar="TARGET",
        help="a connector's folder, zip or jar, or the label of one in the running cloud",
    )
    add_connector_options(command)
    command.add_argument(
        "--write", metavar="ENTITY", help="write to this entity; default: nothing is written"
    )
    command.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit report")
    command.add_argument("--json", type=Path, metavar="FILE", help="write a report in JSON")


def add_connector_options(command: argparse.ArgumentParser) -> None:
    """Add what `check` and `dev` must know of a connector."""
    command.add_argument("--handler", metavar="FILE.FUNCTION", help="default: what there is")
    command.add_argument("--runtime", metavar="NAME", help="default: by the connector's files")
    command.add_argument(
        "--credentials", type=Path, metavar="FILE", help="JSON or TOML: type, and its members"
    )
    command.add_argument(
        "--settings",
        nargs="+",
        action="extend",
        default=[],
        metavar="KEY=VALUE",
        help="connector runtime settings",
    )
    command.add_argument(
        "--entity",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="the entities to look at; default: the first ones",
    )
    add_traffic_options(command)


def _check(options: argparse.Namespace) -> int:
    # Imported late: boto3 and the model take as long as all other imports.
    from appflow_local.check.command import check

    return check(options)
