"""``appflow-local dev``: its arguments, apart from what it takes to run a connector."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from appflow_local.check_command import add_connector_options
from appflow_local.command_arguments import Commands, UsageError, new_port

_LABEL = re.compile(r"[a-zA-Z0-9][\w!@#.-]{1,255}", re.ASCII)


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
        "--label",
        default="dev",
        help="what the connector, its function and its profile are called; default: %(default)s",
    )
    command.add_argument(
        "--write", metavar="ENTITY", help="insert what was read here; default: nothing is written"
    )
    command.add_argument(
        "--port", type=new_port, default=0, help="of the cloud that is started; default: a free one"
    )


def _dev(options: argparse.Namespace) -> int:
    # As the API reference of RegisterConnector has it.
    if not _LABEL.fullmatch(options.label):
        raise UsageError(
            f"--label {options.label!r} is no connector label: give 2 to 256 letters, digits and "
            "!@#._-, beginning with a letter or digit"
        )
    # Imported late: boto3 takes as long as all other imports.
    from appflow_local.dev.command import dev

    return dev(options)
