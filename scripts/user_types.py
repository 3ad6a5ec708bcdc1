"""Checks the Python that users copy with pyright and mypy, both strict: `make check` runs it.

pyright compares the names of arguments, in which classes of the CDK differ from the interfaces that
its own constructs ask for. What it says of an argument of such a construct is not counted, unless
this library made what is given: nothing that is written here can change it.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.docstring_examples import as_module

REPOSITORY = Path(__file__).parents[1]
# Connectors' own code is left out: AWS's SDK for them has no types.
_COPIED = (
    "app.py",
    "docs/snippets/*.py",
    "examples/*/*.py",
    "tests/constructs/every_argument.py",
)
_PYRIGHT = REPOSITORY / "node_modules" / "pyright" / "index.js"
_OTHERS = ("aws_cdk", "cdklabs")
_OWN = "cdk_appflow_connector"
_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
_SYNTH = "app.synth()\n"


def readme_app() -> str:
    """Return the app of the README, with the flow that the quick start adds to it."""
    first, second = _blocks("README.md")[0], _blocks("docs/index.md")[1]
    return f"{first.removesuffix(_SYNTH)}{second}{_SYNTH}"


def _blocks(page: str) -> list[str]:
    return _BLOCK.findall((REPOSITORY / page).read_text(encoding="utf-8"))


def problems_in(files: Sequence[Path]) -> Iterator[str]:
    """Yield what pyright says of the files, but of others' own arguments of others' constructs."""
    for found in _diagnostics(files):
        path, start = Path(found["file"]), found["range"]["start"]
        if found["severity"] == "error" and not _is_of_others(found, path):
            yield f"{path}:{start['line'] + 1}: {found['message']}"


def _diagnostics(files: Sequence[Path]) -> list[dict[str, Any]]:
    node = Path(sys.executable).with_name("node")
    with TemporaryDirectory() as work:
        # pyright takes the mode from a file only, and the files from there by relative paths.
        settings = {
            "typeCheckingMode": "strict",
            "include": [os.path.relpath(file, work) for file in files],
            "extraPaths": [os.path.relpath(REPOSITORY, work)],
        }
        Path(work, "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
        done = subprocess.run(
            [node, _PYRIGHT, "--outputjson", "--pythonpath", sys.executable, "--project", work],
            stdout=subprocess.PIPE,
            text=True,
        )
    report = json.loads(done.stdout)
    if report["summary"]["filesAnalyzed"] < len(files):
        raise RuntimeError(f"pyright looked at {report['summary']['filesAnalyzed']} files only")
    found: list[dict[str, Any]] = report["generalDiagnostics"]
    return found


def _is_of_others(found: dict[str, Any], path: Path) -> bool:
    if found.get("rule") != "reportArgumentType":
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    start = found["range"]["start"]
    called, given = _called_with(tree, (start["line"] + 1, start["character"]))
    origins = _origins(tree)
    return origins.get(called, "").startswith(_OTHERS) and not origins.get(given, "").startswith(
        _OWN
    )


def _called_with(tree: ast.Module, place: tuple[int, int]) -> tuple[str, str]:
    """Return the first names of what is called, and of the argument that has the place in it."""
    found = "", ""
    for call in ast.walk(tree):  # from the outside in
        if isinstance(call, ast.Call):
            for value in [*call.args, *(keyword.value for keyword in call.keywords)]:
                if _begin(value) <= place < _end(value):
                    found = _first_name(call.func), _first_name(value)
    return found


def _begin(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _origins(tree: ast.Module) -> dict[str, str]:
    """Return the modules of the names that the file imports, and of what is made by those."""
    origins = {
        alias.asname or alias.name: statement.module or ""
        for statement in ast.walk(tree)
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    for node in sorted(ast.walk(tree), key=lambda each: getattr(each, "lineno", 0)):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=made_by)):
                pass
            case ast.arg(arg=name, annotation=ast.expr() as made_by):
                pass
            case _:
                continue
        if origin := origins.get(_first_name(made_by)):
            origins.setdefault(name, origin)
    return origins


def _first_name(expression: ast.expr) -> str:
    return ast.unparse(expression).partition(".")[0].partition("(")[0]


def mypy_problems_in(files: Sequence[Path]) -> list[str]:
    """Return what mypy says of files that are outside of the repository."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *files],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.splitlines()


def main() -> None:
    """Check the README, the docstrings, the documents' snippets and the examples' apps."""
    os.environ.setdefault("JSII_DEPRECATED", "quiet")  # the flows' library warns of itself
    with TemporaryDirectory() as work:
        texts = {"readme.py": readme_app(), "docstrings.py": as_module()}
        written = [Path(work, name) for name in texts]
        for file in written:
            file.write_text(texts[file.name], encoding="utf-8")
        copied = [file for pattern in _COPIED for file in sorted(REPOSITORY.glob(pattern))]
        problems = [*problems_in([*written, *copied]), *mypy_problems_in(written)]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
