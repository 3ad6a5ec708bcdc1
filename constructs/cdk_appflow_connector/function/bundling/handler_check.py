"""Finds a handler by reading the connector's source, without running it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from cdk_appflow_connector.function.bundling.asset import Files
from cdk_appflow_connector.function.bundling.target import Target


def check_handler(handler: str, files: Files, target: Target) -> None:
    """Raise ValueError unless the files hold the handler, ``module.function``."""
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
    tree = _parse(path, files[path].content, target)
    if tree is not None and not {function, "*"} & set(_names(tree.body)):
        raise ValueError(f"handler {handler!r} has no function: {path} does not define {function}")


def _module_path(module: str, files: Files) -> str | None:
    stem = module.replace(".", "/")
    return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in files), None)


def _parse(path: str, content: bytes, target: Target) -> ast.Module | None:
    try:
        return ast.parse(content, path)
    except SyntaxError as mistake:
        if sys.version_info < tuple(map(int, target.python.split("."))):
            return None  # It may be syntax that only the function's newer Python knows.
        raise ValueError(f"{path}, line {mistake.lineno}: {mistake.msg}") from mistake


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
