"""Reads what a pyproject.toml and a uv.lock ask for."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import Any

from cdk_appflow_connector.function.bundling.requirement_lines import normalised

_LOCKED_NAME = re.compile(r'^name = "(.+)"$', re.MULTILINE)
_EXPORT = (
    "--locked --no-dev --no-default-groups --no-emit-project --no-header --no-annotate "
    "--format requirements-txt"
)


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


def exported(lock: Path) -> list[str]:
    """The lines for pip, with hashes, of a uv.lock.

    Raises:
        ValueError: uv is not installed, or the lock does not fit its pyproject.toml.
    """
    uv = find_uv()
    if uv is None:
        raise ValueError(
            f"{str(lock)!r} needs uv to be read: install uv, or run `uv export --format "
            "requirements-txt --no-dev --no-emit-project -o requirements.txt` where it is, and "
            "name that file as requirements"
        )
    done = subprocess.run(  # noqa: S603 - uv, with arguments of our own
        [uv, "export", *_EXPORT.split()], cwd=lock.parent, capture_output=True, text=True
    )
    if done.returncode:
        raise ValueError(f"uv cannot export {str(lock)!r}: {done.stderr.strip()}")
    return done.stdout.replace("\\\n", "").splitlines()


def find_uv() -> str | None:
    """The path of uv, of this environment first."""
    return which("uv", path=sysconfig.get_path("scripts")) or which("uv")


def _parsed(path: Path) -> dict[str, Any]:
    toml = _toml_parser(path)
    try:
        parsed: dict[str, Any] = toml.loads(path.read_text(encoding="utf-8"))
    except toml.TOMLDecodeError as mistake:
        raise ValueError(f"{str(path)!r} is not TOML: {mistake}") from mistake
    return parsed


def _toml_parser(path: Path) -> Any:  # noqa: ANN401 - one of several modules alike
    # The standard library reads TOML from 3.11 on; before that, pip brings a parser.
    names = ["tomllib"] if sys.version_info >= (3, 11) else ["tomli", "pip._vendor.tomli"]
    for name in names:
        with suppress(ModuleNotFoundError):
            return importlib.import_module(name)
    raise ValueError(
        f"{str(path)!r} cannot be read: Python 3.10 needs tomli or pip for it, and this "
        "environment has neither: install tomli"
    )
