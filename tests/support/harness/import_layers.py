"""Imports that run against a package's layers, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path


def imports_against(layers: Sequence[Sequence[str]], folder: Path, package: str) -> list[str]:
    """Say which files import a part of their package that is not in a layer below their own.

    A part is a folder or a module right below the package; its ``__init__.py`` is the roof.

    Args:
        layers: the parts, from the ground up. Parts that are in none are reported, too.
        folder: the package's folder.
        package: the package's dotted name.
    """
    height = {part: level for level, parts in enumerate([*layers, ["__init__"]]) for part in parts}
    problems = []
    for path in sorted(folder.rglob("*.py")):
        file = path.relative_to(folder)
        part = file.with_suffix("").parts[0]
        if part not in height:
            problems.append(f"{file} is in no layer")
            continue
        for name in imported_names(path):
            other = name.removeprefix(f"{package}.").partition(".")[0]
            is_inside = f"{name}.".startswith(f"{package}.")
            # What is no part comes from the package's __init__.py.
            is_against = other != part and height.get(other, len(layers)) >= height[part]
            if name.startswith(".") or (is_inside and is_against):
                problems.append(f"{file} imports {name}")
    return problems


def imported_names(path: Path) -> Iterator[str]:
    """The dotted names of what a file imports; those of relative imports begin with a dot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (f"{module}.{item.name}" for item in node.names)
