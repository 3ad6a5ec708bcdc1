"""Reads what a pyproject.toml and a uv.lock ask for."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from cdk_appflow_connector.function.bundling import requirement_lines
from cdk_appflow_connector.function.bundling.requirement_lines import normalised
from cdk_appflow_connector.function.bundling.uv_command import EXTRA, UvError, run_uv

_LOCKED_NAME = re.compile(r'^name = "(.+)"$', re.MULTILINE)
_EXPORT = "--locked --no-dev --no-default-groups --no-emit-project --no-header --format pylock.toml"


def dependencies(path: Path) -> list[str]:
    """The project's dependencies, optional ones and development groups left out.

    Raises:
        ValueError: the file is missing or not TOML, the build computes its dependencies, or they
            are Poetry's own.
    """
    if not path.is_file():
        raise ValueError(f"there is no {str(path)!r}")
    parsed = _parsed(path)
    project = parsed.get("project", {})
    if "project" not in parsed and "dependencies" in parsed.get("tool", {}).get("poetry", {}):
        raise ValueError(
            f"{str(path)!r} has its dependencies in tool.poetry, which only Poetry reads: list "
            "them under project, or name a file that `poetry export` wrote as requirements"
        )
    if "dependencies" in project.get("dynamic", ()):
        raise ValueError(
            f"{str(path)!r} leaves its dependencies to the build: name a file as requirements"
        )
    return list(project.get("dependencies", ()))


def locked_names(lock: str) -> frozenset[str]:
    """The normalised names of the distributions in a uv.lock."""
    return frozenset(normalised(name) for name in _LOCKED_NAME.findall(lock))


def exported(lock: Path, left_out: str, work: Path) -> Path:
    """Write a uv.lock as the pylock.toml that uv installs from, and return its path.

    Args:
        lock: the uv.lock, beside its pyproject.toml.
        left_out: the name of a distribution that is not to be installed.
        work: a folder to write into.

    Raises:
        ValueError: uv isn't installed, the lock doesn't fit its pyproject.toml, or a package in it
            is a folder, whose content no lock pins.
    """
    file = work / "pylock.toml"
    try:
        run_uv(
            f"export --quiet {_EXPORT}",
            [f"--no-emit-package={left_out}", f"--output-file={file}"],
            lock.parent,
        )
    except UvError as failure:
        raise ValueError(f"uv can't export {str(lock)!r}: {failure}") from failure
    for package in _parsed(file).get("packages", ()):
        if "directory" in package:
            raise ValueError(requirement_lines.folder_refusal(package["name"]))
    return file


def _parsed(path: Path) -> dict[str, Any]:
    toml = _toml_parser(path)
    try:
        parsed: dict[str, Any] = toml.loads(path.read_text(encoding="utf-8"))
    except toml.TOMLDecodeError as mistake:
        raise ValueError(f"{str(path)!r} is not TOML: {mistake}") from mistake
    return parsed


def _toml_parser(path: Path) -> ModuleType:
    # The standard library reads TOML from 3.11 on; before that, the extra brings a parser.
    name = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise ValueError(
            f"{str(path)!r} can't be read: Python 3.10 needs tomli for it. Install the extra "
            f"`python`, which brings it: {EXTRA}"
        ) from None
