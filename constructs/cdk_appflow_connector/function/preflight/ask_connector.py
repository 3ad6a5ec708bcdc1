"""Asks a bundled connector for its configuration, as AppFlow does when it registers it.

A script for an isolated Python without site-packages: `ask_connector.py FILE`, FILE with a JSON
object of the `bundle` folder, the `handler`, the `events`, the `sdk` folders and the file to which
it writes the list of `answers`, after each of them. It asks until one is a success, and leaves an
empty object for each event after it. It runs on every Python that Lambda has, from 3.9. The
connector sees what it sees on Lambda: its bundle, the standard library and the AWS SDK.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

# What Lambda's Python runtimes bring, with what it is made of.
_RUNTIME_SDK = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}
# Lambda's own, or what its Python brings up to 3.11; they need not be on this machine.
_RUNTIME_TOOLS = {"awslambdaric", "pkg_resources", "setuptools"}


class RuntimeSdk:
    """Finds the AWS SDK, and nothing else, where this machine has it."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module of the SDK; those inside it are found by way of it."""
        wanted = path is None and name in _RUNTIME_SDK
        return PathFinder.find_spec(name, self._folders, target) if wanted else None


class Context:
    """What Lambda tells a function about its invocation."""

    aws_request_id = "00000000-0000-0000-0000-000000000000"
    function_name = "preflight"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:preflight"
    log_group_name = "/aws/lambda/preflight"
    log_stream_name = "preflight"
    memory_limit_in_mb = "256"

    def get_remaining_time_in_millis(self) -> int:
        """AppFlow's limit for the answer."""
        return 10_000


def ask(handler: str, event: dict[str, str]) -> dict[str, object]:
    """Call the handler: its `answer`, or a `failure`, or a `missing` module of the runtime."""
    module, _, function = handler.rpartition(".")
    try:
        found = getattr(importlib.import_module(module.replace("/", ".")), function)
        answer = found(event, Context())
        json.dumps(answer)
    except BaseException as error:  # noqa: BLE001 - a connector may raise anything, SystemExit too
        if isinstance(error, ModuleNotFoundError) and error.name in _RUNTIME_SDK | _RUNTIME_TOOLS:
            return {"missing": error.name}
        return {"failure": _in_short(error)}
    return {"answer": answer}


def _in_short(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error}"  # with file and line
    text = traceback.format_exception_only(type(error), error)[-1].strip()
    place = _place(error)
    return f"{text} ({place})" if place else text


def _place(error: BaseException) -> str:
    """The last line of the bundle's that the error came by; empty if there is none."""
    bundle = Path(sys.path[0]).resolve()
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename).resolve()
        if bundle in file.parents:
            return f"{file.relative_to(bundle)}, line {frame.lineno}"
    return ""


def main(request: dict[str, Any]) -> None:
    """Ask one after the other, as a warm Lambda is asked, and write what came of it."""
    sys.path.insert(0, request["bundle"])
    sys.meta_path.append(RuntimeSdk(request["sdk"]))
    answers, outcomes = Path(request["answers"]), []
    is_told = False
    for event in request["events"]:
        outcome = {} if is_told else ask(request["handler"], event)
        outcomes.append(outcome)
        answer = outcome.get("answer")
        is_told = is_told or (isinstance(answer, dict) and answer.get("isSuccess") is True)
        whole = answers.with_suffix(".part")
        whole.write_text(json.dumps(outcomes), encoding="utf-8")
        whole.replace(answers)  # so that whoever ends this process finds a whole file


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    # Lambda doesn't wait for what a connector leaves running, either.
    os._exit(0)
