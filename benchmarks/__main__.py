"""`make bench`: measures sections of docs/benchmarks.md, and writes each as soon as it is there.

Usage: python -m benchmarks [SECTION ...]. Without any, all are measured that don't take very long.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.document import Sections, keep
from benchmarks.results import DOCS
from benchmarks.running import UnknownNamesError, chosen, one_by_one, report
from benchmarks.sections import LONG, SECTIONS
from benchmarks.taken import load, taken_now
from benchmarks.workplace import Workplace
from harness.interrupts import let_children_be_interrupted


def measure(
    names: Sequence[str], place: Workplace, docs: Path, sections: Sections
) -> dict[str, str]:
    """Measure these sections and write each; return what was wrong with those that failed."""
    return one_by_one({name: partial(_measure, name, place, docs, sections) for name in names})


def _measure(name: str, place: Workplace, docs: Path, sections: Sections) -> None:
    section, before = sections[name], load()
    figures = section.measure(place)
    taken = taken_now(section.rounds, before)
    keep(name, {"taken": taken, "figures": figures}, sections, docs)
    print(f"\n==> {name}\n{section.shown(figures).strip()}\n", flush=True)


def main() -> int:
    """Measure, print and write; 1 if something could not be measured."""
    let_children_be_interrupted()
    try:
        names = chosen(sys.argv[1:], list(SECTIONS), LONG)
    except UnknownNamesError as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        return report(measure(names, Workplace(Path(folder)), DOCS, SECTIONS))


if __name__ == "__main__":
    raise SystemExit(main())
