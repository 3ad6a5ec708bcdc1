"""Puts what was measured into docs/benchmarks.md, between the markers there, and into its chart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks import chart
from benchmarks.results import Kept, Results, read, write
from benchmarks.sections import Section
from benchmarks.taken import sentences

_PART: Final = re.compile(r"(<!-- begin: ([a-z-]+) -->\n).*?(<!-- end: \2 -->)", flags=re.DOTALL)
TAKEN: Final = "taken"
"""The part that says when all the others were measured."""

Sections = Mapping[str, Section[Any]]


def keep(name: str, kept: Kept, sections: Sections, docs: Path) -> None:
    """Write what a section has measured; leave the other sections alone."""
    results = {**read(docs), name: kept}
    page = docs / "benchmarks.md"
    written = {TAKEN: sentences(results, sections), name: _part(name, sections[name], results)}
    write(results, docs)
    page.write_text(_with(page.read_text(encoding="utf-8"), written), encoding="utf-8")
    if name in chart.SECTIONS:
        (docs / "benchmarks.svg").write_text(chart.chart(results), encoding="utf-8")


def filled(page: str, results: Results, sections: Sections) -> str:
    """Return the page with what was measured in its parts."""
    return _with(page, parts(results, sections))


def _with(page: str, written: Mapping[str, str]) -> str:
    def part(found: re.Match[str]) -> str:
        return found[1] + written[found[2]] + found[3] if found[2] in written else found[0]

    return _PART.sub(part, page)


def parts(results: Results, sections: Sections) -> dict[str, str]:
    """Return each part of the page, in Markdown."""
    return {
        TAKEN: sentences(results, sections),
        **{name: _part(name, section, results) for name, section in sections.items()},
    }


def _part(name: str, section: Section[Any], results: Results) -> str:
    command = f"`make bench ONLY={name}`"
    if name not in results:
        return f"\nNot measured yet: {command}.\n\n"
    taken = results[name]["taken"]
    told = ", ".join(filter(None, [command, f"on {taken['date']}", taken["load"]]))
    return f"{section.shown(results[name]['figures'])}{told}.\n\n"
