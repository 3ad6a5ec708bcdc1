"""Finds what Python or Node.js can't parse before it is deployed: with its file, line and text."""

from __future__ import annotations

import shutil
import subprocess
import traceback
from collections.abc import Iterator
from pathlib import Path

from appflow_local.driving.bundle import own_files

_SCRIPTS = (".js", ".mjs", ".cjs")
_SECONDS = 10.0


class Syntax:
    """The syntax of a connector's own files.

    Args:
        target: the connector's folder; of a zip or jar, nothing is looked at.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._sound: dict[Path, int] = {}

    def first_error(self) -> str | None:
        """Return what is wrong, as the language tells it; None if nothing is."""
        for file in _sources(self._target):
            changed = file.stat().st_mtime_ns
            if self._sound.get(file) == changed:
                continue
            if (wrong := self._error_of(file)) is not None:
                return wrong
            self._sound[file] = changed
        return None

    def _error_of(self, file: Path) -> str | None:
        if file.suffix == ".py":
            return _python_error(file, str(file.relative_to(self._target)))
        return _script_error(file) if file.suffix in _SCRIPTS else None


def python_error(target: Path) -> str | None:
    """Return what Python refuses of a connector's own files; None if nothing.

    Unlike Node.js, it needs no process for each file.

    Args:
        target: the connector's folder; of anything else, nothing is looked at.
    """
    files = (file for file in _sources(target) if file.suffix == ".py")
    errors = (_python_error(file, str(file.relative_to(target))) for file in files)
    return next(filter(None, errors), None)


def _sources(target: Path) -> Iterator[Path]:
    return (file for file in own_files(target) if "node_modules" not in file.parts)


def _python_error(file: Path, name: str) -> str | None:
    try:
        compile(file.read_bytes(), name, "exec", dont_inherit=True)
    except SyntaxError as error:
        return "".join(traceback.format_exception_only(error)).strip()
    except ValueError as error:  # a null byte
        return f"{name}: {error}"
    return None


def _script_error(file: Path) -> str | None:
    node = shutil.which("node")
    if node is None:
        return None  # the invocation tells
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            [node, "--check", str(file)],
            capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return None if done.returncode == 0 else done.stderr.partition("\n    at ")[0].strip()
