"""``appflow-local faults``: plans what goes wrong between AppFlow and its connectors."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from appflow_local.call_commands import OPERATIONS
from appflow_local.command_arguments import Commands, UsageError, running
from appflow_local.workbench_client import WorkbenchClient

_MEMBERS = ("times", "after", "probability", "seed", "label", "seconds", "retry_after", "message")


def add_commands(commands: Commands) -> None:
    """Add ``faults``."""
    command = commands.add_of_cloud(
        "faults", _faults, "plan faults between AppFlow and connectors: add, list or clear them"
    )
    command.usage = "appflow-local faults [add OPERATION FAULT [options] | list | clear [NUMBER]]"
    command.add_argument("action", nargs="?", choices=("add", "list", "clear"), default="list")
    command.add_argument(
        "what",
        nargs="*",
        metavar="OPERATION FAULT",
        help=f"the operation: {', '.join(OPERATIONS)}; and an error code of the SDK, such as "
        "RateLimitExceeded, or one of latency, timeout, crash, too-large, expired-token, "
        "same-page and cut-json",
    )
    command.add_argument("--times", type=int, metavar="N", help="default: until it is cleared")
    command.add_argument("--after", type=int, metavar="N", help="let N calls go well first")
    command.add_argument("--probability", type=float, metavar="P", help="default: 1, each call")
    command.add_argument("--seed", type=int, metavar="N", help="where the chance begins")
    command.add_argument("--label", help="only calls of this connector")
    command.add_argument("--seconds", type=float, metavar="S", help="how late an answer comes")
    command.add_argument(
        "--retry-after", type=int, metavar="S", help="retryAfterSeconds of an error code"
    )
    command.add_argument("--message", help="errorMessage of an error code")


def told(fault: Mapping[str, Any]) -> str:
    """Return a fault as a line."""
    often = {None: "each time", 1: "once"}.get(fault["times"], f"{fault['times']} times")
    chance = "" if fault["probability"] == 1 else (
        f", with probability {fault['probability']:g} (seed {fault['seed']})"
    )  # fmt: skip
    return (
        f"{fault['number']}  {fault['operation']} {fault['kind']}, {often}"
        f"{', after ' + _calls(fault['after']) if fault['after'] else ''}{chance}"
        f"{', only ' + fault['label'] if fault['label'] else ''}: met {_calls(fault['hits'])}"
    )


def _calls(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"


def _faults(options: argparse.Namespace) -> int:
    with WorkbenchClient(running(options.port)) as client:
        return _ask(client, options)


def _ask(client: WorkbenchClient, options: argparse.Namespace) -> int:
    given = {name: value for name in _MEMBERS if (value := getattr(options, name)) is not None}
    if options.action == "add":
        if len(options.what) != 2:
            raise UsageError("say what fails, and how: appflow-local faults add QueryData timeout")
        operation, kind = options.what
        print(told(client.plan_fault(operation=operation, kind=kind, **given)))
        return 0
    if given or (options.what and options.action == "list"):
        raise UsageError(f"`faults {options.action}` takes no such option: leave it out")
    if options.action == "list":
        for each in client.faults():
            print(told(each))
        return 0
    return _clear(client, options.what)


def _clear(client: WorkbenchClient, what: list[str]) -> int:
    if len(what) > 1 or any(not each.isdecimal() for each in what):
        raise UsageError("name one fault by its number, or none to clear all: `faults clear 1`")
    removed = client.clear_faults(int(what[0]) if what else None)
    if what and not removed:
        raise UsageError(f"there is no fault {what[0]}: see `appflow-local faults list`")
    print(f"cleared {removed}")
    return 0
