"""Finds a handler, and mistakes on the way to it, by reading the source without running it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from cdk_appflow_connector.function.bundling.asset import Files
from cdk_appflow_connector.function.bundling.target import Target

# Python's words for what no version of it accepts: the layout and the brackets of the source.
_NEVER_VALID = re.compile(
    "was never closed|unmatched|does not match opening|unterminated string|unterminated triple|"
    "expected an indented block|unexpected indent|unindent does not match|inconsistent use of tabs"
)
_FORMATTED = re.compile(r"\b[rR]?[fFtT][rR]?[\"']")


def check_handler(handler: str, files: Files, target: Target) -> None:
    """Check that the files hold the handler, ``module.function``.

    Raises:
        ValueError: they don't, or its module, or one that it imports first of all, has a syntax
            error that every version of Python refuses.
    """
    module, dot, function = handler.rpartition(".")
    if not dot or not module or not function.isidentifier():
        raise ValueError(f"handler {handler!r} must be module.function, like 'crm.lambda_handler'")
    path = _module_path(module, files)
    if path is None:
        stem = module.replace(".", "/")
        raise ValueError(
            f"handler {handler!r} has no module: the folder has neither {stem}.py nor "
            f"{stem}/__init__.py (of a handler that a requirement brings, import it in a module of "
            "the folder, and name that)"
        )
    tree = _parsed(path, files, target)[path]
    if tree is not None and not {function, "*"} & set(_names(tree.body)):
        raise ValueError(f"handler {handler!r} has no function: {path} does not define {function}")


def _module_path(module: str, files: Files) -> str | None:
    stem = module.replace(".", "/")
    return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in files), None)


def _parsed(path: str, files: Files, target: Target) -> dict[str, ast.Module | None]:
    """The module and those of the files that it imports while it loads, by their paths."""
    found: dict[str, ast.Module | None] = {}
    waiting = [path]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = tree = _parse(path, files[path].content, target)
            waiting.extend(_imported(path, tree, files) if tree else ())
    return found


def _parse(path: str, content: bytes, target: Target) -> ast.Module | None:
    try:
        return ast.parse(content, path)
    except SyntaxError as mistake:
        is_older = sys.version_info < tuple(map(int, target.python.split(".")))
        if is_older and not _is_one_in_every_version(mistake):
            return None  # It may be syntax that only the function's newer Python knows.
        raise ValueError(f"{path}, line {mistake.lineno}: {mistake.msg}") from None


def _imported(path: str, tree: ast.Module, files: Files) -> Iterator[str]:
    """The files that the module's own statements import; not those in a branch or a function."""
    for statement in tree.body:
        names: list[str] = []
        if isinstance(statement, ast.Import):
            names = [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            package = path.split("/")[: -statement.level] if statement.level else []
            base = ".".join([*package, *filter(None, [statement.module])])
            names = [base, *(f"{base}.{alias.name}" for alias in statement.names)]
        for name in names:
            if found := _module_path(name, files):
                yield found


def _is_one_in_every_version(mistake: SyntaxError) -> bool:
    # Brackets and quotes inside an f-string are read otherwise from Python 3.12 on.
    before = (mistake.text or "")[: mistake.offset or 0]
    return bool(_NEVER_VALID.search(mistake.msg)) and not _FORMATTED.search(before)


def _names(body: list[ast.stmt]) -> Iterator[str]:
    """Names that the statements bind, in branches too; ``*`` for an import of everything."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.alias):
                yield node.asname or node.name.partition(".")[0]
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name
