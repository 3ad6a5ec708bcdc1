"""The folders of this user's clouds: which there are, and when one that has ended is removed.

The folder of a port that was picked at random is found by nobody again, so that its log, and what
a killed cloud has left in it, would stay for ever.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from appflow_local.held_port import HeldPort
from appflow_local.state import StateFolder

MOST_KEPT = 5
"""The number of ended clouds whose folders stay: somebody may look at their logs."""
_MARK = "picked-port"


def ports_with_clouds() -> list[int]:
    """The ports on which clouds of this user run, or have run."""
    home = StateFolder.of_port(0).path.parent
    return sorted(int(each.name) for each in home.glob("*") if each.name.isdecimal())


def running_ports() -> list[int]:
    """The ports on which clouds of this user run."""
    ports = ports_with_clouds()
    return [each for each in ports if StateFolder.of_port(each).server_pid() is not None]


def mark_as_picked(folder: StateFolder) -> None:
    """Note that the port of a cloud was picked at random, and remove the oldest such folders.

    Safe while others start clouds: who starts one holds its port, and so does who removes it.
    """
    (folder.path / _MARK).touch()
    found = []
    for mark in folder.path.parent.glob(f"*/{_MARK}"):
        with suppress(OSError):  # removed meanwhile
            found.append((mark.stat().st_mtime, mark.parent))
    ended = [each for _time, each in sorted(found, reverse=True) if each != folder.path]
    running = set(running_ports())
    for each in [each for each in ended if int(each.name) not in running][MOST_KEPT:]:
        _remove(each)


def _remove(folder: Path) -> None:
    held = HeldPort(int(folder.name))
    try:
        held.hold()
    except OSError:  # somebody starts a cloud there, or uses the port for something else
        return
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        held.release()
