"""The command `appflow-local`, as its users run it."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import boto3
import pytest

from harness.cloud.local_cloud import Cloud, command, free_port

PRINT_CALLER = (
    "import boto3; print(boto3.client('sts').get_caller_identity()['Account'],"
    " boto3.client('appflow').list_connectors()['connectors'])"
)
PYTHON = str(Path(command("python")))


def appflow_local(
    home: Path, *arguments: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command("appflow-local"), *arguments],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def is_open(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def test_exec_starts_a_cloud_for_the_command_and_stops_it(tmp_path: Path) -> None:
    port = free_port()
    # From another folder than the repository's, as a user would.
    done = appflow_local(
        tmp_path, "exec", "--port", str(port), "--", PYTHON, "-c", PRINT_CALLER, cwd=tmp_path
    )
    assert done.stdout == "000000000000 []\n"
    assert done.returncode == 0
    started, page = done.stderr.splitlines()
    assert started == (
        f"appflow-local: started a local cloud on port {port}, which ends with the command"
    )
    assert page.startswith("appflow-local: look at it in a browser: http://localhost:")
    assert not is_open(port)


def test_after_a_failure_the_log_of_a_cloud_that_has_ended_can_be_read(tmp_path: Path) -> None:
    done = appflow_local(tmp_path, "exec", "--port", "0", "--", "false")
    assert done.returncode == 1
    told = done.stderr.splitlines()[-1]
    assert told.startswith("appflow-local: its log: appflow-local logs --port ")
    port = told.rpartition(" ")[2]
    read = appflow_local(tmp_path, "logs", "--port", port)
    assert "Ready" in read.stdout
    assert read.stderr == (
        f"appflow-local: the local cloud on port {port} has ended; this is its log\n"
    )


def test_exec_returns_the_commands_exit_code(own_cloud: Cloud) -> None:
    done = own_cloud.run([PYTHON, "-c", "raise SystemExit(7)"])
    assert done.returncode == 7


def test_a_service_endpoint_of_the_callers_shell_does_not_lead_away(own_cloud: Cloud) -> None:
    elsewhere = "https://localhost:1"
    done = own_cloud.run([PYTHON, "-c", PRINT_CALLER], AWS_ENDPOINT_URL_APPFLOW=elsewhere)
    assert done.returncode == 0, done.stderr


def test_exec_says_when_the_command_is_not_found(own_cloud: Cloud) -> None:
    done = own_cloud.run(["no-such-command"])
    assert done.returncode == 1
    assert "can't run 'no-such-command'" in done.stderr


def test_a_detached_cloud_is_found_used_and_stopped(tmp_path: Path) -> None:
    port = str(free_port())
    assert appflow_local(tmp_path, "status", "--port", port).returncode == 3
    up = appflow_local(tmp_path, "up", "--port", port, "--detach")
    try:
        assert f"https://localhost:{port}, IAM enforced" in up.stdout
        assert appflow_local(tmp_path, "status", "--port", port).returncode == 0
        twice = appflow_local(tmp_path, "up", "--port", port, "--detach")
        assert twice.returncode == 1
        assert "is already running" in twice.stderr
        assert f"`appflow-local down --port {port}`" in twice.stderr
        script = f'eval "$({command("appflow-local")} env --port {port})"; {PYTHON} -c "$CODE"'
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            env={**os.environ, "APPFLOW_LOCAL_HOME": str(tmp_path), "CODE": PRINT_CALLER},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == "000000000000 []\n", done.stderr
    finally:
        down = appflow_local(tmp_path, "down", "--port", port)
    assert down.stdout == "stopped\n"
    assert not is_open(int(port))
    assert "Ready" in appflow_local(tmp_path, "logs", "--port", port).stdout


@pytest.mark.parametrize("name", ["env", "logs"])
def test_a_command_for_a_cloud_that_does_not_run_says_so(tmp_path: Path, name: str) -> None:
    done = appflow_local(tmp_path, name, "--port", str(free_port()))
    assert done.returncode == 1
    assert "no local cloud" in done.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = appflow_local(tmp_path, "up", "--port", str(port), "--detach")
    assert done.returncode == 1
    assert f"port {port} can't be opened" in done.stderr


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    done = appflow_local(tmp_path, "up", "--port", "web")
    assert done.returncode == 2
    assert "'web' isn't a valid port" in done.stderr


@pytest.mark.parametrize("name", ["env", "status", "logs", "down"])
def test_only_a_new_cloud_can_be_on_any_port(tmp_path: Path, name: str) -> None:
    done = appflow_local(tmp_path, name, "--port", "0")
    assert done.returncode == 2
    assert "'0' isn't a valid port" in done.stderr


def test_a_stale_record_is_not_taken_for_a_running_cloud(tmp_path: Path) -> None:
    port = str(free_port())
    folder = tmp_path / port
    folder.mkdir()
    # The pid of somebody who lives: this test.
    (folder / "server.json").write_text(f'{{"pid": {os.getpid()}}}')
    down = appflow_local(tmp_path, "down", "--port", port)
    assert down.stdout.startswith("no local cloud is running")


def test_a_cloud_cannot_be_reached_from_outside(own_cloud: Cloud) -> None:
    assert is_open(own_cloud.port)
    outside = _address_of_this_machine()
    if outside is not None:
        assert not is_open(own_cloud.port, outside)


def test_its_files_are_its_owners_alone(own_cloud: Cloud) -> None:
    folder = own_cloud.home / str(own_cloud.port)
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "server.key").stat().st_mode & 0o077 == 0


def test_requests_without_the_right_signature_are_refused(own_cloud: Cloud) -> None:
    client = boto3.client(
        "appflow",
        endpoint_url=own_cloud.url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="wrong",
        verify=str(own_cloud.home / str(own_cloud.port) / "ca-bundle.pem"),
    )
    with pytest.raises(client.exceptions.ClientError) as caught:
        client.list_connectors()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_user_without_the_right_is_denied(own_cloud: Cloud) -> None:
    iam = own_cloud.client("iam")
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    appflow = boto3.client(
        "appflow",
        endpoint_url=own_cloud.url,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        verify=str(own_cloud.home / str(own_cloud.port) / "ca-bundle.pem"),
    )
    with pytest.raises(appflow.exceptions.AccessDeniedException, match="ListConnectors"):
        appflow.list_connectors()
    policy = '{"Statement": [{"Effect": "Allow", "Action": "appflow:List*", "Resource": "*"}]}'
    iam.put_user_policy(UserName="reader", PolicyName="List", PolicyDocument=policy)
    assert appflow.list_connectors()["connectors"] == []


def _address_of_this_machine() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: UDP
        except OSError:
            return None
        return str(probe.getsockname()[0])
