"""The lines of requirements files, as pip reads them, with nested files in place.

Source: pip's documentation, "Requirements File Format".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

_COMMENT = re.compile(r"(^|\s+)#.*$")
_SHORT = re.compile(r"(-[rcfe])\s*(.+)")
_LONG = re.compile(r"(--requirement|--constraint|--find-links|--editable)(?:\s+|\s*=\s*)(.+)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PATH = re.compile(r"(?:[^@]*@\s*)?(?:file:(?://)?)?(?P<path>[./\w][^;\s]*)")


@dataclass(frozen=True)
class Flat:
    """Lines that need no other requirements file, and a digest of what they ask for."""

    lines: tuple[str, ...]
    digest: str


def logical_lines(path: Path) -> list[str]:
    """The file's lines: continued ones joined, without comments and empty ones."""
    try:
        text = path.read_text(encoding="utf-8-sig").replace("\\\n", "").replace("\\\r\n", "")
    except UnicodeDecodeError:
        raise ValueError(f"{str(path)!r} is not UTF-8 text: save it as UTF-8") from None
    stripped = (_COMMENT.sub("", line).strip() for line in text.splitlines())
    return [line for line in stripped if line]


def flatten(folder: Path, lines: list[str]) -> Flat:
    """Put the lines of nested files in place, and make paths independent of the file they are in.

    The digest covers the lines as written, the constraints and the wheels that they point to.

    Raises:
        ValueError: a line names a file that does not exist, or a folder to install from, or is
            editable.
    """
    digest = hashlib.sha256()
    flat: list[str] = []
    for written, meant, content in _flattened(folder, lines):
        digest.update(f"{written}\0{len(content)}\0".encode() + content)
        flat.append(meant)
    return Flat(tuple(flat), digest.hexdigest())


def name_of(line: str) -> str:
    """The normalised name of the distribution that the line asks for; empty for an option."""
    path = _local(line)
    found = _NAME.match(Path(path).name.split("-")[0] if path else line)
    return normalised(found[0]) if found else ""


def normalised(name: str) -> str:
    """The name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def folder_refusal(line: str) -> str:
    """Return the error for a requirement that is a folder."""
    return (
        f"requirement {line!r} is a folder: build a wheel of it and require the wheel, or copy the "
        "package into the connector's folder"
    )


def _flattened(folder: Path, lines: list[str]) -> Iterator[tuple[str, str, bytes]]:
    """Each line as written, as meant, and the content of the file that it points to."""
    for line in lines:
        option = _SHORT.fullmatch(line) or _LONG.fullmatch(line)
        kind, value = option.groups() if option else ("", line)
        if kind in ("-r", "--requirement"):
            nested = _existing(folder / value, line)
            yield from _flattened(nested.parent, logical_lines(nested))
        elif kind in ("-c", "--constraint"):
            constraints = _existing(folder / value, line)
            yield (
                line,
                f"-c {quote(str(constraints))}",
                "\n".join(logical_lines(constraints)).encode(),
            )
        elif kind in ("-f", "--find-links"):
            yield line, f"-f {quote(_absolute(folder, value))}", b""
        elif kind:
            raise ValueError(folder_refusal(line))
        else:
            yield line, *_requirement(folder, line)


def _requirement(folder: Path, line: str) -> tuple[str, bytes]:
    path = _local(line)
    if path is None:
        return line, b""
    if (folder / path).is_dir():
        raise ValueError(folder_refusal(line))
    return line.replace(path, _absolute(folder, path), 1), _existing(
        folder / path, line
    ).read_bytes()


def _local(line: str) -> str | None:
    """The path of a requirement that is one."""
    if line.startswith("-"):
        return None
    found = _PATH.match(line)
    path = found["path"] if found else ""
    is_remote = "://" in line and "file://" not in line
    is_path = path.startswith(("./", "../", "/")) or path.endswith((".whl", ".tar.gz", ".zip"))
    return path if is_path and not is_remote else None


def _absolute(folder: Path, value: str) -> str:
    # What doesn't exist beside the file is an address, or a path from the connector's folder.
    return str(folder / value) if (folder / value).exists() else value


def _existing(path: Path, line: str) -> Path:
    if not path.is_file():
        raise ValueError(f"requirement {line!r}: there is no {str(path)!r}")
    return path
