"""A connector is asked for its configuration before anything is deployed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from aws_cdk import App, Stack, Token
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import PythonConnectorFunction
from cdk_appflow_connector.function.bundling.bundle import Bundle
from cdk_appflow_connector.function.bundling.requirements import read_requirements
from cdk_appflow_connector.function.bundling.sources import read_sources
from cdk_appflow_connector.function.bundling.target import Target
from cdk_appflow_connector.function.bundling.uv_command import find_python
from cdk_appflow_connector.function.preflight import preflight
from cdk_appflow_connector.function.preflight.preflight import (
    FurtherQuestions,
    Preflight,
    SkippedError,
)
from harness.model.appflow import sdk_answer

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
RUNTIME = lambda_.Runtime(f"python{HERE}", lambda_.RuntimeFamily.PYTHON)
ANSWER = f"ANSWER = {sdk_answer()!r}\n"
GOOD = f"{ANSWER}def run(event, context):\n    return ANSWER\n"
# A failure's text is what the connector wants to tell.
TELL = "def run(event, context):\n    raise SystemExit({})\n"


def asked(folder: Path, source: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """What the preflight finds about a connector of this source."""
    found = Preflight(bundle_of(folder, source), "crm.run", environment or {}).check().findings
    return [finding.text for finding in found]


def bundle_of(folder: Path, source: str, python: str = HERE, machine: str = "sparc") -> Bundle:
    connector = write(folder, source)
    target = Target(python, machine, 34)
    return Bundle(connector, read_sources(connector), read_requirements(connector, None), target)


def write(folder: Path, source: str) -> Path:
    connector = folder / "connector"
    connector.mkdir()
    (connector / "requirements.txt").touch()
    (connector / "crm.py").write_text(source)
    return connector


def told(folder: Path, expression: str, imports: str = "import os", **environment: str) -> str:
    (text,) = asked(folder, f"{imports}\n{TELL.format(expression)}", environment)
    return re.sub(r"^the connector failed: SystemExit: | \(crm.py, line \d+\)$", "", text)


def test_nothing_is_found_about_a_good_connector(tmp_path: Path) -> None:
    assert asked(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("import no_such_module\n", " failed: ModuleNotFoundError: No module named 'no_such_mod"),
        ("raise KeyError('CRM_URL')\n", " failed: KeyError: 'CRM_URL' (crm.py, line 1)"),
        (
            "def run(event, context): return {1: {2}}",
            " failed: TypeError: Object of type set is not",
        ),
        ("def run(event): ...", " failed: TypeError: run() takes 1 positional argument but 2"),
        ("def run(event, context): ...", " answered None, which is not an object"),
        (
            "def run(event, context): return {'isSuccess': False}",
            "'s answer has no isSuccess: true",
        ),
        ("import os\ndef run(event, context): os._exit(3)", " failed: its process ended with exit"),
    ],
)
def test_what_goes_wrong_is_told_in_its_last_line(
    tmp_path: Path, source: str, finding: str
) -> None:
    if "def run" not in source:
        source += GOOD
    (text,) = asked(tmp_path, source)
    assert text.startswith(f"the connector{finding}")


def test_a_connector_that_takes_too_long_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "_LIMIT_SECONDS", 0.5)
    (text,) = asked(tmp_path, "import time\ntime.sleep(60)")
    assert text == "the connector failed: no answer in 0.5 s, which is AppFlow's limit"


def test_what_it_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n"
    assert asked(tmp_path, f"{thread}{GOOD}") == []


def test_what_it_prints_and_leaves_behind_is_in_no_ones_way(tmp_path: Path) -> None:
    mess = "import os, sys\nprint('x' * 10**6)\nsys.stderr.write('y')\nos.makedirs('a/b')\n"
    assert asked(tmp_path, f"{mess}os.chmod('a', 0)\n{GOOD}") == []


def test_a_connector_that_was_late_is_asked_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "_LIMIT_SECONDS", 1.5)
    source = """
import time
def run(event, context):
    time.sleep(event["seconds"])
    return {"isSuccess": event["seconds"] == 0}
"""
    found = Preflight(bundle_of(tmp_path, source), "crm.run", {})
    further = FurtherQuestions(found)
    assert further.answers([{"seconds": 0}]) == [{"isSuccess": True}]
    assert further.answers([{"seconds": 0.01}, {"seconds": 60}]) == [None, None]
    assert further.answers([{"seconds": 0}]) == [None]


def test_a_connector_that_ends_its_process_has_given_the_answers_before(tmp_path: Path) -> None:
    source = "import os\ndef run(event, _): return os._exit(3) if event['end'] else event"
    found = Preflight(bundle_of(tmp_path, source), "crm.run", {})
    first, second = found.outcomes([{"end": False}, {"end": True}])
    assert first == {"answer": {"end": False}}
    assert second == {"failure": "its process ended with exit code 3"}


def test_it_is_asked_no_more_than_one_success_takes(tmp_path: Path) -> None:
    source = "def run(event, _): return {'isSuccess': event['n'] == 2, **event}"
    found = Preflight(bundle_of(tmp_path, source), "crm.run", {})
    first, second, third = found.outcomes([{"n": number} for number in (1, 2, 3)])
    assert first == {"answer": {"isSuccess": False, "n": 1}}
    assert second == {"answer": {"isSuccess": True, "n": 2}}
    assert third == {}


def test_requests_may_be_longer_than_an_argument_of_a_process(tmp_path: Path) -> None:
    event = {"settings": {f"key{number}": "\u00fc" * 2048 for number in range(50)}}
    found = Preflight(bundle_of(tmp_path, "def run(event, _): return event"), "crm.run", {})
    assert found.outcomes([event]) == [{"answer": event}]


def test_it_is_asked_as_appflow_asks(tmp_path: Path) -> None:
    assert told(tmp_path, "str(event)") == str(
        {"type": "DescribeConnectorConfigurationRequest", "locale": "en-US"}
    )


def test_it_has_its_environment_and_no_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("MINE", "1")
    names = told(tmp_path, "' '.join(sorted(os.environ))", CRM_URL="https://crm").split()
    assert "CRM_URL" in names
    secret = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")
    assert not {*secret, "MINE"} & set(names)


def test_the_aws_sdk_is_there_and_finds_no_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".aws").mkdir()
    text = "[default]\naws_access_key_id=a\naws_secret_access_key=b\n"
    (tmp_path / ".aws" / "credentials").write_text(text)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("AWS_SHARED_CREDENTIALS_FILE", raising=False)
    assert told(tmp_path, "str(boto3.Session().get_credentials())", "import boto3") == "None"


def test_what_is_installed_here_and_not_bundled_is_missing(tmp_path: Path) -> None:
    (text,) = asked(tmp_path, "import pytest\n" + GOOD)
    assert (
        text
        == "the connector failed: ModuleNotFoundError: No module named 'pytest' (crm.py, line 1)"
    )


def test_without_the_aws_sdk_here_it_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "find_spec", lambda _name: None)
    says = r"needs boto3, which is not installed here: install the extra `python`"
    with pytest.raises(SkippedError, match=says):
        asked(tmp_path, "import boto3\n" + GOOD)


def test_uv_finds_the_pythons_that_are_here_and_no_other() -> None:
    found = find_python(HERE)
    assert found is not None
    shown = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith(f"Python {HERE}.")
    assert find_python("3.99") is None


def test_a_shim_of_pyenvs_that_fails_does_not_hide_its_pythons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim, python = tmp_path / "shims" / f"python{HERE}", tmp_path / "versions" / f"{HERE}.0" / "bin"
    for folder in (shim.parent, python):
        folder.mkdir(parents=True)
    shim.write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    (python / f"python{HERE}").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (python / f"python{HERE}").chmod(0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", str(shim.parent))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "none"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.chdir(tmp_path)  # in which uv sees no environment
    found = find_python(HERE)
    assert found == sys.executable


def test_it_runs_on_the_functions_python_where_uv_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "python3.99"
    other.write_text(f'#!/bin/sh\nSHOWN=3.99 exec {sys.executable} "$@"\n')
    other.chmod(0o755)
    monkeypatch.setattr(preflight, "find_python", {"3.99": str(other)}.get)
    source = f"import os\n{TELL.format('os.environ[{!r}]'.format('SHOWN'))}"
    bundle = bundle_of(tmp_path, source, python="3.99")
    (finding,) = Preflight(bundle, "crm.run", {}).check().findings
    assert finding.text.startswith("the connector failed: SystemExit: 3.99 (")


def test_without_the_functions_python_it_is_skipped_and_the_remedy_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "find_python", lambda _python: None)
    bundle = bundle_of(tmp_path, GOOD, python="3.99")
    own = HERE.replace(".", "_")
    says = (
        f"this is Python {HERE}, the function's is 3.99, .*: run `uv python install 3.99`, or give "
        f"the function the runtime of this Python, `lambda_.Runtime.PYTHON_{own}`"
    )
    with pytest.raises(SkippedError, match=says):
        Preflight(bundle, "crm.run", {}).check()


def test_with_compiled_modules_for_another_machine_it_is_skipped(tmp_path: Path) -> None:
    with pytest.raises(SkippedError, match=r"fast.so runs on Linux with sparc only: synthesise"):
        Preflight(compiled_bundle(tmp_path), "crm.run", {}).check()


def test_every_reason_to_skip_is_given_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "find_python", lambda _python: None)
    monkeypatch.setattr(preflight, "find_spec", lambda _name: None)
    says = r"uv python install 3.99`, or give .*; fast.so runs on .*; the connector needs boto3"
    with pytest.raises(SkippedError, match=says):
        Preflight(compiled_bundle(tmp_path, "3.99"), "crm.run", {}).check()


def compiled_bundle(folder: Path, python: str = HERE) -> Bundle:
    bundle = bundle_of(folder, GOOD, python=python)
    (bundle.folder / "fast.so").touch()
    return replace(bundle, sources=read_sources(bundle.folder))


@pytest.mark.parametrize(
    ("python", "is_error"), [("3.9", False), ("3.11", False), ("3.12", True), ("3.14", True)]
)
def test_setuptools_is_on_lambda_up_to_python_3_11(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str, is_error: bool
) -> None:
    monkeypatch.setattr(preflight, "find_python", lambda _python: sys.executable)
    bundle = bundle_of(tmp_path, "import pkg_resources\n" + GOOD, python=python)
    (finding,) = Preflight(bundle, "crm.run", {}).check().findings
    assert finding.is_error == is_error
    assert "pkg_resources" in finding.text
    assert "require setuptools" in finding.text


def test_lambdas_own_client_cannot_be_asked_for_here(tmp_path: Path) -> None:
    with pytest.raises(SkippedError, match="imports awslambdaric, which is on Lambda only"):
        asked(tmp_path, "import awslambdaric\n" + GOOD)


def test_a_syntax_error_is_told_with_file_and_line(tmp_path: Path) -> None:
    (text,) = asked(tmp_path, "exec(compile('x = (', 'late.py', 'exec'))\n" + GOOD)
    assert text == "the connector failed: SyntaxError: '(' was never closed (late.py, line 1)"


def test_findings_are_annotations_of_the_function(tmp_path: Path) -> None:
    answer = sdk_answer(connectorName="AWSome", connectorVersion=None)
    source = (
        f"import os\nANSWER = {answer!r}\n"
        "assert 'A' in os.environ and 'B' not in os.environ\n"
        "def run(event, context):\n    return ANSWER\n"
    )
    stack = Stack(App(outdir=str(tmp_path / "out")), "Stack")
    PythonConnectorFunction(
        stack,
        "Function",
        entry=write(tmp_path, source),
        handler="crm.run",
        runtime=RUNTIME,
        preflight=True,
        environment={"A": "1", "B": Token.as_string({"Ref": "AWS::Region"})},
    )
    notes = Annotations.from_stack(stack)
    notes.has_error(
        "/Stack/Function",
        "preflight: connectorName 'AWSome' must not start with aws, amazon, appflow",
    )
    notes.has_warning(
        "/Stack/Function", Match.string_like_regexp("preflight: connectorVersion is missing.*")
    )


def test_a_preflight_that_was_asked_for_and_not_done_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "find_python", lambda _python: None)
    other = "3.12" if HERE != "3.12" else "3.13"
    stack = Stack(App(outdir=str(tmp_path / "out")), "Stack")
    PythonConnectorFunction(
        stack,
        "Function",
        entry=write(tmp_path, GOOD),
        handler="crm.run",
        runtime=lambda_.Runtime(f"python{other}", lambda_.RuntimeFamily.PYTHON),
        preflight=True,
    )
    Annotations.from_stack(stack).has_warning(
        "/Stack/Function",
        Match.string_like_regexp(
            f"preflight=True was not done: this is Python {HERE}.*preflightSkipped.*"
        ),
    )
