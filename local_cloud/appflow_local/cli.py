"""The ``appflow-local`` command: finds the subcommand and turns its errors into exit codes.

A command lives in the module that adds it; this one knows none of them beyond that.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from appflow_local import (
    call_commands,
    check_command,
    clock_command,
    cloud_commands,
    dev_command,
    fault_command,
    log_command,
    page_command,
    run_command,
    start_commands,
)
from appflow_local.closed_output import until_output_closes
from appflow_local.cloud import CloudError
from appflow_local.command_arguments import Commands, UsageError

_MODULES = (
    start_commands,
    cloud_commands,
    log_command,
    call_commands,
    run_command,
    page_command,
    check_command,
    clock_command,
    fault_command,
    dev_command,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return until_output_closes(lambda: _main(arguments))


def _main(arguments: Sequence[str] | None) -> int:
    parsed = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code: int = parsed.run(parsed)
    except CloudError as error:
        print(f"appflow-local: {error}", file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"appflow-local: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="appflow-local",
        description="Run Amazon AppFlow's custom connectors, and the AWS around them, locally.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = Commands(parser)
    for module in _MODULES:
        module.add_commands(commands)
    return parser


class _Version(argparse.Action):
    """Reads the version only when it is asked for: that takes as long as the rest of a command."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"appflow-local {version('appflow-local')}")
        parser.exit()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
