"""Deploys an app on the local cloud with the CDK CLI, for the length of a test."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from aws_cdk import App

_COMMAND_VARIABLE = "APPFLOW_LOCAL"
_ENDPOINT = "AWS_ENDPOINT_URL"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_STARTED = re.compile(r"https://localhost:(\d+)")
# --all leaves out the stacks within a Stage.
_EVERY_STACK = "**"
_PRINT_ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"


@dataclass(frozen=True)
class Deployed:
    """What was deployed.

    Example:
        ```python
        cloud = Deployed({"Crm": {"FlowName": "orders"}}, {})
        assert cloud.output("FlowName") == "orders"
        ```

    Args:
        outputs: the outputs of each stack, by its name and theirs.
        environment: the environment variables with which programs reach the cloud.
    """

    outputs: Mapping[str, Mapping[str, str]]
    # Not shown: it is this process's environment, too, and a failing test prints what it holds.
    environment: Mapping[str, str] = field(repr=False)

    def output(self, name: str) -> str:
        """Return the output of this name, which only one of the stacks may have.

        Raises:
            LookupError: none has, or several have.
        """
        found = [stack[name] for stack in self.outputs.values() if name in stack]
        if len(found) != 1:
            raise LookupError(f"{len(found)} stacks have the output {name!r}: {self.outputs}")
        return found[0]


@contextmanager
def deployed(app: App) -> Iterator[Deployed]:
    """Deploy all stacks of an app, and of its Stages, on the local cloud; destroy them at the end.

    Within the block, the process has the cloud's environment variables: boto3's clients, and the
    programs it runs, reach the cloud. Inside ``appflow-local exec`` that cloud is used, otherwise
    one is started on a free port, and ended again. Nothing is deployed to an account of AWS.

    Takes ``cdk`` and ``appflow-local`` from the PATH. `appflow-local` is in an environment of its
    own: put its ``bin`` on the PATH, or name the command in the variable ``APPFLOW_LOCAL``.

    Args:
        app: the app, which is synthesised here.

    Raises:
        RuntimeError: a command is missing or failed, or ``AWS_ENDPOINT_URL`` is not this machine's.
        TypeError: the app is something else, such as a stack.
    """
    if not isinstance(app, App):
        raise TypeError(f"app {app!r} has another type than expected: give the aws_cdk.App")
    cdk = _found("cdk", "install it with npm install aws-cdk")
    with ExitStack() as ending:
        environment = ending.enter_context(_cloud())
        folder = ending.enter_context(TemporaryDirectory(prefix="deployed-"))
        outputs = Path(folder, "outputs.json")
        assembly = ["--app", app.synth().directory]
        # It reads the environments of the stacks, and does nothing where it has been before.
        _run([cdk, "bootstrap", *assembly], environment)
        destroy = [cdk, "destroy", _EVERY_STACK, "--force", *assembly]
        ending.callback(_run, destroy, environment)
        options = [_EVERY_STACK, "--require-approval=never", "--outputs-file", str(outputs)]
        _run([cdk, "deploy", *options, *assembly], environment)
        ending.enter_context(_variables(environment))
        found = json.loads(outputs.read_text("utf-8")) if outputs.exists() else {}
        yield Deployed(found, environment)


@contextmanager
def _cloud() -> Iterator[dict[str, str]]:
    """The environment of the cloud that runs, or of one that runs for the block."""
    endpoint = os.environ.get(_ENDPOINT)
    if endpoint is not None:
        if urlsplit(endpoint).hostname not in _LOOPBACK:
            raise RuntimeError(
                f"{_ENDPOINT} is {endpoint!r}, which is not on this machine: unset it, or run the "
                "tests with appflow-local exec"
            )
        yield dict(os.environ)
        return
    advice = f"install appflow-local, and put it on the PATH or into {_COMMAND_VARIABLE}"
    command = _found(os.environ.get(_COMMAND_VARIABLE, "appflow-local"), advice)
    with TemporaryDirectory(prefix="appflow-local-") as home:
        own = {**os.environ, "APPFLOW_LOCAL_HOME": home}
        process = subprocess.Popen(  # noqa: S603 - the command that was asked for
            [command, "up", "--port", "0"], env=own, stdout=subprocess.PIPE, text=True
        )
        with process:
            try:
                inside = [command, "exec", "--port", _port_of(process), "--"]
                printed = _run([*inside, sys.executable, "-c", _PRINT_ENVIRONMENT], own)
                yield json.loads(printed)
            finally:
                process.terminate()


def _port_of(process: subprocess.Popen[str]) -> str:
    first = process.stdout.readline() if process.stdout else ""
    found = _STARTED.search(first)
    if found is None:
        raise RuntimeError(f"appflow-local up did not start: {first}")
    return found[1]


@contextmanager
def _variables(environment: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _found(command: str, advice: str) -> str:
    path = shutil.which(command)
    if path is None:
        raise RuntimeError(f"the command {command} is not on the PATH: {advice}")
    return path


def _run(command: Sequence[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 - the CDK CLI and appflow-local
        command, env=dict(environment), capture_output=True, text=True
    )
    if done.returncode:
        shown = " ".join(Path(part).name if part == command[0] else part for part in command)
        raise RuntimeError(f"{shown} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
