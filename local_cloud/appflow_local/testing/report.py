"""What a failing test shows of the cloud: tracebacks of connectors, and AppFlow's last calls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from appflow_local.call_commands import line
from appflow_local.cloud import CloudError
from appflow_local.server_log import printable
from appflow_local.testing.calls import kept_calls

if TYPE_CHECKING:
    from appflow_local.testing.own_cloud import OwnCloud

Section = tuple[str, str]

_LAST = 10
_MOST_LINES = 60


def sections(own: OwnCloud) -> list[Section]:
    """Return sections for pytest's report: a heading and a text each."""
    try:
        made = kept_calls(own.workbench)
    except CloudError as error:
        return [("the local cloud", str(error))]
    return [*_failures(made), *_last(made)]


def _failures(made: list[dict[str, Any]]) -> Iterator[Section]:
    failed = [call for call in made if _traceback(call)]
    if failed:
        call = failed[-1]
        yield f"{call['label']}'s traceback, in {call['operation']}", _traceback(call)


def _traceback(call: Mapping[str, Any]) -> str:
    answer, printed = call["answer"], str(call["printed"])
    if isinstance(answer, Mapping) and answer.get("errorType") and "isSuccess" not in answer:
        return _of_lambda(answer)
    start = printed.find("Traceback (most recent call last)")
    return _shown(printed[start:]) if start >= 0 else ""


def _of_lambda(answer: Mapping[str, Any]) -> str:
    """Return the error with which a function ended. Source: Lambda developer guide, errors."""
    trace = answer.get("stackTrace") or answer.get("trace") or []
    lines = trace if isinstance(trace, list) else [trace]
    said = f"{answer.get('errorType')}: {answer.get('errorMessage')}"
    return _shown("".join(f"{str(each).rstrip()}\n" for each in lines) + said)


def _last(made: list[dict[str, Any]]) -> Iterator[Section]:
    if not made:
        return
    lines = [shown for call in made[-_LAST:] for shown in _told(call)]
    earlier = len(made) - _LAST
    heading = "AppFlow's last calls" + (f" ({earlier} earlier ones)" if earlier > 0 else "")
    yield heading, "\n".join(lines)


def _told(call: Mapping[str, Any]) -> Iterator[str]:
    yield line(call)  # type: ignore[arg-type] # it is a dict
    for printed in str(call["printed"]).splitlines()[-_MOST_LINES:]:
        yield f"    printed: {printable(printed)}"
    if call["error"]:
        yield f"    sent: {printable(json.dumps(call['request']))}"


def _shown(text: str) -> str:
    return "\n".join(printable(each) for each in text.splitlines()[-_MOST_LINES:])
