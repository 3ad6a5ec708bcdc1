"""What pip installed, as one file that is the same for the same wheels.

One file, so that putting it into the cache is a single rename, and a checksum of every member
tells a damaged one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, ZipInfo

# Of no use in a bundle, and different from one installation to the next.
_RECORDS = {"INSTALLER", "RECORD", "REQUESTED", "WHEEL", "direct_url.json"}
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
# Lambda runs functions as a user of its own: whatever this user's umask, that one must read them.
_READABLE = 0o644
_EXECUTABLE = 0o755


def pack(folder: Path, archive: Path) -> None:
    """Write the installed packages of the folder, without their scripts and pip's records."""
    with ZipFile(archive, "w") as packed:
        for path in sorted(_packages(folder)):
            info = ZipInfo(path.relative_to(folder).as_posix(), _FIRST_DATE)
            mode = _EXECUTABLE if os.access(path, os.X_OK) else _READABLE
            info.external_attr = (stat.S_IFREG | mode) << 16
            packed.writestr(info, path.read_bytes())


def unpack(archive: Path, folder: Path) -> None:
    """Write the packages into the folder.

    Raises:
        OSError, zipfile.BadZipFile: the archive is missing or damaged.
    """
    with ZipFile(archive) as packed:
        for info in packed.infolist():
            write(folder / info.filename, packed.read(info), info.external_attr >> 16)


def write(path: Path, content: bytes, mode: int) -> None:
    """Write a file of a bundle, readable for all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(_EXECUTABLE if mode & 0o111 else _READABLE)


def _packages(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        is_record = parts[0].endswith(".dist-info") and parts[1:] and parts[-1] in _RECORDS
        # Scripts start with the path of this machine's Python.
        is_script = parts[0] == "bin" and not (folder / "bin" / "__init__.py").exists()
        if path.is_file() and not is_record and not is_script and "__pycache__" not in parts:
            yield path
