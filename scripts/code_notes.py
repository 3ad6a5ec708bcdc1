"""Writes docs/local-cloud/notes.md: what the code of the local cloud says of its own sources.

A note is a sentence in a docstring or comment under `local_cloud/appflow_local` that begins with
`Source:`, `Known:`, `Inferred:`, `Not documented:` or `Chosen:`; it ends at the next one, or with
its paragraph. What the model refuses (`not_emulated`) is collected, too. Run it as
`python -m scripts.code_notes`, or with `make format`.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "local_cloud" / "appflow_local"
PAGE = REPOSITORY / "docs" / "local-cloud" / "notes.md"

TOPICS = {
    "Connectors": ("appflow/connectors/", "appflow/asking.py"),
    "Connector profiles": ("appflow/profiles/",),
    "Entities": ("appflow/metadata/", "appflow/account/metadata_cache.py"),
    "Flows": ("appflow/flows/", "appflow/flow_definition/"),
    "Runs": ("appflow/execution/",),
    "What a flow does to records": ("appflow/transfer/",),
    "Requests, tokens, tags and keys": ("appflow/",),
    "CloudFormation types": ("stack_types/",),
    "MiniStack": ("ministack_adapter/",),
    "Functions and the machine": ("",),
}
"""The beginnings of paths under each topic. The first topic that fits has the module."""

_MARKER = re.compile(
    r"(?:(?<=^)|(?<=[.;] ))(?P<also>Also )?(?:"
    r"(?P<source>Sources?(?: (?:of|for) [^:.]+)?:)"
    r"|(?P<known>Known(?P<origin>,? from [^:]+)?:)"
    r"|(?P<inferred>[Ii]nferred(?P<basis>,? from [^:]+)?[:.])"
    r"|(?P<chosen>(?:Not documented[^:.]*|[Cc]hosen):))(?: |$)"
)
_SAYS_SO = re.compile(r"\b(?:inferred|not documented)\b", re.IGNORECASE)
_HEAD = """\
# Notes in the code

<!-- written by scripts/code_notes.py: `make format` -->

What the emulator's code says of where its behaviour comes from, module by module under \
`local_cloud/appflow_local`. [How true it is](fidelity.md) is the short version.

- *Known*: AWS's documentation or SDKs state it, or public reports show it; the note names it.
- *Inferred*: it follows from them, but none of them states it.
- *Chosen*: no document says what AppFlow does; the note says what happens here.
- *Refused*: AppFlow does it, the emulator doesn't. The request fails with this text.
"""


@dataclass(frozen=True)
class Note:
    """What a docstring or comment says of a behaviour.

    Attributes:
        module: The file, below the package.
        subject: What it is about: the first sentence of the docstring, or the constant's line.
        standing: `known`, `inferred`, `chosen` or `refused`.
        text: The source, or what is inferred, chosen or refused.
    """

    module: str
    subject: str
    standing: str
    text: str


def main() -> None:
    """Bring the page up to date."""
    PAGE.write_text(page(notes()), encoding="utf-8")


def notes() -> list[Note]:
    """Return all notes, by module."""
    return [note for path in sorted(PACKAGE.rglob("*.py")) for note in notes_in(path)]


def notes_in(path: Path, package: Path = PACKAGE) -> Iterator[Note]:
    """Yield the notes of one module, in the order of its lines."""
    module, code = path.relative_to(package).as_posix(), path.read_text(encoding="utf-8")
    found = [*_docstrings(ast.parse(code), code), *_comments(code)]
    for _line, subject, text in sorted(found):
        for paragraph in _paragraphs(text):
            for standing, note in _parts(paragraph):
                yield Note(module, subject, standing, note)
    for text in _refusals(ast.parse(code)):
        yield Note(module, "the request", "refused", text)


def uncollected(path: Path) -> list[str]:
    """Return the paragraphs that call something inferred or not documented without a marker."""
    code = path.read_text(encoding="utf-8")
    found = [*_docstrings(ast.parse(code), code), *_comments(code)]
    paragraphs = [each for _line, _subject, text in found for each in _paragraphs(text)]
    return [each for each in paragraphs if _SAYS_SO.search(each) and not _MARKER.search(each)]


def page(every: list[Note]) -> str:
    """Return the page, in Markdown."""
    parts = [_HEAD]
    for topic in TOPICS:
        here = [note for note in every if _topic(note.module) == topic]
        parts += [f"\n## {topic}\n"] if here else []
        for module, group in groupby(here, key=lambda note: note.module):
            parts.append(f"\n### `{module}`\n\n| of | standing | note |\n|---|---|---|\n")
            parts += [
                f"| {_cell(note.subject)} | {note.standing} | {_cell(note.text)} |\n"
                for note in group
            ]
    return "".join(parts)


def _topic(module: str) -> str:
    return next(name for name, starts in TOPICS.items() if module.startswith(starts))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _docstrings(tree: ast.AST, code: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line, subject and text of each string that documents what is around or above it."""
    for parent in ast.walk(tree):
        above: ast.AST | None = None
        body = getattr(parent, "body", None)
        for node in body if isinstance(body, list) else []:  # a lambda's is an expression
            value = node.value if isinstance(node, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(text := value.value, str):
                yield node.lineno, _subject(text, above, code), text
            above = node


def _subject(text: str, above: ast.AST | None, code: str) -> str:
    first = " ".join(text.split("\n\n")[0].split())
    marker = _MARKER.search(first)
    sentence = first[: marker.start()].strip() if marker else first
    if not sentence and above is not None:
        return f"`{(ast.get_source_segment(code, above) or '').splitlines()[0]}`"
    return sentence.removesuffix(".")


def _comments(code: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line, subject and text of each block of comment lines."""
    lines = code.splitlines()
    number = 0
    while number < len(lines):
        first = number
        while number < len(lines) and lines[number].strip().startswith("# "):
            number += 1
        if number > first and number < len(lines):
            text = " ".join(line.strip()[2:] for line in lines[first:number])
            yield first + 1, f"`{lines[number].strip()}`", text
        number += 1


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", textwrap.dedent(text)):
        yield " ".join(paragraph.split())


def _parts(paragraph: str) -> Iterator[tuple[str, str]]:
    """Yield the standing and the text of each note in a paragraph."""
    found = list(_MARKER.finditer(paragraph))
    ends = [*(marker.start() for marker in found), len(paragraph)][1:]
    for marker, end in zip(found, ends, strict=True):
        said = paragraph[marker.end() : end].strip().rstrip(";")
        if marker["source"]:
            yield "known", f"{marker['source']} {said}"
        elif marker["known"]:
            origin = (marker["origin"] or "").lstrip(",").strip()
            yield "known", said + (f" ({origin[0].upper()}{origin[1:]})" if origin else "")
        elif marker["inferred"]:
            basis = (marker["basis"] or "").lstrip(",").strip()
            before = re.split(r"(?<=[.:]) ", paragraph[: marker.start()].strip())[-1]
            text = said or before
            yield "inferred", text + (f" ({basis[0].upper()}{basis[1:]})" if basis else "")
        else:
            heading = marker["chosen"]
            yield "chosen", said if heading.lower() == "chosen:" else f"{heading} {said}"


def _refusals(tree: ast.AST) -> Iterator[str]:
    """Yield the texts that `not_emulated` is called with, an ellipsis for what varies."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "not_emulated":
            text = node.args[0]
            if isinstance(text, ast.Constant):
                yield str(text.value)
            elif isinstance(text, ast.JoinedStr):
                yield "".join(
                    str(each.value) if isinstance(each, ast.Constant) else "…"
                    for each in text.values
                )


if __name__ == "__main__":
    main()
