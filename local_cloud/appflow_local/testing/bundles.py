"""Packages of connectors, each made once for as long as its files are the same."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

from appflow_local.driving.bundle import Bundle, bundle

_Stamp: TypeAlias = tuple[tuple[str, int, int], ...]
_Made: TypeAlias = tuple[_Stamp, Bundle]


class Bundles:
    """Remembers what it has packed: requirements take seconds to install."""

    def __init__(self) -> None:
        """Start with none."""
        self._made: dict[tuple[Path, str | None, str | None], _Made] = {}

    def of(self, target: Path, handler: str | None, runtime: str | None) -> Bundle:
        """Pack a connector's folder, zip or jar; see `driving.bundle`.

        Raises:
            UsageError: there is no connector there, or its requirements can't be installed.
        """
        key, stamp = (target, handler, runtime), _stamp(target)
        known = self._made.get(key)
        if known is None or known[0] != stamp:
            known = self._made[key] = stamp, bundle(target, handler, runtime)
        return known[1]


def _stamp(target: Path) -> _Stamp:
    """Return what changes with the files of a target."""
    files = [Path(folder, name) for folder, _, names in os.walk(target) for name in names]
    found = [(each, each.stat()) for each in files or [target] if "__pycache__" not in each.parts]
    return tuple(sorted((str(each), stat.st_mtime_ns, stat.st_size) for each, stat in found))
