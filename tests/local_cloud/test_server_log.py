"""The server's log: a record a line, and the selection that `appflow-local logs` makes."""

from __future__ import annotations

import asyncio
import logging
import ssl
import sys
from datetime import datetime, timedelta, timezone

import pytest

from appflow_local.server_log import (
    FUNCTION_SOURCE,
    Selection,
    _Formatter,
    _says_something,
    function_pattern,
    functions_in,
    ignore_lost_connections,
    moment_of,
    with_levels,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)


def written(text: str, source: str = "appflow", at: datetime = NOON, **members: object) -> str:
    record = logging.makeLogRecord(
        {"name": source, "msg": "%s", "args": (text,), "levelname": "INFO", **members}
    )
    record.created, record.msecs = at.timestamp(), 7.0
    return _Formatter().format(record)


LOG = "\n".join(
    [
        written("started"),
        written("asked", f"{FUNCTION_SOURCE}shop"),
        written("asked, too", f"{FUNCTION_SOURCE}shop-2"),
        written("shop refused: no owner", at=NOON + timedelta(minutes=5)),
        written("two\nlines of shop-2", at=NOON + timedelta(minutes=6)),
    ]
).splitlines()


def shown(function: str | None = None, since: datetime | None = None) -> list[str]:
    pattern = function_pattern(function) if function else None
    return [line.rpartition("] ")[2] for line in Selection(pattern, since).of(LOG)]


def test_a_record_has_its_time_in_utc_its_level_and_its_source() -> None:
    assert written("started") == "2026-01-31T12:00:00.007Z INFO [appflow] started"


def test_a_text_with_more_lines_cannot_pass_for_another_record() -> None:
    forged = f"asked\n{written('nothing happened')}"
    _, second = written(forged).splitlines()
    assert second == f"    {written('nothing happened')}"


def test_what_a_terminal_would_obey_is_shown_and_long_lines_are_cut() -> None:
    assert written("\x1b[2Jgone\x00") == written(r"\x1b[2Jgone\x00")
    assert len(written("x" * 100_000)) < 5000


@pytest.mark.parametrize(
    ("record", "is_written"),
    [
        ({"msg": " \n"}, False),
        ({"msg": "", "exc_info": (ValueError, ValueError("no owner"), None)}, True),
        ({"msg": "%d calls", "args": ("two",)}, True),  # the handler tells of it
    ],
)
def test_only_what_says_nothing_is_left_out(record: dict[str, object], is_written: bool) -> None:
    assert _says_something(logging.makeLogRecord(record)) is is_written


def test_a_traceback_is_indented() -> None:
    try:
        raise ValueError("odd")
    except ValueError:
        lines = written("failed", exc_info=sys.exc_info()).splitlines()
    assert lines[1] == "    Traceback (most recent call last):"
    assert lines[-1] == "    ValueError: odd"


PRINTED = """asked
Traceback (most recent call last):
  File "shop.py", line 1, in handler
    raise KeyError("x")
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
ValueError: odd
[ERROR] 2026 lost
asked again"""


def test_a_functions_tracebacks_and_error_lines_are_errors() -> None:
    found = [line for level, line in with_levels(PRINTED.splitlines()) if level == logging.ERROR]
    others = ("asked", "asked again", "", PRINTED.splitlines()[6])
    assert found == [line for line in PRINTED.splitlines() if line not in others]


IN_NODE = """asked
TypeError: Cannot read properties of null
  of two lines (reading 'y')
    at query (/var/task/index.js:67:9)
    at async exports.handler (/var/task/index.js:80:12)
asked again: at last
Runtime.NodeJsExit: The Lambda runtime client detected an unexpected Node.js exit code."""
IN_JAVA = """asked
java.lang.IllegalStateException: no luck
\tat com.example.Shop.query(Shop.java:31)
Caused by: java.io.IOException: gone
\tat com.example.Shop.read(Shop.java:40)
\t... 1 more
no luck
\tat Shop.odd(Shop.java:3)"""


@pytest.mark.parametrize(
    ("printed", "others"),
    [(IN_NODE, ["asked", "asked again: at last"]), (IN_JAVA, ["asked"])],
    ids=["node", "java"],
)
def test_stack_traces_of_other_languages_are_errors_too(printed: str, others: list[str]) -> None:
    found = [line for level, line in with_levels(printed.splitlines()) if level == logging.INFO]
    assert found == others


def test_without_a_filter_everything_is_shown() -> None:
    assert list(Selection().of([*LOG, "no record"])) == [*LOG, "no record"]


@pytest.mark.parametrize(
    "name", ["shop", "/aws/lambda/shop", "arn:aws:lambda:eu-west-1:123456789012:function:shop:live"]
)
def test_of_a_function_its_output_and_what_names_it_are_shown(name: str) -> None:
    assert shown(name) == ["asked", "shop refused: no owner"]


def test_a_star_stands_for_what_follows() -> None:
    assert shown("shop*") == ["asked", "asked, too", "shop refused: no owner"]


def test_from_a_time_on_records_are_shown_whole() -> None:
    assert shown(since=NOON + timedelta(minutes=6)) == ["two", "    lines of shop-2"]


def test_functions_that_printed_are_named() -> None:
    assert functions_in(LOG) == ["shop", "shop-2"]


@pytest.mark.parametrize("text", ["", "a b", "shop[12]"])
def test_what_is_no_functions_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="isn't a function's name: give one like"):
        function_pattern(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30s", NOON - timedelta(seconds=30)),
        ("10m", NOON - timedelta(minutes=10)),
        ("2h", NOON - timedelta(hours=2)),
        ("1d", NOON - timedelta(days=1)),
        ("2026-01-31T09:00:00Z", NOON - timedelta(hours=3)),
        ("2026-01-31T10:00:00+01:00", NOON - timedelta(hours=3)),
    ],
)
def test_a_time_is_so_long_ago_or_iso_8601(text: str, moment: datetime) -> None:
    assert moment_of(text, NOON) == moment


@pytest.mark.parametrize("text", ["", "10", "ten minutes", "5w", "99999999999d", "31.1.2026"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="isn't a time: give one like 30s"):
        moment_of(text, NOON)


@pytest.mark.parametrize("lost", [TimeoutError(), ConnectionResetError(), ssl.SSLError()])
def test_a_client_that_is_gone_leaves_no_traceback(
    lost: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.new_event_loop()
    ignore_lost_connections(loop, {"message": "Unhandled", "exception": lost})
    assert caplog.text == ""
    ignore_lost_connections(loop, {"message": "Unhandled", "exception": ValueError("a defect")})
    assert "a defect" in caplog.text
    loop.close()
