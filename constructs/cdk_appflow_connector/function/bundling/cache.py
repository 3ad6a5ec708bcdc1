"""Keeps what was installed, so that an unchanged connector costs no installation at synth."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
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

    Raises:
        ValueError: the folder that the environment variable names can't be used.
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


def cache_folder(name: str) -> tuple[Path, bool]:
    """Return a cache folder of that name, and whether it is the user's.

    Where the user has none that can be written, as in a container that runs as some user without a
    home, it is a folder that ends with this process.
    """
    try:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return _made(Path(base, name)), True
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        return _made(Path(_temporary().name, name)), False


@cache
def _temporary() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix=f"{_NAME}-")


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # It may be there already, on a file system that is read only now.
    with TemporaryDirectory(dir=folder):
        return folder


def _folder() -> Path:
    given = os.environ.get(FOLDER_VARIABLE)
    try:
        folder = _made(Path(given)) if given else cache_folder(_NAME)[0]
        # Of other users' making, it could hold code of theirs; that it is ours shows in this.
        folder.chmod(0o700)
    except OSError as problem:
        raise ValueError(
            f"the cache {given or _NAME!r} can't be used: {problem}. Name a folder of yours that "
            f"can be written ({FOLDER_VARIABLE})"
        ) from problem
    return folder.resolve()
