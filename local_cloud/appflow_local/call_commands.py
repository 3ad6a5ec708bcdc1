"""``appflow-local calls`` and ``invoke``: a connector's calls, watched and made."""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from appflow_local.closed_output import check_output
from appflow_local.cloud import LocalCloud
from appflow_local.command_arguments import Commands, UsageError, add_since, running
from appflow_local.server_log import printable
from appflow_local.workbench_client import WorkbenchClient

OPERATIONS = (
    "DescribeConnectorConfiguration",
    "ValidateConnectorRuntimeSettings",
    "ValidateCredentials",
    "ListEntities",
    "DescribeEntity",
    "QueryData",
    "RetrieveData",
    "WriteData",
)
_POLL_SECONDS = 0.3
_KILO = 1024


def add_commands(commands: Commands) -> None:
    """Add ``calls`` and ``invoke``."""
    _add_calls(
        commands.add_of_cloud("calls", _calls, "print the calls that AppFlow made to connectors")
    )
    _add_invoke(
        commands.add_of_cloud(
            "invoke", _invoke, "call a registered connector, and print what it answers"
        )
    )


def _add_calls(command: argparse.ArgumentParser) -> None:
    command.add_argument("--follow", "-f", action="store_true", help="keep printing new calls")
    command.add_argument(
        "--json", action="store_true", help="print whole calls, a line of JSON each"
    )
    command.add_argument(
        "--label", help="only calls of this connector; * stands for any characters, here and below"
    )
    command.add_argument("--function", metavar="NAME", help="only calls of this function")
    command.add_argument("--flow", help="only calls for this flow")
    command.add_argument(
        "--run", dest="execution", metavar="ID", help="only calls for this run, by its execution ID"
    )
    add_since(command)


def _add_invoke(command: argparse.ArgumentParser) -> None:
    command.add_argument("label", metavar="LABEL", help="the connector's label")
    command.add_argument(
        "operation", metavar="OPERATION", choices=OPERATIONS, help=", ".join(OPERATIONS)
    )
    command.add_argument("--profile", metavar="NAME", help="default: the connector's only one")
    command.add_argument("--entity", metavar="NAME", help="the entity's identifier")
    command.add_argument("--filter", metavar="TEXT", help="a filter expression")
    command.add_argument("--fields", metavar="A,B", help="default: all that can be retrieved")
    command.add_argument("--page", metavar="TOKEN", help="a nextToken")
    command.add_argument(
        "--records", metavar="FILE", type=Path, help="records, or IDs, a line of JSON each"
    )
    command.add_argument("--json", metavar="TEXT", help="members of the request to replace")


def _calls(options: argparse.Namespace) -> int:
    cloud, is_empty = running(options.port), True
    for call in _kept_and_coming(cloud, options):
        print(json.dumps(call) if options.json else line(call), flush=options.follow)
        is_empty = False
    if is_empty and not options.follow:
        print(f"appflow-local: {_why_none(cloud, options)}", file=sys.stderr)
    return 0


def _wanted(options: argparse.Namespace) -> dict[str, str | None]:
    return {
        "label": options.label,
        "function": options.function,
        "flow": options.flow,
        "run": options.execution,
    }


def _why_none(cloud: LocalCloud, options: argparse.Namespace) -> str:
    with WorkbenchClient(cloud) as client:
        names = client.names()
    if not any(names.values()):
        return "no call has been made to a connector yet"
    for kind, wanted in _wanted(options).items():
        if wanted is not None and not fnmatch.filter(names[kind], wanted):
            known = ", ".join(names[kind]) or "none"
            return printable(f"no call of the {kind} {wanted} is kept; {kind}s with calls: {known}")
    return "no call is kept that is all of what was asked for: leave an option out"


def _invoke(options: argparse.Namespace) -> int:
    with WorkbenchClient(running(options.port)) as client:
        answer = client.invoke(_question(options))
    call, error = answer["call"], answer["error"]
    if call is not None:
        for printed in call["printed"].splitlines():
            print(printable(printed), file=sys.stderr)
        print(json.dumps(call["answer"], indent=2))
        print(line(call), file=sys.stderr)
    if error is not None:
        message = printable(error["message"].replace("\n", " "))
        print(f"appflow-local: {error['code']}: {message}", file=sys.stderr)
        return 2 if call is None and error["code"] == "ValidationException" else 1
    return 0 if (call["answer"] or {}).get("isSuccess") is True else 1


def line(call: dict[str, Any]) -> str:
    """One line about a call."""
    took, size = f"{call['milliseconds']:.0f} ms", _size(call["answerBytes"])
    flow = f" for {call['flow']}" if call["flow"] else ""
    fault = f" (fault: {call['fault']})" if call["fault"] else ""
    return printable(
        f"#{call['id']} {call['time'][11:23]} {call['label']} {call['operation']}"
        f"{_asked(call['request'])}{flow}{fault}: {_outcome(call)}, {took}, {size}"
    )


def _kept_and_coming(cloud: LocalCloud, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    after, since = 0, options.since.isoformat() if options.since else None
    with WorkbenchClient(cloud) as client:
        while True:
            page = client.calls(after, since=since, **_wanted(options))
            yield from page
            if page:
                after = page[-1]["id"]
            elif not options.follow or cloud.pid is None:
                return
            else:
                check_output()
                time.sleep(_POLL_SECONDS)


def _question(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "label": options.label,
        "operation": options.operation,
        "profile": options.profile,
        "entity": options.entity,
        "filter": options.filter,
        "fields": options.fields.split(",") if options.fields else None,
        "page": options.page,
        "records": _records(options.records) if options.records else [],
        "members": _members(options.json) if options.json else {},
    }


def _records(file: Path) -> Sequence[str]:
    try:
        lines = [each for each in file.read_text(encoding="utf-8").split("\n") if each.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--records {file} can't be read ({error}): give a file of lines"
        ) from error
    return lines


def _members(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"--json {text!r} is not JSON ({error}): give an object") from error
    if not isinstance(found, dict):
        raise UsageError(f"--json {text!r} is not an object: give one like '{{\"maxResults\": 1}}'")
    return found


def _asked(request: dict[str, Any]) -> str:
    entity, page = request.get("entityIdentifier"), request.get("nextToken")
    return (f" {entity}" if entity else "") + (f" page {page}" if page else "")


def _outcome(call: dict[str, Any]) -> str:
    if call["error"]:
        return str(call["error"]).splitlines()[0]
    if call["refusal"]:
        return f"AppFlow refused it: {call['refusal']}".splitlines()[0]
    answer = call["answer"]
    if not isinstance(answer, dict) or answer.get("isSuccess") is not True:
        details = answer.get("errorDetails") if isinstance(answer, dict) else None
        if not isinstance(details, dict):
            return "no success"
        return f"{details.get('errorCode')}: {details.get('errorMessage')}"
    records = answer.get("records") or answer.get("writeRecordResults")
    return f"{len(records)} records" if isinstance(records, list) else "success"


def _size(size: int) -> str:
    return f"{size} B" if size < _KILO else f"{size / _KILO:.0f} KB"
