"""Leads from where a function runs, here or as on Lambda, to the files that its author edits."""

from __future__ import annotations

import re
from pathlib import Path

from appflow_local.failure_place import TASK_ROOT

# By MiniStack's workers, in the cloud's folder of temporary files; or told as on Lambda.
_PLACES = re.compile(
    rf"(?:(?:/[^/\s\"'():]+)+/ministack-lambda-[^/\s\"']+/code|{TASK_ROOT})/([^\s\"'():]*)"
)


def with_own_paths(text: str, folder: Path | None = None) -> str:
    """Return a text with the paths of a function's files as its author knows them.

    Args:
        text: what the function printed or failed with.
        folder: the connector's. What isn't there, such as a dependency that was installed for the
            package, is named by its path on Lambda, and so is everything without a folder.
    """

    def shown(found: re.Match[str]) -> str:
        own = folder / found[1] if folder is not None else None
        return str(own if own is not None and own.exists() else f"{TASK_ROOT}/{found[1]}")

    return _PLACES.sub(shown, text)
