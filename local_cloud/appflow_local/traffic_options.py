"""``--record DIR`` and ``--replay DIR``, of every command that starts a cloud."""

from __future__ import annotations

import argparse
from pathlib import Path

from appflow_local.command_arguments import UsageError
from appflow_local.traffic.settings import Traffic, TrafficError


def add_traffic_options(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument(
        "--record",
        type=Path,
        metavar="DIR",
        help="keep what connectors ask of the world, and what it answers, in DIR",
    )
    command.add_argument(
        "--replay",
        type=Path,
        metavar="DIR",
        help="answer what connectors ask of the world from the recording in DIR",
    )


def read_traffic(options: argparse.Namespace) -> Traffic | None:
    """Return what the options say; None without them.

    Raises:
        UsageError: both are given, or the folder can't be used.
    """
    if options.record is not None and options.replay is not None:
        raise UsageError("--record and --replay exclude each other: leave out one of them")
    folder = options.record or options.replay
    if folder is None:
        return None
    traffic = Traffic(folder, is_replay=options.replay is not None)
    try:
        traffic.check()
    except TrafficError as error:
        raise UsageError(str(error)) from error
    return traffic
