"""Makes a function's package of a connector's folder, zip or jar."""

from __future__ import annotations

import ast
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

_LEFT_OUT = frozenset({".git", ".venv", "venv", "__pycache__", ".pytest_cache", ".mypy_cache",
                       ".ruff_cache", ".tox", "cdk.out", "tests", "test"})  # fmt: skip
_FUNCTIONS = ("handler", "lambda_handler")
_MODULES = ("handler", "lambda_function", "lambda_handler", "index", "app", "main", "connector")
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_NODE, _JAVA = "nodejs22.x", "java21"
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
            found = _checked(handler, names, kind) if handler else _found(archive, kind, target)
    except zipfile.BadZipFile:
        raise UsageError(
            f"{target} is no zip or jar: name a connector's folder, zip or jar"
        ) from None
    except OSError as error:
        raise UsageError(f"{target} can't be packed ({error.strerror or error}): check that it can "
                         "be read, and that the disk has room") from error  # fmt: skip
    return Bundle(code, kind, found)


def _runtime(target: Path, names: list[str]) -> str:
    if target.suffix == ".jar" or any(name.endswith(".class") for name in names):
        return _JAVA
    if any(name.endswith(".py") for name in names):
        return _PYTHON
    if any(name.endswith((".js", ".mjs", ".cjs")) for name in names):
        return _NODE
    raise UsageError(f"{target} has no connector: neither Python, JavaScript nor Java is in it")


def _checked(handler: str, names: list[str], runtime: str) -> str:
    module, dot, function = handler.replace("::", ".").rpartition(".")
    if not dot or not module or not function:
        raise UsageError(f"--handler {handler} is not FILE.FUNCTION: write it like shop.handler")
    if runtime.startswith(("python", "nodejs")):
        path = module.replace(".", "/") if runtime.startswith("python") else module
        endings = (".py", "/__init__.py", ".js", ".mjs", ".cjs")
        if not any(f"{path}{ending}" in names for ending in endings):
            raise UsageError(f"--handler {handler}: there is no file {path} in the connector")
    return handler


def _found(archive: zipfile.ZipFile, runtime: str, target: Path) -> str:
    names = archive.namelist()
    if runtime.startswith("python"):
        found = list(_python_handlers(archive))
    elif runtime.startswith("nodejs"):
        found = [f"{name.rpartition('.')[0]}.handler" for name in names
                 if name in ("index.js", "index.mjs", "index.cjs", "handler.js")]  # fmt: skip
    else:
        found = []
    best = [each for each in found if each.split(".")[-2] in _MODULES]
    if len(found) == 1 or len(best) == 1:
        return (found if len(found) == 1 else best)[0]
    several = f" of {', '.join(found[:6])}" if found else ""
    raise UsageError(f"{target}: which function is the handler? Name it with --handler "
                     f"FILE.FUNCTION{several}")  # fmt: skip


def _python_handlers(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield functions that are called as handlers are, at most one folder deep."""
    for name in archive.namelist():
        if not name.endswith(".py") or name.count("/") > 1 or _is_installed(archive, name):
            continue
        try:
            tree = ast.parse(archive.read(name))
        except (SyntaxError, ValueError):
            continue
        module = name.removesuffix(".py").replace("/", ".")
        for node in tree.body:
            names = [node.name] if isinstance(node, ast.FunctionDef) else [
                each.id for each in getattr(node, "targets", []) if isinstance(each, ast.Name)
            ]  # fmt: skip
            yield from (f"{module}.{each}" for each in names if each in _FUNCTIONS)


def _is_installed(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a file is a dependency's, by the mark that `_zipped` gives it."""
    return archive.getinfo(name).comment == _DEPENDENCY


_DEPENDENCY = b"dependency"


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
                archive.writestr(_entry(name, _DEPENDENCY), file.read_bytes())
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
