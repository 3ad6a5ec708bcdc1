"""What a cloud was doing when it was told to end, handed from the server to who ends it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_NAME = "cut-off.txt"


def leave(folder: Path, cut_off: Sequence[str]) -> None:
    """Write what was cut off into the cloud's folder, over what an earlier cloud left there."""
    with suppress(OSError):  # on a full disk, the log may still say it
        (folder / _NAME).write_text("".join(f"{line}\n" for line in cut_off))


def take(folder: Path) -> list[str]:
    """Return what was cut off, and remove it; nothing if the cloud was killed."""
    try:
        lines = (folder / _NAME).read_text().splitlines()
    except FileNotFoundError:
        return []
    (folder / _NAME).unlink()
    return lines
