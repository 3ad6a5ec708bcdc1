"""Finds the Node.js that functions run in, for processes that have another HOME than the user's.

Version managers such as Volta and asdf put a `node` on PATH that starts another one, which it finds
by HOME.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_SECONDS = 10.0


def with_node_itself(path: str) -> str:
    """Return a PATH with the folder of Node.js itself first, if its `node` is in the user's home.

    Args:
        path: the user's PATH.
    """
    found = shutil.which("node", path=path)
    if found is None or Path.home() not in Path(found).parents:
        return path
    command = [found, "-p", "process.execPath"]
    try:
        done = subprocess.run(  # noqa: S603 - the user's own
            command, capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):  # then functions fail as it does
        return path
    return os.pathsep.join([str(Path(done.stdout.strip()).parent), path])
