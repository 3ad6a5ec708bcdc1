"""The server's log: how it is written, and how `appflow-local logs` selects from it.

A record is a line `TIME LEVEL [SOURCE] TEXT`, with the time in UTC. More lines of the same record,
such as those of a traceback, are indented, so that no text can pass for another record.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import asyncio

FUNCTION_SOURCE: Final = "function "
"""With a function's name after it, the source of the records that hold the function's output."""

_INDENT: Final = "    "
_LONGEST_LINE: Final = 4096
_RECORD: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) [A-Z]+ \[([^\]]*)\] ?(.*)")
_TRACEBACK: Final = "Traceback (most recent call last):"
_ERROR_LINE: Final = re.compile(r"\[ERROR\]|Task timed out after|Runtime\.[A-Z]\w+: ")
# "at FUNCTION (FILE:LINE:COLUMN)" of Node.js, "at CLASS.METHOD(FILE:LINE)" of Java.
_FRAME: Final = re.compile(r"\s+(?:at \S|\.\.\. \d+ (?:more|common frames))")
_HEAD: Final = re.compile(
    r"(?:Uncaught |Caused by: |Exception in thread \"[^\"]*\" )?[\w.$]*(?:Error|Exception)\b"
)
_MOST_LINES_OF_A_MESSAGE: Final = 30
_AGO: Final = re.compile(r"(\d+)([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def write_readable_log() -> None:
    """Write this process's log to standard error in the form that `Selection` reads."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter())
    handler.addFilter(_says_something)
    # The first to configure the root logger decides: MiniStack's own settings come later.
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def ignore_lost_connections(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Handle a loop's unhandled exceptions; a client that is gone before its answer is none."""
    # Imported late: only the server has a loop, and commands read its log.
    import asyncio

    if not isinstance(context.get("exception"), (OSError, asyncio.TimeoutError)):
        loop.default_exception_handler(context)


def _says_something(record: logging.LogRecord) -> bool:
    try:
        return bool(record.exc_info or record.getMessage().strip())
    except Exception:  # noqa: BLE001 - of arguments that don't fit: the handler tells, and goes on
        return True


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        head = f"{moment}.{int(record.msecs):03d}Z {record.levelname} [{record.name}] "
        record.message = record.getMessage()
        text = self.formatMessage(record)
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        return head + f"\n{_INDENT}".join(printable(line) for line in text.splitlines())


def printable(line: str) -> str:
    """Return a line without what a terminal would obey, and cut if it is very long."""
    shown = "".join(_shown(each) for each in line)
    return shown if len(shown) <= _LONGEST_LINE else f"{shown[:_LONGEST_LINE]}…"


def _shown(character: str) -> str:
    is_harmless = character.isprintable() or character == "\t"
    return character if is_harmless else repr(character)[1:-1]


def with_levels(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield what a function printed with a level: ERROR for stack traces and Lambda's error lines.

    Args:
        lines: what an invocation printed, whole: what comes before its frames belongs to a trace.
    """
    errors = _python_traces(lines) | _traces_with_frames_below(lines)
    for number, line in enumerate(lines):
        is_error = number in errors or bool(_ERROR_LINE.match(line))
        yield logging.ERROR if is_error else logging.INFO, line


def _python_traces(lines: Sequence[str]) -> set[int]:
    found, is_traceback = set(), False
    for number, line in enumerate(lines):
        is_traceback = is_traceback or line.startswith(_TRACEBACK)
        if is_traceback:
            found.add(number)
        # Indented lines are frames; the first other one names the exception, and ends it.
        if is_traceback and line.strip() and not line.startswith((" ", _TRACEBACK)):
            is_traceback = False
    return found


def _traces_with_frames_below(lines: Sequence[str]) -> set[int]:
    """Those of Node.js and Java: the error, of one line or more, then its frames."""
    found: set[int] = set()
    for number, line in enumerate(lines):
        if not _FRAME.match(line):
            continue
        found.add(number)
        first = number - 1
        if first in found or first < 0:
            continue
        earliest = max(number - _MOST_LINES_OF_A_MESSAGE, 0)
        heads = (each for each in range(first, earliest - 1, -1) if _HEAD.match(lines[each]))
        found.update(range(next(heads, first), number))
    return found


@dataclass(frozen=True)
class Selection:
    """Which records of a log to show.

    Args:
        function: a function's name, in which `*` stands for any characters: its output, and what
            names it. None: all records.
        since: only records from then on.
    """

    function: re.Pattern[str] | None = None
    since: datetime | None = None

    def of(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield the lines of the records that are selected; what is no record of a log is not."""
        is_selected = self == Selection()
        for line in lines:
            if record := _RECORD.match(line):
                is_selected = self._selects(*record.groups())
            if is_selected:
                yield line

    def _selects(self, moment: str, source: str, text: str) -> bool:
        if self.since and _moment(moment) < self.since:
            return False
        return self.function is None or bool(
            self.function.search(source if source.startswith(FUNCTION_SOURCE) else text)
        )


def functions_in(lines: Iterable[str]) -> list[str]:
    """The names of the functions whose output is in a log."""
    sources = (record[2] for line in lines if (record := _RECORD.match(line)))
    found = {each for each in sources if each.startswith(FUNCTION_SOURCE)}
    return sorted(each.removeprefix(FUNCTION_SOURCE) for each in found)


def function_pattern(text: str) -> re.Pattern[str]:
    """Read a function's name, its ARN or its log group; `*` stands for any characters.

    Raises:
        ValueError: it is none of them.
    """
    name = text.rpartition(":function:")[2].removeprefix("/aws/lambda/").partition(":")[0]
    if not re.fullmatch(r"[\w*-]+", name, re.ASCII):
        raise ValueError(f"{text!r} isn't a function's name: give one like Shop-Connector*")
    pattern = r"[\w-]*".join(map(re.escape, name.split("*")))
    return re.compile(rf"(?<![\w-]){pattern}(?![\w-])")


def moment_of(text: str, now: datetime) -> datetime:
    """Read a time: how long before `now`, like 10m, or ISO 8601, local unless it says otherwise.

    Raises:
        ValueError: it is neither.
    """
    try:
        if ago := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} isn't a time: give one like 30s, 10m, 2h, 1d or 2026-01-31T09:00"
        ) from None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
