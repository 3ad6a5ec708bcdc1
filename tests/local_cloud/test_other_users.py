"""Other users of the machine, who share its loopback, get nothing from a local cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from appflow_local import cli, start_commands
from appflow_local.cloud import LocalCloud
from appflow_local.connection_owner import is_owner_admitted, lists_owners
from harness.cloud.local_cloud import command
from harness.cloud.shared_cloud import Shared

NOBODY = 65534
ASK = """
import http.client, ssl, sys
connection = http.client.HTTPSConnection(
    "127.0.0.1", int(sys.argv[1]), context=ssl._create_unverified_context(), timeout=10
)
connection.request("GET", sys.argv[2])
answer = connection.getresponse()
print(answer.status, answer.read().decode())
"""
AS_ROOT = pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another user")


def ask(shared: Shared, user: int, script: str, path: str = "/_ministack/health") -> str:
    done = subprocess.run(
        ["/usr/bin/python3", "-I", "-c", script, str(shared.cloud.port), path],
        user=user,
        cwd="/",
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@AS_ROOT
@pytest.mark.parametrize("path", ["/_ministack/health", "/", "/_ministack/sqs/messages"])
def test_another_user_is_refused(shared: Shared, path: str) -> None:
    answer = ask(shared, NOBODY, ASK, path)
    assert answer.startswith("403 ")
    assert "belongs to another user" in answer


def test_the_clouds_own_user_is_admitted(shared: Shared) -> None:
    assert ask(shared, os.getuid(), ASK).startswith("200 ")


@pytest.mark.parametrize(
    ("uid", "inode", "welcome"),
    [
        (os.getuid(), 7, True),
        (0, 7, True),
        (NOBODY, 7, False),
        # A connection that its client has closed already: whose it was is forgotten.
        (0, 0, False),
    ],
)
def test_a_connection_is_admitted_for_the_user_who_holds_it(
    tmp_path: Path, uid: int, inode: int, welcome: bool
) -> None:
    table = tmp_path / "tcp"
    table.write_text(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
        f"   0: 0100007F:11D6 0100007F:C350 01 00:00 00:00 00 {os.getuid()} 0 7 1 0\n"
        f"   1: 0100007F:C350 0100007F:11D6 01 00:00 00:00 00 {uid} 0 {inode} 1 0\n"
    )
    ends = ("127.0.0.1", 50000), ("127.0.0.1", 4566)
    assert is_owner_admitted(*ends, table) is welcome
    assert not is_owner_admitted(("127.0.0.1", 50001), ends[1], table)


def test_a_client_with_a_socket_for_both_versions_is_known(tmp_path: Path) -> None:
    (tmp_path / "tcp").write_text("  sl  local_address rem_address\n")
    mapped = "0000000000000000FFFF00000100007F"
    (tmp_path / "tcp6").write_text(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
        f"   0: {mapped}:C350 {mapped}:11D6 01 00:00 00:00 00 {os.getuid()} 0 7 1 0\n"
        f"   1: {mapped}:C351 {mapped}:11D6 01 00:00 00:00 00 {NOBODY} 0 7 1 0\n"
    )
    server, table = ("127.0.0.1", 4566), tmp_path / "tcp"
    assert is_owner_admitted(("127.0.0.1", 50000), server, table)
    assert not is_owner_admitted(("127.0.0.1", 50001), server, table)


def test_a_recorded_pid_that_is_somebody_elses_now_survives(tmp_path: Path) -> None:
    port = "4598"
    with subprocess.Popen(["/bin/sleep", "60"]) as bystander:
        try:
            folder = tmp_path / port
            folder.mkdir(mode=0o700)
            (folder / "server.json").write_text(json.dumps({"pid": bystander.pid}))
            for arguments in (["status"], ["down"], ["exec"]):
                run(
                    tmp_path,
                    *arguments,
                    "--port",
                    port,
                    *(["--", "true"] * (arguments == ["exec"])),
                )
            assert bystander.poll() is None
        finally:
            bystander.kill()


HOLD = """
import fcntl, json, os, sys
record = open(sys.argv[1], "w")
fcntl.flock(record, fcntl.LOCK_EX)
json.dump({"pid": int(sys.argv[2])}, record)
record.flush()
print("held", flush=True)
sys.stdin.read()
"""


@AS_ROOT
@pytest.mark.parametrize("folders_owner", [NOBODY, 0], ids=["folder", "record"])
def test_a_pid_that_another_user_recorded_survives(tmp_path: Path, folders_owner: int) -> None:
    home, port = tmp_path / "home", "4597"
    folder = home / port
    folder.mkdir(parents=True)
    os.chown(folder, folders_owner, -1)
    record = folder / "server.json"
    record.touch()
    os.chown(record, NOBODY, -1)
    # The record is held open by a process, as a server's is.
    with (
        subprocess.Popen(["/bin/sleep", "60"]) as bystander,
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(record), str(bystander.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as holder,
    ):
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            run(home, "down", "--port", port)
            assert bystander.poll() is None
        finally:
            bystander.kill()
            holder.kill()


def run(home: Path, *arguments: str) -> None:
    subprocess.run(
        [command("appflow-local"), *arguments],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        capture_output=True,
        timeout=60,
    )


def test_linux_tells_which_user_a_connection_belongs_to() -> None:
    assert lists_owners()


def test_a_connection_missing_from_linuxs_table_has_no_known_user(tmp_path: Path) -> None:
    table = tmp_path / "tcp"
    assert not lists_owners(table)
    table.write_text("  sl  local_address rem_address\n")
    assert not lists_owners(table)


@pytest.mark.parametrize("told", [True, False])
def test_up_says_when_other_users_can_use_the_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], told: bool
) -> None:
    monkeypatch.setenv("APPFLOW_LOCAL_HOME", str(tmp_path))
    monkeypatch.setattr(LocalCloud, "start", lambda _self, **_options: None)
    monkeypatch.setattr(start_commands, "lists_owners", lambda: told)
    assert cli.main(["up", "--detach", "--port", "4599"]) == 0
    warned = "every user of this machine can use the cloud, and run code as you"
    assert (warned in capsys.readouterr().err) is not told
