"""What the user gets to see of the checks: lines while they are made, a summary, JSON and JUnit."""

from __future__ import annotations

import html
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from appflow_local.check.model import Outcome, Status
from appflow_local.command_arguments import UsageError
from appflow_local.server_log import printable

_MARKS: dict[Status, str] = {"passed": "ok", "failed": "FAILED", "warned": "warning",
                             "skipped": "skipped"}  # fmt: skip
_COLOURS: dict[Status, str] = {"passed": "32", "failed": "31;1", "warned": "33", "skipped": "2"}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTH = 34


class Table:
    """Lines that appear as the checks are made.

    Args:
        stream: where they are printed; in colour if it is a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._coloured = stream.isatty()
        self._area = ""
        self._notes: list[str] = []

    def note(self, text: str) -> None:
        """Print what may explain the problems that follow, and again before all problems."""
        self._notes.append(printable(text))
        self._print(f"  {self._notes[-1]}")

    def add(self, outcome: Outcome) -> None:
        """Print what came of a check; of a problem, what to do, too."""
        check = outcome.check
        if check.area != self._area:
            self._area = check.area
            self._print(
                f"\n{check.area}" if not self._coloured else f"\n\x1b[1m{check.area}\x1b[0m"
            )
        self._line(outcome)

    def _line(self, outcome: Outcome) -> None:
        check, status = outcome.check, outcome.status
        mark = f"{_MARKS[status]:<8}"
        if self._coloured:
            mark = f"\x1b[{_COLOURS[status]}m{mark}\x1b[0m"
        self._print(f"  {mark} {check.id:<{_WIDTH}} {check.title}")
        if status in ("failed", "warned"):
            self._print(f"           {printable(outcome.detail)}")
            self._print(f"           -> {check.remedy}. (Source: {check.source})")

    def end(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        """Print what the skipped checks would need, the problems once more, and the summary."""
        needs = Counter(each.detail for each in outcomes if each.status == "skipped")
        if needs:
            self._print("\nskipped, because each needs something:")
        for detail, count in needs.most_common():
            self._print(f"  {count:>3}  {printable(detail)}")
        problems = [each for each in outcomes if each.status in ("failed", "warned")]
        if problems:
            self._print("\nproblems, once more:")
            for line in self._notes:
                self._print(f"  {line}")
        for each in sorted(problems, key=lambda each: each.status):  # failed before warned
            self._line(each)
        counts = summary(outcomes)
        shown = ", ".join(f"{count} {status}" for status, count in counts.items())
        self._print(f"\n{len(outcomes)} checks in {seconds:.1f} s: {shown}")

    def _print(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


def summary(outcomes: Iterable[Outcome]) -> dict[Status, int]:
    """How many checks ended how."""
    counted = Counter(each.status for each in outcomes)
    every: tuple[Status, ...] = ("passed", "failed", "warned", "skipped")
    return {status: counted[status] for status in every}


def as_json(connector: str, outcomes: Sequence[Outcome]) -> str:
    """The report of `--json`."""
    checks = [
        {
            "id": each.check.id,
            "severity": each.check.severity,
            "status": each.status,
            "title": each.check.title,
            "detail": each.detail,
            "remedy": each.check.remedy,
            "source": each.check.source,
        }
        for each in outcomes
    ]
    report = {"connector": connector, "summary": summary(outcomes), "checks": checks}
    return json.dumps(report, indent=2) + "\n"


def as_junit(connector: str, outcomes: Sequence[Outcome], seconds: float) -> str:
    """The report of `--junit`: a test case for each check; a warning is no failure there."""
    counts = summary(outcomes)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<testsuites>",
        f'  <testsuite name="{_xml(f"appflow-local check {connector}")}" tests="{len(outcomes)}" '
        f'failures="{counts["failed"]}" errors="0" skipped="{counts["skipped"]}" '
        f'time="{seconds:.3f}">',
        *(_case(each) for each in outcomes),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _case(outcome: Outcome) -> str:
    check, detail = outcome.check, _xml(outcome.detail)
    text = f"{detail}\n{_xml(check.remedy)}"
    inner = {
        "passed": "",
        "failed": f'<failure message="{detail}">{text}</failure>',
        "warned": f"<system-out>{text}</system-out>",
        "skipped": f'<skipped message="{detail}"/>',
    }[outcome.status]
    begin = f'    <testcase classname="{check.area}" name="{check.id}" time="0">'
    return f"{begin}{inner}</testcase>"


def _xml(text: str) -> str:
    return html.escape(_NOT_IN_XML.sub("?", text))


def write(option: str, file: Path, text: str) -> None:
    """Write a report, into a folder that may not be there yet.

    Raises:
        UsageError: it can't be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(
            f"{option} {file} can't be written ({error.strerror}): name another file"
        ) from error


def stdout() -> Table:
    """The table on standard output."""
    return Table(sys.stdout)
