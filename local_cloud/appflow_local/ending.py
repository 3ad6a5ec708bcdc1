"""How a cloud ends: how long it may take, and what it was doing, told to who ends it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

SECONDS_TO_STOP = 15.0
"""How long a server may take to end before it is killed."""

TOLD_TO_END = b"end\n"
"""What a server's standard input gets before it is closed, unless who started it was killed."""

_CUT_OFF = "cut-off.txt"


def leave_cut_off(folder: Path, cut_off: Sequence[str]) -> None:
    """Write what was cut off into the cloud's folder, over what an earlier cloud left there."""
    with suppress(OSError):  # on a full disk, the log may still say it
        (folder / _CUT_OFF).write_text("".join(f"{line}\n" for line in cut_off))


def take_cut_off(folder: Path) -> list[str]:
    """Return what was cut off, and remove it; nothing if the cloud was killed."""
    try:
        lines = (folder / _CUT_OFF).read_text().splitlines()
    except FileNotFoundError:
        return []
    (folder / _CUT_OFF).unlink()
    return lines


def wait_or_kill(process: subprocess.Popen[bytes], seconds: float) -> int:
    """Wait for a process that was told to end, and kill it if it doesn't; return its exit code."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
