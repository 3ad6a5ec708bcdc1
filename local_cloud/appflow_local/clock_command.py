"""``appflow-local clock``: tells the cloud's time, and moves it."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta

from appflow_local.command_arguments import Commands, UsageError, checked, running
from appflow_local.workbench_client import WorkbenchClient

_STEP = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def add_commands(commands: Commands) -> None:
    """Add ``clock``."""
    command = commands.add_of_cloud(
        "clock", _clock, "tell the time of AppFlow in the cloud, or move it forward"
    )
    command.usage = "appflow-local clock [advance STEP] [--skip-pauses | --no-skip-pauses]"
    command.add_argument(
        "move",
        nargs="?",
        choices=("advance",),
        help="move the clock; scheduled flows run when they are due on the way",
    )
    command.add_argument(
        "step",
        nargs="?",
        type=checked(read_step),
        metavar="STEP",
        help="such as 90s, 15m, 2h, 1d, 1w or 1d12h",
    )
    command.add_argument(
        "--skip-pauses",
        action=argparse.BooleanOptionalAction,
        help="let waits before a retry move the clock instead of passing in real time",
    )


def read_step(text: str) -> timedelta:
    """Read a duration such as ``1d12h``.

    Raises:
        ValueError: it is none.
    """
    parts = _STEP.findall(text)
    if not parts or "".join(map("".join, parts)) != text:
        raise ValueError(f"{text!r} is no time to move by: give one like 90s, 15m, 2h, 1d or 1d12h")
    try:
        step = sum((timedelta(**{_UNITS[unit]: float(n)}) for n, unit in parts), timedelta(0))
    except OverflowError:
        raise ValueError(f"{text!r} is too long a time") from None
    if not step:
        raise ValueError(f"{text!r} moves nothing: a clock is only moved forward")
    return step


def _clock(options: argparse.Namespace) -> int:
    if (options.move is None) != (options.step is None):
        raise UsageError("say by how much to move the clock: appflow-local clock advance 1d")
    with WorkbenchClient(running(options.port)) as client:
        told = client.clock(skipsPauses=options.skip_pauses)
        if options.step is not None:
            told = client.advance(options.step)
    ahead = timedelta(seconds=round(told["ahead"]))
    pauses = ", pauses are skipped" if told["skipsPauses"] else ""
    print(f"{told['now']}  ({f'{ahead} ahead' if ahead else 'not moved'}{pauses})")
    return 0
