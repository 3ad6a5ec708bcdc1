"""Runs a connector's DescribeConnectorConfiguration before anything is deployed."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from cdk_appflow_connector.function.bundling.bundle import Bundle
from cdk_appflow_connector.function.bundling.target import Target
from cdk_appflow_connector.function.preflight.configuration_rules import Finding, broken_rules

# Source: AppFlow Custom Connector SDK for Java, "SDK Restrictions".
_LIMIT_SECONDS = 10
# Source: AppFlow Custom Connector SDK, DescribeConnectorConfigurationRequest.
_EVENT = {"type": "DescribeConnectorConfigurationRequest", "locale": "en-US"}
_SCRIPT = str(Path(__file__).with_name("ask_connector.py"))
_COMPILED = {".so", ".pyd", ".dylib"}


class SkippedError(Exception):
    """The connector cannot be asked on this machine; the text says why."""


def check_connector(
    bundle: Bundle, handler: str, environment: Mapping[str, str]
) -> Iterator[Finding]:
    """Ask the bundled connector for its configuration and yield what AppFlow would refuse.

    It runs in a process of its own that has 10 seconds, the environment variables given and no
    AWS credentials.

    Raises:
        SkippedError: this Python cannot run what is bundled for the function's.
        ValueError: a requirement cannot be installed.
    """
    _check_python(bundle.target)
    with TemporaryDirectory() as work:
        folder = Path(work, "bundle")
        bundle.write(folder)
        _check_platform(folder, bundle.target)
        outcome = _ask(folder, handler, environment, Path(work))
    if "missing" in outcome:
        raise SkippedError(f"the connector needs {outcome['missing']}, which is not installed here")
    if "failure" in outcome:
        yield Finding(f"the connector failed: {outcome['failure']}")
    else:
        yield from _findings(outcome["answer"])


def _findings(answer: object) -> Iterator[Finding]:
    if not isinstance(answer, Mapping):
        yield Finding(f"the connector answered {answer!r}, which is not an object")
    elif answer.get("isSuccess") is not True:
        details = answer.get("errorDetails")
        yield Finding(f"the connector's answer has no isSuccess: true; errorDetails: {details}")
    else:
        yield from broken_rules(answer)


def _ask(
    folder: Path, handler: str, environment: Mapping[str, str], work: Path
) -> Mapping[str, object]:
    answer = work / "answer.json"
    request = {
        "bundle": str(folder),
        "handler": handler,
        "event": _EVENT,
        "sdk": _sdk_folders(),
        "answer": str(answer),
    }
    try:
        done = subprocess.run(  # noqa: S603 - this Python, with arguments of our own
            [sys.executable, "-I", "-S", "-B", _SCRIPT, json.dumps(request)],
            cwd=folder,
            env=_environment(environment, work),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return {"failure": f"no answer in {_LIMIT_SECONDS} s, which is AppFlow's limit"}
    if not answer.exists():
        return {"failure": f"its process ended with exit code {done.returncode}"}
    outcome: Mapping[str, object] = json.loads(answer.read_text(encoding="utf-8"))
    return outcome


def _sdk_folders() -> list[str]:
    found = find_spec("boto3")
    return [str(Path(found.origin).parents[1])] if found and found.origin else []


def _environment(given: Mapping[str, str], work: Path) -> dict[str, str]:
    # A home of its own: the AWS SDK would find this user's credentials in the other.
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    region = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    system = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    runtime = {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(work), **nothing, **region}
    return {**system, **runtime, **given}


def _check_python(target: Target) -> None:
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here != target.python:
        raise SkippedError(f"this is Python {here}, and the function's is {target.python}")


def _check_platform(folder: Path, target: Target) -> None:
    if sys.platform == "linux" and platform.machine() == target.machine:
        return
    compiled = next((path for path in folder.rglob("*") if path.suffix in _COMPILED), None)
    if compiled is not None:
        raise SkippedError(f"{compiled.name} runs on Linux with {target.machine} only")
