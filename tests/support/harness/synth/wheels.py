"""Distributions made in a moment, so that no test needs a package index."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

# A build backend without requirements: the wheel is in the source already.
_BACKEND = """
import pathlib, shutil

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    wheel = next(pathlib.Path("made").iterdir())
    shutil.copy(wheel, wheel_directory)
    return wheel.name
"""
_PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def wheel(
    folder: Path,
    name: str,
    *,
    version: str = "1.0",
    tag: str = "py3-none-any",
    requires: Sequence[str] = (),
) -> Path:
    """A wheel of one module, with a script."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    files = {
        f"{name}/__init__.py": f"VERSION = {version!r}\n",
        f"{name}-{version}.data/scripts/{name}-run": "#!python\n",
        f"{name}-{version}.dist-info/METADATA": "\n".join(metadata) + "\n",
        f"{name}-{version}.dist-info/WHEEL": (
            f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n"
        ),
    }
    if not tag.endswith("any"):
        files[f"{name}/_fast.so"] = tag
    rows = "".join(f"{file},,\n" for file in files)
    with ZipFile(path, "w") as packed:
        for file, content in {**files, f"{name}-{version}.dist-info/RECORD": rows}.items():
            # Not the time of day, so that the same wheel made again is the same file.
            packed.writestr(ZipInfo(file), content)
    return path


def sdist(folder: Path, name: str, *, version: str = "1.0", tag: str = "py3-none-any") -> Path:
    """A source distribution; building it gives a wheel with the tag."""
    folder.mkdir(parents=True, exist_ok=True)
    made = wheel(folder / "made", name, version=version, tag=tag)
    files: dict[str, str | bytes] = {
        "pyproject.toml": _PROJECT,
        "backend.py": _BACKEND,
        f"made/{made.name}": made.read_bytes(),
    }
    made.unlink()
    return source_of(folder, name, files, version=version)


def source_of(
    folder: Path, name: str, files: Mapping[str, str | bytes], *, version: str = "1.0"
) -> Path:
    """A source distribution of these files."""
    path = folder / f"{name}-{version}.tar.gz"
    info = {"PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}
    with tarfile.open(path, "w:gz") as packed:
        for file, text in {**info, **files}.items():
            content = text.encode() if isinstance(text, str) else text
            member = tarfile.TarInfo(f"{name}-{version}/{file}")
            member.size = len(content)
            packed.addfile(member, BytesIO(content))
    return path


def hashed(requirement: str, *files: Path) -> str:
    """The requirement, of no other files than these."""
    digests = (hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    return " ".join([requirement, *(f"--hash=sha256:{digest}" for digest in digests)])


def index(folder: Path, wheels: Path) -> str:
    """The address of a package index of the wheels."""
    for file in wheels.glob("*.whl"):
        page = folder / file.name.split("-")[0] / "index.html"
        page.parent.mkdir(parents=True)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        page.write_text(f'<a href="{file.as_uri()}#sha256={digest}">{file.name}</a>')
    return folder.as_uri()


def uv_configuration(file: Path, *folders: Path) -> Path:
    """Settings by which uv finds distributions in these folders and nowhere else."""
    places = ", ".join(f"'{folder}'" for folder in folders)
    file.write_text(f"no-index = true\nfind-links = [{places}]\n")
    return file
