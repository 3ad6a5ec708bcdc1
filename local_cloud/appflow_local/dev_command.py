"""``appflow-local dev``: its arguments, apart from what it takes to run a connector."""

from __future__ import annotations

import argparse
from pathlib import Path

from appflow_local.check_command import add_connector_options
from appflow_local.command_arguments import Commands, new_port


def add_commands(commands: Commands) -> None:
    """Add ``dev``."""
    command = commands.add(
        "dev", _dev, "register a connector and run a flow over it, again whenever its files change"
    )
    command.add_argument("target", metavar="TARGET", help="a connector's folder, zip or jar")
    add_connector_options(command)
    command.add_argument(
        "--flow",
        type=Path,
        metavar="FILE",
        help="a CreateFlow request or a part of one, in JSON or TOML; default: all fields",
    )
    command.add_argument(
        "--write", metavar="ENTITY", help="insert what was read here; default: nothing is written"
    )
    command.add_argument(
        "--port", type=new_port, default=0, help="of the cloud that is started; default: a free one"
    )


def _dev(options: argparse.Namespace) -> int:
    # Imported late: boto3 takes as long as all other imports.
    from appflow_local.dev.command import dev

    return dev(options)
