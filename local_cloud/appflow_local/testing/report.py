"""What a failing test shows of the cloud: tracebacks of connectors, and AppFlow's last calls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from appflow_local.call_commands import line
from appflow_local.cloud import CloudError
from appflow_local.function_paths import with_own_paths
from appflow_local.server_log import printable
from appflow_local.testing.calls import kept_calls
from appflow_local.testing.errors import short
from appflow_local.workbench_client import WorkbenchClient

Section = tuple[str, str]

_LAST = 10
_MOST_LINES = 60
_MOST_SENT = 400
_TRACEBACK = "Traceback (most recent call last)"


def sections(
    workbench: WorkbenchClient, sources: Mapping[str, Path], since: str | None = None
) -> list[Section]:
    """Return sections for pytest's report: a heading and a text each.

    Args:
        workbench: the cloud's.
        sources: the folder of each connector, by its label.
        since: the cloud's time when the test began, of a cloud that wasn't emptied then.
    """
    try:
        made = kept_calls(workbench, since=since)
    except CloudError as error:
        return [("the local cloud", str(error))]
    return [*_failures(made, sources), *_last(made)]


def shorten(longrepr: object, error: BaseException) -> None:
    """Let the line of pytest's summary about a failed test begin with what is wrong."""
    place = getattr(longrepr, "reprcrash", None)
    if place is not None and (said := short(error)) is not None:
        place.message = said


def _failures(made: list[dict[str, Any]], sources: Mapping[str, Path]) -> Iterator[Section]:
    found = [(call, text) for call in made if (text := _traceback(call))]
    if found:
        call, text = found[-1]
        shown = with_own_paths(text, sources.get(call["label"]))
        yield f"{call['label']}'s traceback, in {call['operation']}", _lines(shown)


def _traceback(call: Mapping[str, Any]) -> str:
    answer, printed = call["answer"], str(call["printed"])
    if (start := _start_of_trace(call)) is not None:
        return printed[start:]
    if isinstance(answer, Mapping) and answer.get("errorType") and not call["fault"]:
        return _of_lambda(answer)
    return ""


def _start_of_trace(call: Mapping[str, Any]) -> int | None:
    """Return where a stack trace begins in what a function in Python or Node.js printed."""
    answer, printed = call["answer"], str(call["printed"])
    if (start := printed.find(_TRACEBACK)) >= 0:
        return start
    if not isinstance(answer, Mapping) or not answer.get("errorType"):
        return None
    told = re.compile(
        rf"^{re.escape(str(answer['errorType']))}\b.*(?:\n.*)*?\n {{4}}at ", re.MULTILINE
    )
    found = told.search(printed)
    return found.start() if found else None


def _of_lambda(answer: Mapping[str, Any]) -> str:
    """Return the error with which a function in Java ended.

    Known of The workbench (Lambda Developer Guide, the function errors of the managed runtimes):
    the members of the error with which a function ends.
    """
    trace = answer.get("stackTrace") or []
    said = f"{answer.get('errorType')}: {answer.get('errorMessage')}"
    return "\n".join([said, *(f"    at {each}" for each in trace)])


def _last(made: list[dict[str, Any]]) -> Iterator[Section]:
    if made:
        lines = [shown for call in made[-_LAST:] for shown in _told(call)]
        earlier = len(made) - _LAST
        heading = "AppFlow's last calls" + (f" ({earlier} earlier ones)" if earlier > 0 else "")
        yield heading, "\n".join(lines)


def _told(call: dict[str, Any]) -> Iterator[str]:
    yield line(call)
    printed = str(call["printed"])[: _start_of_trace(call)]
    for each in printed.splitlines()[-_MOST_LINES:]:
        yield f"    printed: {printable(each)}"
    if call["error"]:
        request = {key: item for key, item in call["request"].items() if key != "connectorContext"}
        yield f"    sent: {printable(json.dumps(request))[:_MOST_SENT]}"


def _lines(text: str) -> str:
    return "\n".join(printable(each) for each in text.splitlines()[-_MOST_LINES:])
