"""``appflow-local page``: prints where the cloud can be looked at, and opens it."""

from __future__ import annotations

import argparse

from appflow_local.cloud import CloudError
from appflow_local.command_arguments import Commands, running_or_only


def add_commands(commands: Commands) -> None:
    """Add ``page``."""
    command = commands.add_of_any_cloud(
        "page", _page, "print the address of the page on which the cloud can be watched"
    )
    command.add_argument("--open", action="store_true", help="open it in a browser")


def _page(options: argparse.Namespace) -> int:
    cloud = running_or_only(options.port)
    address = cloud.state.page
    if address is None:
        raise CloudError(f"the local cloud on port {cloud.port} has no page: start it again")
    print(address, flush=True)
    if options.open:
        _open(address)
    return 0


def _open(address: str) -> None:
    import webbrowser  # late: the other commands don't need it

    if not webbrowser.open(address):
        raise CloudError("no browser could be opened: open the address above in one")
