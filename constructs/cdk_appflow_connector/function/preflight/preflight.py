"""Asks a connector what AppFlow will ask it, before anything is deployed."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from cdk_appflow_connector.function.bundling.bundle import Bundle
from cdk_appflow_connector.function.bundling.requirements import SUPPLIED
from cdk_appflow_connector.function.bundling.target import Target
from cdk_appflow_connector.function.bundling.uv_command import EXTRA, find_python
from cdk_appflow_connector.function.preflight.configuration_rules import broken_rules
from cdk_appflow_connector.function.preflight.finding import Finding

# Source: AppFlow Custom Connector SDK for Java, "SDK Restrictions".
_LIMIT_SECONDS = 10
_NO_SDK = (
    "the connector needs {}, which is not installed here: install the extra `python`, which brings "
    f"it: {EXTRA}"
)
# Source: AppFlow Custom Connector SDK, DescribeConnectorConfigurationRequest.
_EVENT = {"type": "DescribeConnectorConfigurationRequest", "locale": "en-US"}
_SCRIPT = str(Path(__file__).with_name("ask_connector.py"))
_COMPILED = {".so", ".pyd", ".dylib"}
# Known: Lambda's Python runtimes have setuptools, and pkg_resources with it, up to Python 3.11.
_SETUPTOOLS = {"pkg_resources", "setuptools"}
_LAST_WITH_SETUPTOOLS = 11


class SkippedError(Exception):
    """The connector can't be asked on this machine; the text gives every reason and its remedy."""


@dataclass(frozen=True)
class Preflight:
    """A bundled connector, asked at synth.

    It runs in a process of its own that has 10 seconds for each request, the environment variables
    given and no AWS credentials.

    Args:
        bundle: the bundle.
        handler: the function's handler.
        environment: the environment variables that are known.
    """

    bundle: Bundle
    handler: str
    environment: Mapping[str, str]

    def outcomes(self, events: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
        """Send requests until one is a success, to which the others are alternatives.

        Each has an `answer`, a `failure`, or a `missing` module of the runtime; one that wasn't
        sent has nothing. A failure for want of time is `late`, too.

        Raises:
            SkippedError: this machine can't run what is bundled for the function's.
            ValueError: a requirement can't be installed.
        """
        # The connector may have left there what can't be removed.
        with TemporaryDirectory(ignore_cleanup_errors=True) as work:
            folder = Path(work, "bundle")
            self.bundle.write(folder)
            python = _python(folder, self.bundle.target)
            return _ask(python, folder, self.handler, self.environment, Path(work), events)

    def check(self) -> Checked:
        """Ask for the configuration, and find what AppFlow would refuse.

        Raises:
            SkippedError, ValueError: as for `outcomes`.
        """
        (outcome,) = self.outcomes([_EVENT])
        return Checked([*_findings_of(outcome, self.bundle.target)], _success(outcome))


class FurtherQuestions:
    """What a connector is asked after its configuration, until it is late once.

    Args:
        preflight: the connector.
    """

    def __init__(self, preflight: Preflight) -> None:
        self._preflight = preflight
        self._is_late = False

    def answers(
        self, events: Sequence[Mapping[str, object]]
    ) -> Sequence[Mapping[str, object] | None]:
        """Send requests; None stands for an answer that isn't a success, or didn't come."""
        if self._is_late:  # each further question would take as long
            return [None] * len(events)
        outcomes = self._preflight.outcomes(events)
        self._is_late = any("late" in outcome for outcome in outcomes)
        return [_success(outcome) for outcome in outcomes]


@dataclass(frozen=True)
class Checked:
    """What was found about a connector's configuration, and the configuration if it told it."""

    findings: Sequence[Finding]
    configuration: Mapping[str, object] | None


def _success(outcome: Mapping[str, object]) -> Mapping[str, object] | None:
    answer = outcome.get("answer")
    is_success = isinstance(answer, Mapping) and answer.get("isSuccess") is True
    return answer if is_success and isinstance(answer, Mapping) else None


def _findings_of(outcome: Mapping[str, object], target: Target) -> Iterator[Finding]:
    if "missing" in outcome:
        yield _missing(str(outcome["missing"]), target)
    elif "failure" in outcome:
        yield Finding(f"the connector failed: {outcome['failure']}")
    else:
        yield from _findings(outcome["answer"])


def _python(folder: Path, target: Target) -> str:
    """The path of a Python that runs the bundle as Lambda's does."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    python = sys.executable if here == target.python else find_python(target.python)
    reasons = []
    if python is None:
        reasons.append(
            f"this is Python {here}, the function's is {target.python}, and uv finds none here: "
            f"run `uv python install {target.python}`, or give the function the runtime of this "
            f"Python, `lambda_.Runtime.PYTHON_{here.replace('.', '_')}`"
        )
    if compiled := _compiled_for_another(folder, target):
        reasons.append(
            f"{compiled} runs on Linux with {target.machine} only: synthesise there, or give the "
            "function this machine's architecture"
        )
    if reasons and not _sdk_folders():
        reasons.append(_NO_SDK.format("boto3"))
    if reasons or python is None:
        raise SkippedError("; ".join(reasons))
    return python


def _missing(module: str, target: Target) -> Finding:
    if module in _SETUPTOOLS:
        if int(target.python.split(".")[1]) > _LAST_WITH_SETUPTOOLS:
            return Finding(
                f"the connector failed: no module named {module!r}, which Lambda has up to Python "
                "3.11 only: require setuptools"
            )
        return Finding(
            f"the connector imports {module}, which Lambda's Python {target.python} has and this "
            "preflight has not, so nothing more is checked: require setuptools, which is bundled "
            "then",
            is_error=False,
        )
    if module == SUPPLIED:
        raise SkippedError(f"the connector imports {module}, which is on Lambda only")
    raise SkippedError(_NO_SDK.format(module))


def _findings(answer: object) -> Iterator[Finding]:
    if not isinstance(answer, Mapping):
        yield Finding(f"the connector answered {answer!r}, which is not an object")
    elif answer.get("isSuccess") is not True:
        details = answer.get("errorDetails")
        yield Finding(f"the connector's answer has no isSuccess: true; errorDetails: {details}")
    else:
        yield from broken_rules(answer)


def _ask(
    python: str,
    folder: Path,
    handler: str,
    environment: Mapping[str, str],
    work: Path,
    events: Sequence[Mapping[str, object]],
) -> Sequence[Mapping[str, object]]:
    answers, request = work / "answers.json", work / "request.json"
    asked = {
        "bundle": str(folder),
        "handler": handler,
        "events": events,
        "sdk": _sdk_folders(),
        "answers": str(answers),
    }
    # Not an argument: settings may be longer than the system admits there.
    request.write_text(json.dumps(asked), encoding="utf-8")
    try:
        done = subprocess.run(  # noqa: S603 - a Python, with arguments of our own
            [python, "-I", "-S", "-B", _SCRIPT, str(request)],
            cwd=folder,
            env=_environment(environment, work),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LIMIT_SECONDS * len(events),
        )
        rest: dict[str, object] = {"failure": f"its process ended with exit code {done.returncode}"}
    except subprocess.TimeoutExpired:
        failure = f"no answer in {_LIMIT_SECONDS} s, which is AppFlow's limit"
        rest = {"failure": failure, "late": True}
    outcomes: list[Mapping[str, object]] = []
    if answers.exists():
        outcomes += json.loads(answers.read_text(encoding="utf-8"))
    return outcomes + [rest] * (len(events) - len(outcomes))


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


def _compiled_for_another(folder: Path, target: Target) -> str | None:
    """The name of a compiled module that this machine can't load."""
    if sys.platform == "linux" and platform.machine() == target.machine:
        return None
    return next((path.name for path in folder.rglob("*") if path.suffix in _COMPILED), None)
