"""A local cloud for end-to-end tests, driven as its users do: by its command and by boto3."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

REPOSITORY = Path(__file__).parents[4]
_COMMAND_FOLDERS = (".venv/bin", "node_modules/.bin")
_BOOTSTRAP = REPOSITORY / "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
_SETTLED = ("_COMPLETE", "_FAILED")
_POLL_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 300


def command(name: str) -> str:
    """The path of a command of the local cloud's environment."""
    return str(REPOSITORY / ".venv-local" / "bin" / name)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cloud:
    """A running local cloud."""

    port: int
    home: Path
    _clients: dict[tuple[str, str, str], Any] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def own_environment(self) -> dict[str, str]:
        """The environment in which `appflow-local` finds this cloud, and the CDK its Node.js."""
        folders = [str(REPOSITORY / folder) for folder in _COMMAND_FOLDERS]
        path = os.pathsep.join([*folders, os.environ["PATH"]])
        return {**os.environ, "PATH": path, "APPFLOW_LOCAL_HOME": str(self.home)}

    def run(
        self, arguments: Sequence[str], cwd: Path = REPOSITORY, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command against the cloud, as `appflow-local exec` does."""
        return subprocess.run(
            [command("appflow-local"), "exec", "--port", str(self.port), "--", *arguments],
            cwd=cwd,
            env={**self.own_environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `appflow-local` on the cloud, in a shell that isn't pointed at it."""
        return subprocess.run(
            [command("appflow-local"), *arguments],
            env={**self.own_environment, "APPFLOW_LOCAL_PORT": str(self.port)},
            capture_output=True,
            text=True,
            check=False,
        )

    def cdk(self, *arguments: str, cwd: Path, **variables: str) -> str:
        """Run the CDK CLI and return what it printed; it must succeed."""
        done = self.run(["cdk", *arguments], cwd, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def bootstrap(self) -> None:
        """Deploy what `cdk bootstrap` deploys, with its parameters, without its Node.js."""
        self.client("cloudformation").create_stack(
            StackName="CDKToolkit",
            TemplateBody=_BOOTSTRAP.read_text(),
            Parameters=[
                {"ParameterKey": "FileAssetsBucketKmsKeyId", "ParameterValue": "AWS_MANAGED_KEY"}
            ],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        assert self.settle("CDKToolkit") == "CREATE_COMPLETE"

    def appflow_calls(self) -> list[str]:
        """The paths of the operations asked of AppFlow so far, as the cloud's log tells."""
        log = (self.home / str(self.port) / "server.log").read_text(errors="replace")
        return re.findall(r"\[appflow\] (\w+) by ", log)

    def describe(self, label: str) -> dict[str, Any]:
        """What DescribeConnector answers."""
        answer = self.client("appflow").describe_connector(
            connectorType="CustomConnector", connectorLabel=label
        )
        configuration: dict[str, Any] = answer["connectorConfiguration"]
        return configuration

    def client(self, service: str, region: str = "us-east-1", account: str = "000000000000") -> Any:  # noqa: ANN401 - botocore's
        """A client of an account's root user: an access key of 12 digits is an account's.

        It is made once: a service's model takes a tenth of a second to load.
        """
        wanted = (service, region, account)
        if wanted not in self._clients:
            self._clients[wanted] = self._new_client(*wanted)
        return self._clients[wanted]

    def _new_client(self, service: str, region: str, account: str) -> Any:  # noqa: ANN401 - the same
        return boto3.client(  # type: ignore[call-overload]
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            verify=str(self.home / str(self.port) / "ca.pem"),
        )

    def close(self) -> None:
        """Close the connections, for whose end the cloud waits when it is ended."""
        for client in self._clients.values():
            client.close()

    def labels(self) -> list[str]:
        """The labels of the registered connectors."""
        connectors = self.client("appflow").list_connectors(maxResults=100)["connectors"]
        return [connector["connectorLabel"] for connector in connectors]

    def settle(self, stack: str) -> str:
        """Wait until a stack's operation has ended and return its status."""
        deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
        while time.monotonic() < deadline:
            status = self.status(stack)
            if status.endswith(_SETTLED):
                return status
            time.sleep(_POLL_SECONDS)
        raise AssertionError(f"{stack} has not settled: {status}")

    def status(self, stack: str) -> str:
        """The status of a stack; a deleted one is not found by its name any more."""
        try:
            (found,) = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            assert "does not exist" in str(error)
            return "DELETE_COMPLETE"
        return str(found["StackStatus"])

    def reasons(self, stack: str) -> str:
        """Why resources of a stack failed."""
        events = self.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
        return "\n".join(
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
        )


@contextmanager
def running_cloud(
    home: Path, options: Sequence[str] = (), *, path: str | None = None
) -> Iterator[Cloud]:
    """Start a cloud on a free port and end it with the block; `path` replaces PATH."""
    process = subprocess.Popen(
        [command("appflow-local"), "up", "--port", "0", *options],
        env={**os.environ, "PATH": path or os.environ["PATH"], "APPFLOW_LOCAL_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert "https://localhost:" in first, f"{first}\n{process.stdout.read()}"
            cloud = Cloud(int(first.split("https://localhost:")[1].split(",")[0]), home)
            yield cloud
            cloud.close()
        finally:
            process.terminate()
