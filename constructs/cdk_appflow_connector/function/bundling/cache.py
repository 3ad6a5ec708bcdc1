"""Keeps what was installed, so that an unchanged connector costs no installation at synth."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile

FOLDER_VARIABLE = "CDK_APPFLOW_CONNECTOR_CACHE"
_NAME = "cdk-appflow-connector"


def cached(key: str, make: Callable[[Path], None], use: Callable[[Path], None]) -> None:
    """Use the cache's file of the key; make it first if it is missing or damaged.

    Two processes may do this at once: each makes a file of its own, and either will do.

    Args:
        key: a name for the file, different for what differs.
        make: writes the file at the path given.
        use: reads it there; OSError and BadZipFile say that it is damaged.
    """
    folder = _folder()
    file = folder / f"{key}.zip"
    try:
        use(file)
    except (OSError, BadZipFile):
        with TemporaryDirectory(dir=folder) as work:
            made = Path(work, file.name)
            make(made)
            made.replace(file)
        use(file)


def _folder() -> Path:
    given = os.environ.get(FOLDER_VARIABLE)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(given) if given else Path(base, _NAME)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Of other users' making, it could hold code of theirs; that it is ours shows in this.
    folder.chmod(0o700)
    return folder.resolve()
