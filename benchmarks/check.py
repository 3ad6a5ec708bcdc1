"""`make bench-check`: measures what has a budget, and fails when one is exceeded.

Usage: python -m benchmarks.check [SECTION ...]. Without any, all are that don't take very long.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.checks import CHECKS, Checked
from benchmarks.running import UnknownNamesError, chosen, one_by_one, report
from benchmarks.sections import LONG
from benchmarks.workplace import Workplace
from harness.interrupts import let_children_be_interrupted

Checks = Mapping[str, Callable[[Workplace], Iterable[Checked]]]


def check(names: Iterable[str], place: Workplace, checks: Checks) -> int:
    """Print each budget beside what was measured; 1 if one is exceeded or not measured."""
    exceeded: list[str] = []
    failed = one_by_one({name: partial(_check, checks[name], place, exceeded) for name in names})
    code = report(failed)
    for line in exceeded:
        print(line)
    return code or int(bool(exceeded))


def _check(
    measure: Callable[[Workplace], Iterable[Checked]], place: Workplace, exceeded: list[str]
) -> None:
    for checked in measure(place):
        line = _line(checked)
        print(line, flush=True)
        if checked.measured > checked.most:
            exceeded.append(line)


def _line(checked: Checked) -> str:
    verdict = "OVER" if checked.measured > checked.most else "ok"
    return f"{verdict:5}{checked.name:55}{checked.measured:10.4g} (at most {checked.most:g})"


def main() -> int:
    """Check the budgets of the sections that are named."""
    let_children_be_interrupted()
    try:
        names = chosen(sys.argv[1:], list(CHECKS), LONG)
    except UnknownNamesError as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        return check(names, Workplace(Path(folder)), CHECKS)


if __name__ == "__main__":
    raise SystemExit(main())
