"""Keeps requests to MiniStack from reading files of this machine.

Its services open URLs from requests with urllib, which accepts ``file:``, and Glue runs a script
from any path in a request.
"""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path
from typing import NoReturn
from urllib.error import URLError

from ministack.services import glue


def confine_file_access() -> None:
    """Disable ``file:`` URLs in this process, and limit Glue's scripts to objects in S3."""
    # Patched on the class, because services create their own openers.
    urllib.request.FileHandler.file_open = _refuse  # type: ignore[assignment, method-assign]
    resolve = glue._resolve_script

    def resolve_in_bounds(location: str) -> str | None:
        found = resolve(location)
        return str(found) if found and _is_ours(found) else None

    glue._resolve_script = resolve_in_bounds


def _refuse(_handler: urllib.request.FileHandler, _request: urllib.request.Request) -> NoReturn:
    raise URLError("the local cloud doesn't open file: URLs")


def _is_ours(script: str) -> bool:
    """Whether the script is in S3's folder, or is Glue's own copy of an object."""
    folders = (glue.S3_DATA_DIR, os.environ["TMPDIR"])
    return any(Path(script).resolve().is_relative_to(Path(each).resolve()) for each in folders)
