"""Makes a function's package of a connector's folder, zip or jar."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from appflow_local.command_arguments import UsageError
from appflow_local.driving.handlers import DEPENDENCY, checked_handler, find_handler

_LEFT_OUT = frozenset({".git", ".venv", "venv", "__pycache__", ".pytest_cache", ".mypy_cache",
                       ".ruff_cache", ".tox", "cdk.out", "tests", "test"})  # fmt: skip
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_NODE, _JAVA = "nodejs22.x", "java21"
_SOURCES = {
    ".ts": "it is TypeScript; name the folder that its compiler writes to",
    ".java": "it is Java's source; name the jar, or the folder of classes and lib/*.jar",
}
_INSTALL_SECONDS = 300
_REQUIREMENTS = ("requirements.txt", "pyproject.toml")


@dataclass(frozen=True)
class Bundle:
    """What Lambda is given."""

    code: bytes
    runtime: str
    handler: str


def bundle(
    target: Path, handler: str | None, runtime: str | None, installed: Path | None = None
) -> Bundle:
    """Make the package.

    Args:
        target: the connector's folder, zip or jar.
        handler: the function that is called; None to look for it.
        runtime: Lambda's name; None to tell by the files.
        installed: a folder that keeps what was installed for the next time; None to keep nothing.

    Raises:
        UsageError: there is no connector there, or its requirements can't be installed.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="appflow-check-") as temporary:
            kept = installed or Path(temporary)
            code = _zipped(target, kept) if target.is_dir() else target.read_bytes()
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            names = archive.namelist()
            kind = runtime or _runtime(target, names)
            found = _handler(archive, handler, kind, target)
    except zipfile.BadZipFile:
        raise UsageError(
            f"{target} is no zip or jar: name a connector's folder, zip or jar"
        ) from None
    except OSError as error:
        raise UsageError(f"{target} can't be packed ({error.strerror or error}): check that it can "
                         "be read, and that the disk has room") from error  # fmt: skip
    return Bundle(code, kind, found)


def _handler(archive: zipfile.ZipFile, given: str | None, runtime: str, target: Path) -> str:
    if given:
        return checked_handler(given, archive.namelist(), runtime)
    return find_handler(archive, runtime, target)


def _runtime(target: Path, packed: list[str]) -> str:
    names = [each for each in packed if "node_modules" not in each.split("/")]
    if target.suffix == ".jar" or any(name.endswith(".class") for name in names):
        return _JAVA
    if any(name.endswith(".py") for name in names):
        return _PYTHON
    if any(name.endswith((".js", ".mjs", ".cjs")) for name in names):
        return _NODE
    if any(name.startswith("lib/") and name.endswith(".jar") for name in names):
        return _JAVA
    for ending, advice in _SOURCES.items():
        if any(name.endswith(ending) for name in names):
            raise UsageError(f"{target} has no connector that runs: {advice}")
    raise UsageError(f"{target} has no connector: neither Python, JavaScript nor Java is in it")


def _zipped(folder: Path, kept: Path) -> bytes:
    installed = kept / _requirements_of(folder)
    if not installed.exists():
        _install(folder, installed)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        own = set()
        for file in own_files(folder):
            name = file.relative_to(folder).as_posix()
            own.add(name)
            archive.writestr(_entry(name, b""), file.read_bytes())
        for file in own_files(installed):
            name = file.relative_to(installed).as_posix()
            if name not in own:
                archive.writestr(_entry(name, DEPENDENCY), file.read_bytes())
    return stream.getvalue()


def _entry(name: str, comment: bytes) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.comment = comment
    entry.external_attr = 0o755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def own_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that belong into a package."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name in _LEFT_OUT or path.suffix == ".pyc":
            continue
        if path.is_dir():
            yield from own_files(path)
        elif path.is_file():
            yield path


def _requirements_of(folder: Path) -> str:
    """Return a name for what a folder requires: another one if that changes."""
    files = [folder / name for name in (*_REQUIREMENTS, "package.json")]
    texts = [file.read_bytes() if file.is_file() else b"" for file in files]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _install(folder: Path, into: Path) -> None:
    for name in _REQUIREMENTS:
        if (folder / name).is_file():
            command = [_uv(), "pip", "install", "--quiet", "--no-progress", "--python",
                       sys.executable, "--target", str(into), "-r", name]  # fmt: skip
            _run(command, folder, name)
            return
    package = folder / "package.json"
    if package.is_file() and not (folder / "node_modules").exists() and _dependencies(package):
        npm = shutil.which("npm")
        if npm is None:
            raise UsageError("package.json names dependencies, but there is no npm: install "
                             "Node.js, or install them into node_modules")  # fmt: skip
        into.mkdir()
        shutil.copy(package, into)
        _run([npm, "install", "--omit=dev", "--silent", "--ignore-scripts"], into, "package.json")


def _dependencies(package: Path) -> bool:
    try:
        return bool(json.loads(package.read_text(encoding="utf-8")).get("dependencies"))
    except (ValueError, AttributeError) as error:
        raise UsageError(f"{package} is no JSON object ({error}): correct it") from error


def _uv() -> str:
    found = shutil.which("uv")
    if found:
        return found
    try:
        uv = import_module("uv")
    except ImportError:
        raise UsageError("the connector has requirements, and there is no uv to install them: "
                         "pip install 'appflow-local[check]'") from None  # fmt: skip
    return str(uv.find_uv_bin())


def _run(command: list[str], folder: Path, file: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_SECONDS,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise UsageError(f"installing {file} takes more than {_INSTALL_SECONDS} s: check the "
                         "network") from None  # fmt: skip
    if done.returncode != 0:
        said = " ".join((done.stderr or done.stdout).split())[-400:]
        raise UsageError(f"{file} can't be installed: {said}")
