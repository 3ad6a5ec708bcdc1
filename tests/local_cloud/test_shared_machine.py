"""A local cloud on a machine that others use: what it opens and writes, who may read it."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from harness.cloud.local_cloud import command
from harness.cloud.shared_cloud import Shared
from tests.local_cloud.listening import listening_below


def test_every_port_of_the_server_and_its_functions_is_loopbacks(shared: Shared) -> None:
    found = listening_below(shared.process.pid)
    assert ("127.0.0.1", shared.cloud.port) in found
    assert {address for address, _ in found} == {"127.0.0.1"}
    assert all(port >= 1024 for _, port in found)


def test_all_files_are_readable_by_their_owner_alone(shared: Shared) -> None:
    scripts = shared.home / str(shared.cloud.port) / "lambda-runtime" / "bin"  # Python's own
    private = [shared.home, *shared.home.rglob("*"), shared.saved, *shared.saved.rglob("*")]
    assert [
        path
        for path in private
        if not path.is_symlink() and scripts not in path.parents
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ] == []


def test_nothing_is_written_outside_its_folders(shared: Shared) -> None:
    assert {path.name for path in shared.caller_tmp.iterdir()} == {"mine.txt"}
    assert {path.name for path in shared.working.iterdir()} == {"mine.txt", "job.py"}
    outside = [
        path
        for path in shared.user_home.rglob("*")
        if shared.home not in path.parents and path not in (shared.home, *shared.home.parents)
    ]
    assert outside == [shared.user_home / "mine.txt"]


@pytest.mark.parametrize("port", ["1", "443", "1023"])
def test_a_privileged_port_is_refused(tmp_path: Path, port: str) -> None:
    done = start(tmp_path, port)
    assert done.returncode == 2
    assert f"port {port} is privileged" in done.stderr


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "4599").symlink_to("elsewhere")
    done = start(tmp_path, "4599")
    assert f"the folder {tmp_path / '4599'} can't be used (it's a link" in done.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_home_in_which_everybody_may_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    done = start(tmp_path, "4599")
    assert f"the folder {tmp_path} can't be used (any user may replace" in done.stderr


def start(home: Path, port: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command("appflow-local"), "exec", "--port", port, "--", "true"],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
    )


def test_the_only_private_key_on_disk_is_the_servers(shared: Shared) -> None:
    files = [path for path in shared.home.rglob("*") if path.is_file() and not path.is_symlink()]
    runtime = shared.home / str(shared.cloud.port) / "lambda-runtime"  # Python's own
    assert [
        path.name
        for path in files
        if runtime not in path.parents and b"PRIVATE KEY-----" in path.read_bytes()
    ] == ["server.key"]
