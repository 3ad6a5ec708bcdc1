"""Follows a page as its reader would: writes its files, makes its edits and runs its commands.

A comment above a block says what the block is:

- `<!-- code: FILE -->`: the reader's file of that name, below the folder of the page's snippets;
- `<!-- edit: FILE -->`: a change to it, as lines to remove and to add, and to find them by;
- `<!-- not run: REASON -->`: nothing.

Of a `console` block, lines after `$ ` are commands and the others what they print; `…` stands for
anything.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:^<!-- (?P<kind>code|edit|not run): (?P<what>[^\n]+?) -->\n)?"
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass
class Reader:
    """Someone who follows a page in a folder of their own.

    Attributes:
        folder: Where they work.
        snippets: What the names of the page's files begin with.
        variables: Their environment.
        commands: What they have run.
    """

    folder: Path
    snippets: str
    variables: Mapping[str, str]

    def follow(self, page: str) -> Iterator[str]:
        """Do what the page says; yield each command once it has printed what the page shows."""
        for block in _BLOCK.finditer(page):
            kind, text = block["kind"], block["text"]
            if kind == "code":
                self._write(block["what"].removeprefix(self.snippets), text)
            elif kind == "edit":
                self._edit(block["what"], text)
            elif kind is None and block["language"] == "console":
                yield from self._run(text)

    def _write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def _edit(self, name: str, change: str) -> None:
        file = self.folder / name
        lines = change.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line.startswith(("-", " ")))
        after = "".join(line[1:] for line in lines if line.startswith(("+", " ")))
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name} has not one {before!r}"
        file.write_text(text.replace(before, after), encoding="utf-8")

    def _run(self, text: str) -> Iterator[str]:
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=self.folder,
                env=dict(self.variables),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            assert shows(done.stdout, expected), f"$ {command}\n{done.stdout}"
            yield command


def shows(printed: str, expected: str) -> bool:
    """Whether output is what a page shows of it."""
    pattern = re.escape(expected.strip()).replace("…", ".*")
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None
