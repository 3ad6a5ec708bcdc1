"""Writes the code that documents show into them, from the files that the tests run.

A page names the file above its block of code, and the file's region if it shows only that::

    <!-- code: docs/snippets/flow.py#flow -->

In the file, ``# region flow`` and ``# endregion`` enclose it. So a page reads the same on GitHub,
in an editor and on the site. Run it as `python -m scripts.page_code`, or with `make format`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
_BLOCK = re.compile(
    r"(?P<marker><!-- code: (?P<file>[^ #]+)(?:#(?P<region>\w+))? -->\n)"
    r"(?P<fence>`{3,}\w*\n).*?^(?P<end>`{3,})$",
    re.DOTALL | re.MULTILINE,
)
_REGION_LINE = re.compile(r"^\s*(?:#|//) (?:region \w+|endregion)\n", re.MULTILINE)


class MissingCodeError(Exception):
    """A page names a file or a region that isn't there."""


def main() -> None:
    """Bring every page up to date."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        if (new := updated(text)) != text:
            page.write_text(new, encoding="utf-8")


def pages() -> Iterator[Path]:
    """The documents that may show code."""
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md"):
        yield from sorted(REPOSITORY.glob(pattern))


def updated(text: str) -> str:
    """Return a page's text with the code of today in it.

    Raises:
        MissingCodeError: a file or region isn't there.
    """
    return _BLOCK.sub(
        lambda block: (
            block["marker"] + block["fence"] + _code(block["file"], block["region"]) + block["end"]
        ),
        text,
    )


def _code(file: str, region: str | None) -> str:
    path = REPOSITORY / file
    if not path.is_file():
        raise MissingCodeError(f"there is no {file}: name a file from the repository's root")
    text = path.read_text(encoding="utf-8")
    if region is not None:
        text = _region(text, region, file)
    return _REGION_LINE.sub("", text).strip("\n") + "\n"


def _region(text: str, region: str, file: str) -> str:
    found = re.search(
        rf"^\s*(?:#|//) region {region}\n(.*?)^\s*(?:#|//) endregion$",
        text,
        re.DOTALL | re.MULTILINE,
    )
    if found is None:
        raise MissingCodeError(f"{file} has no region {region}: add `# region {region}`")
    return textwrap.dedent(found[1])


if __name__ == "__main__":
    main()
