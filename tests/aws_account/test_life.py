"""A connector's life in the AWS account of the environment's credentials: `make test-aws`.

The account's Region must be bootstrapped for the CDK. `make test` runs the same against the local
cloud, by tests/end_to_end/test_deployment.py.
"""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from harness.synth.synthesis import shared_synthesizer

TINY_APP = Path(__file__).parents[1] / "end_to_end" / "tiny_app"


@dataclass
class App:
    """A copy of the tiny app, whose stack and connector have names of their own."""

    folder: Path
    stack: str
    is_deployed: bool = False
    synths: int = 0

    def cdk(self, *arguments: str) -> str:
        """Run the CDK CLI on what was synthesised last; it must succeed. Return what it printed."""
        done = subprocess.run(
            ["cdk", *arguments, "--app", str(self.assembly)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def assembly(self) -> Path:
        """Where the stack was synthesised last: the CDK stages a folder once for each of these."""
        return self.folder / f"cdk.out.{self.synths}"

    def deploy(self, label: str) -> str:
        """Deploy the stack without asking."""
        self.synths += 1
        variables = {"STACK_NAME": self.stack, "CONNECTOR_LABEL": label}
        app = str(self.folder / "app.py")
        shared_synthesizer().synthesise(app, self.assembly, variables)
        self.is_deployed = True
        return self.cdk("deploy", "--require-approval", "never")

    def destroy(self) -> None:
        """Delete the stack, as it was synthesised last."""
        self.cdk("destroy", "--force")
        self.is_deployed = False

    def new_version(self, version: str) -> None:
        """Change the connector's code."""
        source = self.folder / "connector" / "index.py"
        source.write_text(source.read_text().replace('"1.0"', f'"{version}"'))


def no_account() -> str:
    """Why nothing can be deployed with the environment's credentials; empty if it can."""
    try:
        boto3.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        return str(error)
    return ""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    if problem := no_account():
        pytest.fail(f"this deploys to an AWS account: {problem}", pytrace=False)
    folder = Path(shutil.copytree(TINY_APP, tmp_path / "app"))
    app = App(folder, f"AppFlowConnectorTest{uuid.uuid4().hex[:8]}")
    yield app
    if app.is_deployed:
        app.destroy()


def registration(label: str) -> dict[str, Any] | None:
    """What AppFlow tells of a connector; None when it has none of that label."""
    try:
        found = boto3.client("appflow").describe_connector(
            connectorType="CustomConnector", connectorLabel=label
        )
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFoundException"
        return None
    return dict(found["connectorConfiguration"])


def version(label: str) -> str | None:
    found = registration(label)
    return found["connectorVersion"] if found else None


def test_a_connector_is_registered_refreshed_renamed_and_unregistered(app: App) -> None:
    first, second = f"{app.stack}-one", f"{app.stack}-two"
    printed = app.deploy(first)
    assert version(first) == "1.0"
    assert f":connector/{first}" in printed
    assert f"{app.stack}.ConnectorVersion = 1.0" in printed

    app.new_version("2.0")
    assert f"{app.stack}.ConnectorVersion = 2.0" in app.deploy(first)
    assert version(first) == "2.0"

    app.deploy(second)
    assert version(first) is None
    assert version(second) == "2.0"

    app.destroy()
    assert version(second) is None
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=app.stack)
    assert groups["logGroups"] == []
