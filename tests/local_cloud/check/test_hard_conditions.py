"""`appflow-local check` on a full disk, and of a connector that hangs: one line, or a failed check.

A limit on the size of files stands for a full disk, as in `test_full_disk`. A report for which
there is no room is one of the wrong usages in `test_check_command`.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from harness.cloud.local_cloud import REPOSITORY, command

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems set no such limit")

SHOP = REPOSITORY / "docs" / "snippets" / "without_cdk" / "connector"
CREDENTIALS = REPOSITORY / "docs" / "snippets" / "check" / "credentials.json"
NO_ROOM = 60_000  # bytes; a cloud's certificates are larger
NO_ROOM_FOR_CODE = 1_000_000
HANGING = """
import os, time
with open({file!r}, "w") as file:
    file.write(str(os.getpid()))

def handler(event, context):
    while True:
        time.sleep(1)
"""


def check(
    home: Path, *arguments: str | Path, largest_file: int | None = None
) -> CompletedProcess[str]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, limits[1]))

    return subprocess.run(
        [command("appflow-local"), "check", *map(str, arguments)],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def test_a_disk_without_room_for_a_cloud_is_told_in_one_line_and_left_clean(tmp_path: Path) -> None:
    done = check(tmp_path / "home", SHOP, "--credentials", CREDENTIALS, largest_file=NO_ROOM)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"appflow-local: the folder {tmp_path / 'home'}/")
    assert "can't be used (File too large): make room, or choose another with APPFLOW_LOCAL" in line
    assert list((tmp_path / "home").iterdir()) == []


def test_a_disk_without_room_for_the_function_is_the_checks_own_failure(tmp_path: Path) -> None:
    shutil.copytree(SHOP, tmp_path / "shop")
    (tmp_path / "shop" / "ballast.bin").write_bytes(os.urandom(NO_ROOM_FOR_CODE * 2))
    done = check(
        tmp_path / "home", tmp_path / "shop", "--credentials", CREDENTIALS,
        largest_file=NO_ROOM_FOR_CODE,
    )  # fmt: skip
    assert done.returncode == 1
    assert "FAILED   configuration.answered" in done.stdout
    assert "the function can't start: [Errno 27] File too large" in done.stdout
    assert "1 failed, 0 warned" in done.stdout
    assert done.stderr == ""


@pytest.mark.slow
def test_a_connector_that_hangs_fails_by_its_limit_and_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    process = tmp_path / "process"
    (tmp_path / "shop" / "handler.py").write_text(HANGING.format(file=str(process)))
    report = tmp_path / "report.json"
    done = check(tmp_path / "home", tmp_path / "shop", "--json", report)
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    checks = json.loads(report.read_text(encoding="utf-8"))["checks"]
    failed = {each["id"]: each for each in checks if each["status"] == "failed"}
    assert list(failed) == ["limits.cold-start"]
    assert failed["limits.cold-start"]["detail"] == "the first call took more than 10 s"
    assert not Path("/proc", process.read_text()).exists()
