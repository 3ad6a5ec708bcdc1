"""Keeps requests to MiniStack from naming files of this machine.

Its services open URLs that requests name with urllib, which takes ``file:`` for one, and Glue runs
a script from wherever the request says that it is.
"""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path
from typing import NoReturn
from urllib.error import URLError

from ministack.services import glue


def confine_file_access() -> None:
    """Take ``file:`` from every opener of this process, and all but S3's objects from Glue."""
    # On the class, because services make openers of their own.
    urllib.request.FileHandler.file_open = _refuse  # type: ignore[assignment, method-assign]
    resolve = glue._resolve_script

    def resolve_in_bounds(location: str) -> str | None:
        found = resolve(location)
        return str(found) if found and _is_ours(found) else None

    glue._resolve_script = resolve_in_bounds


def _refuse(_handler: urllib.request.FileHandler, _request: urllib.request.Request) -> NoReturn:
    raise URLError("the local cloud opens no file: URLs")


def _is_ours(script: str) -> bool:
    """Whether it is in S3's folder, or the copy of an object that Glue made for itself."""
    folders = (glue.S3_DATA_DIR, os.environ["TMPDIR"])
    return any(Path(script).resolve().is_relative_to(Path(each).resolve()) for each in folders)
