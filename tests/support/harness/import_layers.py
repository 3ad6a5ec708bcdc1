"""Imports that run against a package's layers, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path


def imports_against(layers: Sequence[Sequence[str]], package: Path, name: str) -> list[str]:
    """Say which files import a part of their package that is not in a layer below their own.

    A part is a folder or a module right below the package; its ``__init__.py`` is the roof.

    Args:
        layers: the parts, from the ground up. A part that is in none is reported, too.
        package: the package's folder.
        name: the package's dotted name.
    """
    height = {part: level for level, parts in enumerate([*layers, ["__init__"]]) for part in parts}
    problems = []
    for path in sorted(package.rglob("*.py")):
        file = path.relative_to(package)
        part = file.with_suffix("").parts[0]
        if part not in height:
            problems.append(f"{file} is in no layer")
            continue
        for other in _parts_imported(path, [*name.split("."), *file.parent.parts], name):
            # What is no part comes from the package's __init__.py.
            if other != part and height.get(other, len(layers)) >= height[part]:
                problems.append(f"{file} imports {other or name}")
    return problems


def _parts_imported(path: Path, folder: list[str], name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for imported in _imported(node, folder):
            if f"{imported}.".startswith(f"{name}."):
                yield imported.removeprefix(name).lstrip(".").partition(".")[0]


def _imported(node: ast.AST, folder: list[str]) -> list[str]:
    """The dotted names of what a statement in a file of the folder imports."""
    if isinstance(node, ast.Import):
        return [item.name for item in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    above = folder[: len(folder) - node.level + 1] if node.level else []
    module = ".".join([*above, *filter(None, [node.module])])
    return [f"{module}.{item.name}" for item in node.names]
