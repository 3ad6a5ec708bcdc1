"""`deployed` runs the commands that it finds, and deploys to no account; the CLIs are stand-ins."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Stack

from cdk_appflow_connector.testing import Deployed, deployed

LOCAL = "https://localhost:4566"
# Writes down how it is called; a deployment has one output.
CDK = """
import json, os, sys
with open(os.environ["CALLS"], "a") as calls:
    print(json.dumps(sys.argv[1:]), file=calls)
if sys.argv[1] == os.environ.get("FAILS"):
    sys.exit("it fails")
if sys.argv[1] == "deploy":
    with open(sys.argv[sys.argv.index("--outputs-file") + 1], "w") as outputs:
        json.dump({"Crm": {"FlowName": "orders"}}, outputs)
"""
CLOUD = """
import os, subprocess, sys, time
if sys.argv[1] == "up":
    print("AppFlow at https://localhost:12345, Ctrl-C ends it", flush=True)
    time.sleep(60)
assert sys.argv[1:5] == ["exec", "--port", "12345", "--"], sys.argv
os.environ["AWS_ENDPOINT_URL"] = "https://localhost:12345"
sys.exit(subprocess.run(sys.argv[5:]).returncode)
"""


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the PATH's first commands."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, code in (("cdk", CDK), ("appflow-local", CLOUD)):
        file = folder / name
        file.write_text(f"#!{sys.executable}\n{code}")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return folder


@pytest.fixture
def app() -> App:
    app = App()
    CfnOutput(Stack(app, "Crm"), "FlowName", value="orders")
    return app


def calls() -> list[list[str]]:
    """How the CDK CLI was called."""
    return [json.loads(line) for line in Path(os.environ["CALLS"]).read_text().splitlines()]


@pytest.mark.usefixtures("commands")
def test_an_app_is_bootstrapped_deployed_and_destroyed(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", LOCAL)
    with deployed(app) as cloud:
        assert [each[0] for each in calls()] == ["bootstrap", "deploy"]
        assert cloud.outputs == {"Crm": {"FlowName": "orders"}}
        assert cloud.output("FlowName") == "orders"
    assert [each[0] for each in calls()] == ["bootstrap", "deploy", "destroy"]
    assert "--require-approval=never" in calls()[1]
    # --all would leave out the stacks within a Stage.
    assert all("**" in each for each in calls()[1:])


@pytest.mark.usefixtures("commands")
def test_a_cloud_is_started_and_its_variables_hold_within_the_block(app: App) -> None:
    with deployed(app) as cloud:
        assert cloud.environment["AWS_ENDPOINT_URL"] == "https://localhost:12345"
        assert os.environ["AWS_ENDPOINT_URL"] == "https://localhost:12345"
    assert "AWS_ENDPOINT_URL" not in os.environ


def test_the_command_of_the_cloud_may_be_named(
    commands: Path, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = (commands / "appflow-local").rename(commands.parent / "local")
    monkeypatch.setenv("APPFLOW_LOCAL", str(renamed))
    with deployed(app) as cloud:
        assert cloud.output("FlowName") == "orders"


@pytest.mark.usefixtures("commands")
@pytest.mark.parametrize("fails", ["bootstrap", "deploy", "destroy"])
def test_a_command_that_fails_is_an_error_with_what_it_said(
    app: App, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", LOCAL)
    monkeypatch.setenv("FAILS", fails)
    with (
        pytest.raises(RuntimeError, match=rf"(?s)^cdk {fails} .* failed:.*it fails"),
        deployed(app),
    ):
        pass
    if fails == "deploy":
        assert calls()[-1][0] == "destroy"


@pytest.mark.usefixtures("commands")
def test_the_stack_is_destroyed_when_the_test_fails(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", LOCAL)
    with pytest.raises(ZeroDivisionError), deployed(app):
        raise ZeroDivisionError
    assert calls()[-1][0] == "destroy"


@pytest.mark.usefixtures("commands")
@pytest.mark.parametrize("endpoint", ["https://appflow.eu-west-1.amazonaws.com", "", "localhost"])
def test_nothing_is_deployed_to_another_machine(
    app: App, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    with pytest.raises(RuntimeError, match="is not on this machine"), deployed(app):
        pass
    assert not Path(os.environ["CALLS"]).exists()


@pytest.mark.parametrize(
    ("missing", "advice"),
    [("cdk", "npm install aws-cdk"), ("appflow-local", "put it on the PATH or into APPFLOW_LOCAL")],
)
def test_a_missing_command_is_named_with_what_to_do(
    commands: Path, app: App, missing: str, advice: str
) -> None:
    (commands / missing).unlink()
    problem = f"{missing} is not on the PATH: .*{advice}"
    with pytest.raises(RuntimeError, match=problem), deployed(app):
        pass


def test_a_cloud_that_does_not_start_is_an_error(commands: Path, app: App) -> None:
    (commands / "appflow-local").write_text(f"#!{sys.executable}\nprint('port taken')\n")
    with pytest.raises(RuntimeError, match="did not start: port taken"), deployed(app):
        pass


def test_something_that_is_no_app_is_refused() -> None:
    given: Any = Stack(App(), "Crm")
    with pytest.raises(TypeError, match=r"give the aws_cdk\.App"), deployed(given):
        pass


def test_the_environment_is_not_shown_because_it_may_hold_secrets() -> None:
    made = Deployed({"A": {"Name": "1"}}, {"API_TOKEN": "s3cret"})
    assert repr(made) == "Deployed(outputs={'A': {'Name': '1'}})"


def test_an_output_of_no_stack_or_of_several_is_an_error() -> None:
    made = Deployed({"A": {"Name": "1"}, "B": {"Name": "2"}}, {})
    for name in ("Name", "Other"):
        with pytest.raises(LookupError, match=f"have the output '{name}'"):
            made.output(name)
