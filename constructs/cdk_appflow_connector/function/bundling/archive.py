"""What uv installed, as one file that is the same for the same wheels.

One file, so that a single rename puts it into the cache, and each member's checksum reveals damage.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from cdk_appflow_connector.function.bundling.asset import File, write_files

# Of no use in a bundle, and different from one installation to the next.
_RECORDS = {"INSTALLER", "RECORD", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json"}
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)


def pack(folder: Path, archive: Path) -> None:
    """Write the installed packages of the folder, without scripts and the installer's records."""
    with ZipFile(archive, "w") as packed:
        for path in sorted(_packages(folder)):
            file = File(path.read_bytes(), is_executable=os.access(path, os.X_OK))
            info = ZipInfo(path.relative_to(folder).as_posix(), _FIRST_DATE)
            info.external_attr = (stat.S_IFREG | file.mode) << 16
            packed.writestr(info, file.content)


def unpack(archive: Path, folder: Path) -> None:
    """Write the packages into the folder.

    Raises:
        OSError, zipfile.BadZipFile: the archive is missing or damaged.
    """
    with ZipFile(archive) as packed:
        for info in packed.infolist():
            is_executable = bool(info.external_attr >> 16 & 0o111)
            write_files({info.filename: File(packed.read(info), is_executable)}, folder)


def _packages(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        is_record = parts[0].endswith(".dist-info") and parts[1:] and parts[-1] in _RECORDS
        # Scripts start with the path of this machine's Python.
        is_script = parts[0] == "bin" and not (folder / "bin" / "__init__.py").exists()
        # uv locks a target folder with a file whose name starts with a dot.
        is_lock = len(parts) == 1 and parts[0].startswith(".")
        left_out = is_record or is_script or is_lock or "__pycache__" in parts
        if path.is_file() and not left_out:
            yield path
