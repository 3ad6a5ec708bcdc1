"""A connector's own files, read once: what is hashed is what is deployed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from cdk_appflow_connector.function.bundling.asset import File, Files

_LEFT_OUT = {"__pycache__", "cdk.out", "node_modules", "tests", "venv"}
_LEFT_OUT_SUFFIXES = {".pyc", ".pyo"}
# They say what is installed, and that counts by itself: see Requirements.digest.
REQUIREMENT_FILES = ("requirements.txt", "uv.lock", "pyproject.toml")


def read_sources(folder: Path, exclude: Sequence[str] = ()) -> Files:
    """Read the files of a connector's folder, by their path in it, in a fixed order.

    Left out: names that start with a dot; ``tests``, ``venv``, ``node_modules``, ``cdk.out`` and
    compiled Python anywhere; ``requirements.txt``, ``uv.lock`` and ``pyproject.toml`` at the top;
    what matches a pattern of `exclude`, as a path in the folder (``*`` matches slashes, too).

    Raises:
        ValueError: the folder does not exist, or holds a link to a folder, or nothing remains.
    """
    if not folder.is_dir():
        raise ValueError(f"entry {str(folder)!r} is not a folder: give the connector's folder")
    files = {path: _read(folder / path) for path in sorted(_paths(folder, "", exclude))}
    if not files:
        raise ValueError(f"entry {str(folder)!r} holds no files of a connector")
    return files


def folder_names(files: Files) -> frozenset[str]:
    """The names of the folders that hold the files, at any depth."""
    return frozenset(name for path in files for name in path.split("/")[:-1])


def _paths(folder: Path, inside: str, exclude: Sequence[str]) -> Iterator[str]:
    with os.scandir(folder / inside) as entries:
        for entry in entries:
            path = f"{inside}{entry.name}"
            if _is_left_out(path, entry.name) or any(fnmatch(path, each) for each in exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _paths(folder, f"{path}/", exclude)
            elif entry.is_dir():
                # Following it could leave the folder, or never end.
                raise ValueError(f"{entry.path!r} is a link to a folder: copy it, or exclude it")
            else:
                yield path


def _is_left_out(path: str, name: str) -> bool:
    return (
        name.startswith(".")
        or name in _LEFT_OUT
        or Path(name).suffix in _LEFT_OUT_SUFFIXES
        or path in REQUIREMENT_FILES
    )


def _read(path: Path) -> File:
    return File(path.read_bytes(), is_executable=os.access(path, os.X_OK))
