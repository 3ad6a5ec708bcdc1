"""What a failing test shows of the cloud: tracebacks of connectors, and AppFlow's last calls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from appflow_local.call_commands import line
from appflow_local.cloud import CloudError
from appflow_local.server_log import printable
from appflow_local.testing.calls import kept_calls
from appflow_local.workbench_client import WorkbenchClient

Section = tuple[str, str]

_LAST = 10
_MOST_LINES = 60
_MOST_SENT = 400
_TRACEBACK = "Traceback (most recent call last)"
# Where MiniStack unpacks a function, and the frames of what calls its handler there.
_UNPACKED = re.compile(r'File "[^"\n]*/ministack-lambda-[^/"\n]+/code/([^"\n]+)"')
_CALLERS = re.compile(
    r'^  File "[^"\n]*/ministack-lambda-[^/"\n]+/_worker\.py".*\n(?:    .*\n)*', re.MULTILINE
)


def sections(workbench: WorkbenchClient, sources: Mapping[str, Path]) -> list[Section]:
    """Return sections for pytest's report: a heading and a text each.

    Args:
        workbench: the cloud's.
        sources: the folder of each connector, by its label.
    """
    try:
        made = kept_calls(workbench)
    except CloudError as error:
        return [("the local cloud", str(error))]
    return [*_failures(made, sources), *_last(made)]


def _failures(made: list[dict[str, Any]], sources: Mapping[str, Path]) -> Iterator[Section]:
    found = [(call, text) for call in made if (text := _traceback(call))]
    if found:
        call, text = found[-1]
        shown = _CALLERS.sub("", f"{text}\n")
        if (folder := sources.get(call["label"])) is not None:
            shown = _UNPACKED.sub(lambda match: f'File "{folder / match[1]}"', shown)
        yield f"{call['label']}'s traceback, in {call['operation']}", _lines(shown)


def _traceback(call: Mapping[str, Any]) -> str:
    answer, printed = call["answer"], str(call["printed"])
    if (start := printed.find(_TRACEBACK)) >= 0:
        return printed[start:]
    if isinstance(answer, Mapping) and answer.get("errorType") and not call["fault"]:
        return _of_lambda(answer)
    return ""


def _of_lambda(answer: Mapping[str, Any]) -> str:
    """Return the error with which a function ended.

    Known of The workbench (Lambda Developer Guide, the function errors of the managed runtimes):
    the members of the error with which a function ends.
    """
    trace = answer.get("stackTrace") or answer.get("trace") or []
    lines = trace if isinstance(trace, list) else [trace]
    said = f"{answer.get('errorType')}: {answer.get('errorMessage')}"
    return "".join(f"{str(each).rstrip()}\n" for each in lines) + said


def _last(made: list[dict[str, Any]]) -> Iterator[Section]:
    if made:
        lines = [shown for call in made[-_LAST:] for shown in _told(call)]
        earlier = len(made) - _LAST
        heading = "AppFlow's last calls" + (f" ({earlier} earlier ones)" if earlier > 0 else "")
        yield heading, "\n".join(lines)


def _told(call: dict[str, Any]) -> Iterator[str]:
    yield line(call)
    printed, _, _ = str(call["printed"]).partition(_TRACEBACK)
    for each in printed.splitlines()[-_MOST_LINES:]:
        yield f"    printed: {printable(each)}"
    if call["error"]:
        request = {key: item for key, item in call["request"].items() if key != "connectorContext"}
        yield f"    sent: {printable(json.dumps(request))[:_MOST_SENT]}"


def _lines(text: str) -> str:
    return "\n".join(printable(each) for each in text.splitlines()[-_MOST_LINES:])
