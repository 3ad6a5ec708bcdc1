"""A cloud ends in seconds when it's told to, whatever waits in it, and says what it cut off."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.cloud import custom_resource_stack as custom
from harness.cloud.local_cloud import Cloud, command, free_port

MOST_SECONDS = 12
WAITS = json.dumps(
    {
        "Resources": {
            "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
            "Wait": {
                "Type": "AWS::CloudFormation::WaitCondition",
                "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "3600"},
            },
        }
    }
)
SILENT = json.dumps(custom.template(Answerless={"Silent": "Create"}))
CREATE = """
import boto3, os, time
cloudformation = boto3.client("cloudformation")
for name, body in (("Silent", os.environ["SILENT"]), ("Waits", os.environ["WAITS"])):
    cloudformation.create_stack(
        StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"]
    )
def asked():
    groups = boto3.client("logs").describe_log_groups()["logGroups"]
    return any("Silent-Function" in group["logGroupName"] for group in groups)
while not asked():
    time.sleep(0.1)
"""
PATIENCE_SECONDS = 60
CUT_OFF = (
    "appflow-local: cut off the operation of the stack Silent: CREATE_IN_PROGRESS\n"
    "appflow-local: cut off the operation of the stack Waits: CREATE_IN_PROGRESS\n"
)


def variables(home: Path) -> dict[str, str]:
    return {**os.environ, "APPFLOW_LOCAL_HOME": str(home), "SILENT": SILENT, "WAITS": WAITS}


def let_stacks_wait(cloud: Cloud) -> None:
    """Do what `CREATE` does, from this process."""
    cloudformation, logs = cloud.client("cloudformation"), cloud.client("logs")
    for name, body in (("Silent", SILENT), ("Waits", WAITS)):
        cloudformation.create_stack(
            StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"]
        )

    def asked() -> bool:
        groups = logs.describe_log_groups()["logGroups"]
        return any("Silent-Function" in group["logGroupName"] for group in groups)

    deadline = time.monotonic() + PATIENCE_SECONDS
    while not asked():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    cloud.close()


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[str], Cloud]]]:
    """Starts a cloud in which two stacks wait."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> tuple[subprocess.Popen[str], Cloud]:
        process = subprocess.Popen(
            [command("appflow-local"), "up", "--port", "0", *options],
            env=variables(tmp_path),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        first = process.stdout.readline()
        cloud = Cloud(int(first.split("https://localhost:")[1].split(",")[0]), tmp_path)
        let_stacks_wait(cloud)
        return process, cloud

    yield start
    for process in started:
        process.kill()
        process.communicate()


def server_of(cloud: Cloud) -> int:
    record = cloud.home / str(cloud.port) / "server.json"
    return int(json.loads(record.read_text())["pid"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_cloud_in_which_stacks_wait(
    up: Callable[..., tuple[subprocess.Popen[str], Cloud]], number: int
) -> None:
    process, _cloud = up()
    process.send_signal(number)
    _out, errors = process.communicate(timeout=MOST_SECONDS)
    assert errors == CUT_OFF
    assert process.returncode == 130


def test_the_servers_own_signal_does_too(
    up: Callable[..., tuple[subprocess.Popen[str], Cloud]],
) -> None:
    process, cloud = up("--state", "kept")
    os.kill(server_of(cloud), signal.SIGTERM)
    _out, errors = process.communicate(timeout=MOST_SECONDS)
    assert (process.returncode, errors) == (0, CUT_OFF)
    log = (cloud.home / "kept" / "state.json").read_text()
    assert "Answerless" in log


def test_down_ends_it_and_tells_what_was_cut_off(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command("appflow-local"), *arguments],
            env=variables(tmp_path),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    number = free_port()
    port = ("--port", str(number))
    assert run("up", "--detach", *port).returncode == 0
    began = time.monotonic()
    try:
        let_stacks_wait(Cloud(number, tmp_path))
        began = time.monotonic()
    finally:
        done = run("down", *port)
    assert (done.stdout, done.stderr, done.returncode) == ("stopped\n", CUT_OFF, 0)
    assert time.monotonic() - began < MOST_SECONDS
    again = run("up", "--detach", *port)
    assert again.returncode == 0
    assert run("down", *port).stderr == ""


def test_exec_ends_with_its_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [command("appflow-local"), "exec", "--port", "0", "--", command("python"), "-c", CREATE],
        env=variables(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    _started, address, *told = done.stderr.splitlines(keepends=True)
    assert "look at it in a browser: http://localhost:" in address
    assert ("".join(told), done.returncode) == (CUT_OFF, 0)


def test_exec_ends_although_its_command_would_not(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; echo ready; while :; do sleep 1; done"
    process = subprocess.Popen(
        [command("appflow-local"), "exec", "--port", "0", "--", "sh", "-c", stubborn],
        env=variables(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        assert process.wait(MOST_SECONDS) == 130


def test_a_cloud_that_had_to_be_killed_is_not_said_to_have_stopped(tmp_path: Path) -> None:
    port = free_port()
    cloud = Cloud(port, tmp_path)
    environment = variables(tmp_path)
    up = [command("appflow-local"), "up", "--detach", "--port", str(port)]
    subprocess.run(up, env=environment, check=True)
    os.kill(server_of(cloud), signal.SIGSTOP)  # as one that hangs
    down = [command("appflow-local"), "down", "--port", str(port)]
    done = subprocess.run(down, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "didn't end within 15 seconds, and was killed" in done.stderr


def test_a_temporary_cloud_removes_its_folder_itself_where_nobody_told_it_to_end(
    tmp_path: Path,
) -> None:
    start_and_end = (
        "import sys\n"
        "from appflow_local.cloud import LocalCloud\n"
        "cloud = LocalCloud(0)\n"
        "server = cloud.start()\n"
        "server.stdin.write(sys.argv[1].encode())\n"
        "server.stdin.close()\n"
        "server.wait()\n"
        "print(cloud.state.path.exists())\n"
    )

    def is_left(word: str) -> str:
        return subprocess.run(
            [command("python"), "-c", start_and_end, word],
            env={**os.environ, "APPFLOW_LOCAL_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    # As if this process had been killed: the system closes its pipes first.
    assert is_left("") == "False\n"
    assert is_left("end") == "True\n"  # by who told it, who may want to read the log
