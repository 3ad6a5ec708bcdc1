"""Collects what the code of the local cloud says of the behaviour that it imitates, and where from.

A note begins a line of a docstring or comment under `local_cloud/appflow_local`, and ends at the
next one or with its paragraph::

    Known (API reference StopFlow): a scheduled flow is deactivated.
    Inferred of DescribeFlow (the same): the flow is `Suspended` then.

The standing is `Known`, `Inferred`, `Chosen`, `Refused` or `Not emulated`. In parentheses is the
source, or what it follows from; "the same" is the source of the note before it. `of` names the
heading under which it stands on its page, if that isn't where its function or module belongs
(`scripts/behaviour_pages.py`). What the model refuses (`not_emulated`, `limit`) is collected, too.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "local_cloud" / "appflow_local"

_NOTE = re.compile(
    r"^(?P<standing>Known|Inferred|Chosen|Refused|Not emulated)"
    r"(?: of (?P<heading>[^(:]+?))?(?: \((?P<source>(?:[^()]|\([^()]*\))*)\))?: (?P<text>.*)"
)
_BEGINNING = re.compile(
    r"^(?=(?:Known|Inferred|Chosen|Refused|Not emulated)(?: of [^(:.]+)?(?:\s\(|:))", re.MULTILINE
)
_LOOSE = re.compile(
    r"\b[Ii]nferred\b|\b[Nn]ot documented\b|(?:^|[.;] )(?:Known|Chosen|Sources?)(?: \w+)*:"
)
_SAME = re.compile(r"^the same(?=$|[,;])")  # not "whether they are the same"
_REFUSALS = frozenset({"not_emulated", "limit"})
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Note:
    """What a docstring or comment says of a behaviour.

    Attributes:
        module: The file, below the package.
        function: The function in whose docstring it is; empty elsewhere.
        heading: The heading that it names; empty if none.
        standing: `known`, `inferred`, `chosen`, `refused` or `not emulated`.
        text: The behaviour.
        source: Where that is from, or what it follows from; may be empty.
    """

    module: str
    function: str
    heading: str
    standing: str
    text: str
    source: str


def notes() -> list[Note]:
    """Return all notes, by module."""
    return [note for path in sorted(PACKAGE.rglob("*.py")) for note in notes_in(path)]


def notes_in(path: Path, package: Path = PACKAGE) -> Iterator[Note]:
    """Yield the notes of one module, in the order of its lines."""
    module, code = path.relative_to(package).as_posix(), path.read_text(encoding="utf-8")
    source = ""
    for function, piece in _pieces(code):
        if found := _NOTE.match(piece):
            source = _SAME.sub(lambda _match, before=source: before, found["source"] or "")
            heading, standing = found["heading"] or "", found["standing"].lower()
            yield Note(module, function, heading, standing, found["text"], source)
    for text in _refusals(ast.parse(code)):
        if not text.startswith("…"):  # it would say nothing without what varies
            yield Note(module, "", "", "refused", text, "")


def loose_remarks(path: Path) -> list[str]:
    """Return what speaks of sources or inferences and is no note, so that no page would have it."""
    pieces = [piece for _function, piece in _pieces(path.read_text(encoding="utf-8"))]
    return [
        each
        for each in pieces
        if not _NOTE.match(each) and (_BEGINNING.match(each) or _LOOSE.search(each))
    ]


def _pieces(code: str) -> Iterator[tuple[str, str]]:
    """Yield the notes, and the paragraphs that are none, each with its function."""
    for _line, function, text in sorted([*_docstrings(ast.parse(code)), *_comments(code)]):
        for paragraph in _BLANK_LINES.split(text):
            for piece in _BEGINNING.split(textwrap.dedent(paragraph)):
                if piece.strip():
                    yield function, _one_line(piece)


def _docstrings(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield the line, function and text of each string that documents what is around or above."""
    for parent in ast.walk(tree):
        function = parent.name if isinstance(parent, ast.FunctionDef) else ""
        body = getattr(parent, "body", None)
        for node in body if isinstance(body, list) else []:  # a lambda's is an expression
            value = node.value if isinstance(node, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(text := value.value, str):
                first, _, rest = text.partition("\n")
                yield node.lineno, function, f"{first}\n{textwrap.dedent(rest)}"


def _comments(code: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line and text of each block of comment lines; they belong to no function."""
    lines = code.splitlines()
    number = 0
    while number < len(lines):
        first = number
        while number < len(lines) and lines[number].strip().startswith("# "):
            number += 1
        if number > first:
            yield first + 1, "", "\n".join(line.strip()[2:] for line in lines[first:number])
        number += 1


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _refusals(tree: ast.AST) -> Iterator[str]:
    """Yield the texts with which the model refuses, an ellipsis for what varies."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _REFUSALS:
            text = node.args[0]
            if isinstance(text, ast.Constant):
                yield str(text.value)
            elif isinstance(text, ast.JoinedStr):
                yield "".join(
                    str(each.value) if isinstance(each, ast.Constant) else "…"
                    for each in text.values
                )
