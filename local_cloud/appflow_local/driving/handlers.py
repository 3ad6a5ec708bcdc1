"""Finds the handler in a connector's package, where the user doesn't name it."""

from __future__ import annotations

import ast
import json
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from appflow_local.command_arguments import UsageError
from appflow_local.driving.class_files import class_names, java_handlers

DEPENDENCY = b"dependency"
"""The comment of an archive's entry that the connector requires, and is not its own."""

_FUNCTIONS = ("handler", "lambda_handler")
_MODULES = ("handler", "lambda_function", "lambda_handler", "index", "app", "main", "connector")
_SCRIPTS = (".js", ".mjs", ".cjs")
_MOST_SHOWN = 6

_DEFINED = re.compile(r"^(?:def\s+)?(handler|lambda_handler)\b", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/|(?:^|\s)//[^\n]*", re.DOTALL | re.MULTILINE)
# As CommonJS, TypeScript's compiler, esbuild and modules write it.
_EXPORTS = re.compile(
    r"""\bexports\.(?P<commonjs>handler|lambda_handler)\s*=(?!=)
    | \bexports\s*,\s*["'](?P<defined>handler|lambda_handler)["']
    | \bmodule\.exports\s*=\s*\{[^}]*?\b(?P<object>handler|lambda_handler)\b
    | \b__export\(\w+,\s*\{[^}]*?\b(?P<bundled>handler|lambda_handler):
    | \bexport\s+(?:const|let|var|async\s+function|function)\s+(?P<module>handler|lambda_handler)\b
    | \bexport\s*\{[^}]*?\b(?P<listed>handler|lambda_handler)\s*[,}]""",
    re.VERBOSE,
)


def checked_handler(handler: str, names: list[str], runtime: str) -> str:
    """Return a handler that the user names, if its file is there.

    Raises:
        UsageError: it is not written as the runtime wants it, or there is no such file.
    """
    if runtime.startswith("java"):
        name = handler.partition("::")[0]
        known = class_names(names)
        if known and name not in known and not any(each.endswith(".jar") for each in names):
            raise UsageError(f"--handler {handler}: there is no class {name} in the connector")
        return handler
    module, dot, function = handler.replace("::", ".").rpartition(".")
    if not dot or not module or not function:
        raise UsageError(f"--handler {handler} is not FILE.FUNCTION: write it like shop.handler")
    if runtime.startswith(("python", "nodejs")):
        path = module.replace(".", "/") if runtime.startswith("python") else module
        endings = (".py", "/__init__.py", *_SCRIPTS)
        if not any(f"{path}{ending}" in names for ending in endings):
            raise UsageError(f"--handler {handler}: there is no file {path} in the connector")
    return handler


def find_handler(archive: zipfile.ZipFile, runtime: str, target: Path) -> str:
    """Return the only handler that a package can have.

    Raises:
        UsageError: there is none, or more than one; the message lists them.
    """
    form = "FILE.FUNCTION"
    if runtime.startswith("python"):
        found = list(_python_handlers(archive))
    elif runtime.startswith("nodejs"):
        found = list(_script_handlers(archive))
        if (main := _main_handler(archive, found)) is not None:
            return main
    elif runtime.startswith("java"):
        found, form = java_handlers(archive), "PACKAGE.CLASS::METHOD"
    else:
        found = []
    best = [each for each in found if re.split(r"[./]", f"/{each}")[-2] in _MODULES]
    if len(found) == 1 or len(best) == 1:
        return (found if len(found) == 1 else best)[0]
    raise UsageError(f"{target}: which function is the handler? Name it with --handler {form}"
                     f"{_choice(archive, runtime, found)}")  # fmt: skip


def _choice(archive: zipfile.ZipFile, runtime: str, found: list[str]) -> str:
    if found:
        return f" of {', '.join(found[:_MOST_SHOWN])}"
    if runtime.startswith("nodejs"):
        files = ", ".join(list(_own_scripts(archive))[:_MOST_SHOWN])
        return f", or export one that is called handler: none of {files} does"
    return ""


def _main_handler(archive: zipfile.ZipFile, found: list[str]) -> str | None:
    """The handler of the file that package.json calls the main one, if it has one."""
    try:
        main = json.loads(archive.read("package.json")).get("main")
    except (KeyError, ValueError, AttributeError):
        return None
    if not isinstance(main, str):
        return None
    path = posixpath.normpath(main)
    stems = {posixpath.splitext(path)[0] if path.endswith(_SCRIPTS) else path, f"{path}/index"}
    of_main = [each for each in found if each.rpartition(".")[0] in stems]
    return of_main[0] if len(of_main) == 1 else None


def _script_handlers(archive: zipfile.ZipFile) -> Iterator[str]:
    for name in _own_scripts(archive):
        text = _COMMENT.sub("", archive.read(name).decode(errors="replace"))
        functions = {each[each.lastgroup or 0] for each in _EXPORTS.finditer(text)}
        yield from (f"{posixpath.splitext(name)[0]}.{each}" for each in sorted(functions))


def _own_scripts(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield the files that Lambda could load: a name with another dot in it, it can't."""
    for name in archive.namelist():
        stem, ending = posixpath.splitext(name)
        own = "node_modules" not in name.split("/") and not _is_installed(archive, name)
        if ending in _SCRIPTS and own and "." not in posixpath.basename(stem):
            yield name


def _python_handlers(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield functions that are called as handlers are, at most one folder deep."""
    for name in archive.namelist():
        if not name.endswith(".py") or name.count("/") > 1 or _is_installed(archive, name):
            continue
        module = name.removesuffix(".py").replace("/", ".")
        yield from (f"{module}.{each}" for each in _names(archive.read(name)) if each in _FUNCTIONS)


def _names(source: bytes) -> Iterator[str]:
    """Yield what a module defines; of one that can't be parsed, what it seems to."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        yield from {each[1] for each in _DEFINED.finditer(source.decode(errors="replace"))}
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        else:
            targets = getattr(node, "targets", [])
            yield from (each.id for each in targets if isinstance(each, ast.Name))


def _is_installed(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a file is a dependency's."""
    return archive.getinfo(name).comment == DEPENDENCY
