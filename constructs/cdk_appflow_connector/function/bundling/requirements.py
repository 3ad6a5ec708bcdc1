"""Reads what a connector requires, whichever of three files says it.

Nothing is resolved here, so that a synth without changes costs no more than reading the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from cdk_appflow_connector.function.bundling import project_file, requirement_lines
from cdk_appflow_connector.function.bundling.sources import REQUIREMENT_FILES

# Lambda's own interface client, which its Python runtimes have: never installed.
SUPPLIED = "awslambdaric"

# AWS's connector SDK has two names on the package index, and connectors copy its folders, too.
_SDKS = {"custom-connector-sdk", "amazon-appflow-custom-connector-sdk"}
_SDK_FOLDERS = {"custom_connector_sdk", "custom_connector_queryfilter"}
_SDK_PARSER = "antlr4-python3-runtime"
# Known: the SDK's wheel declares no dependencies, and its filter grammar was generated for exactly
# this release of the parser.
_SDK_PARSER_PIN = f"{_SDK_PARSER}==4.9.2"
_SDK_PARSER_FOLDER = "antlr4"


@dataclass(frozen=True)
class Requirements:
    """What a connector requires.

    `folder` is where relative paths start; `lines` are what uv is given, one requirement or
    option each; `names` are the distributions named, normalised; `lock` is the uv.lock, which
    stands in for the lines; `has_sdk` says whether AWS's connector SDK is among them, or among the
    connector's own files.
    """

    folder: Path
    lines: tuple[str, ...]
    names: frozenset[str]
    are_hashed: bool
    digest: str
    lock: Path | None = None
    has_sdk: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to install."""
        return self.lock is None and all(
            line.startswith("-") or requirement_lines.name_of(line) == SUPPLIED
            for line in self.lines
        )


def read_requirements(
    folder: Path, given: str | None, own_folders: Collection[str] = ()
) -> Requirements:
    """Read the requirements of the connector in the folder.

    Args:
        folder: the connector's.
        given: a file of them, as a path from the folder. None: the file that the folder holds.
        own_folders: the names of the folders that are bundled of it, at any depth.

    Raises:
        ValueError: there is no such file, or more than one could be meant, or it asks for what
            can't be bundled for another machine.
    """
    path = _find(folder) if given is None else folder / given
    if not path.is_file():
        raise ValueError(f"requirements {str(path)!r} is not a file")
    if path.name == "uv.lock":
        read = _from_lock(path)
    elif path.name == "pyproject.toml":
        read = _from_lines(path.parent, project_file.dependencies(path))
    else:
        read = _from_lines(path.parent, requirement_lines.logical_lines(path))
    return _with_parser(read, path, set(own_folders))


def _find(folder: Path) -> Path:
    found = [name for name in REQUIREMENT_FILES if (folder / name).is_file()]
    if not found:
        raise ValueError(
            f"entry {str(folder)!r} has no requirements.txt, uv.lock or pyproject.toml: add one "
            "(an empty requirements.txt if the connector needs nothing)"
        )
    if found[:2] == ["requirements.txt", "uv.lock"]:
        raise ValueError(
            f"entry {str(folder)!r} has requirements.txt and uv.lock: name one as requirements"
        )
    return folder / found[0]


def _from_lines(folder: Path, lines: list[str]) -> Requirements:
    flat = requirement_lines.flatten(folder, lines)
    names = {requirement_lines.name_of(line) for line in flat.lines}
    return Requirements(
        folder=folder,
        lines=flat.lines,
        names=frozenset(names - {""}),
        are_hashed=any("--hash" in line or line == "--require-hashes" for line in flat.lines),
        digest=flat.digest,
    )


def _from_lock(lock: Path) -> Requirements:
    content = lock.read_bytes()
    project = lock.with_name("pyproject.toml")
    # Not all of pyproject.toml: settings of other tools do not change what is installed.
    asked = "\n".join(project_file.dependencies(project)).encode()
    return Requirements(
        folder=lock.parent,
        lines=(),
        names=project_file.locked_names(content.decode()),
        are_hashed=True,
        digest=hashlib.sha256(content + b"\0" + asked).hexdigest(),
        lock=lock,
    )


def _with_parser(read: Requirements, path: Path, own_folders: set[str]) -> Requirements:
    """The requirements with the parser that AWS's SDK needs and does not declare."""
    named, copied = _SDKS & read.names, _SDK_FOLDERS & own_folders
    if not named and not copied:
        return read
    read = replace(read, has_sdk=True)
    if _SDK_PARSER in read.names or _SDK_PARSER_FOLDER in own_folders:
        return read
    if read.are_hashed:
        how = f"uv add {_SDK_PARSER_PIN}" if read.lock else "with its hash"
        sdk = min(named) if named else f"a copy of AWS's SDK ({min(copied)}) beside it,"
        raise ValueError(
            f"{str(path)!r} has {sdk} without the parser that it imports and does not declare: "
            f"add {_SDK_PARSER_PIN} ({how})"
        )
    digest = hashlib.sha256(f"{read.digest}\0{_SDK_PARSER_PIN}".encode()).hexdigest()
    return replace(
        read,
        lines=(*read.lines, _SDK_PARSER_PIN),
        names=read.names | {_SDK_PARSER},
        digest=digest,
    )
