"""The page on tests of connectors: its tests, run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from harness.cloud.local_cloud import REPOSITORY, command

SNIPPETS = REPOSITORY / "docs" / "snippets"


def test_the_pages_tests_pass_as_it_runs_them_in_ci(tmp_path: Path) -> None:
    shutil.copytree(SNIPPETS / "without_cdk" / "connector", tmp_path / "connector")
    shutil.copy(SNIPPETS / "testing" / "test_shop.py", tmp_path)
    page = (REPOSITORY / "docs" / "how-to" / "test-a-connector.md").read_text(encoding="utf-8")
    told = "pytest --numprocesses 2 --junitxml build/tests.xml"
    assert f"`{told}`" in page
    done = subprocess.run(
        ["sh", "-c", told],
        cwd=tmp_path,
        env={
            **os.environ,
            "PATH": os.pathsep.join([str(Path(command("pytest")).parent), os.environ["PATH"]]),
            "APPFLOW_LOCAL_HOME": str(tmp_path / "home"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed in" in done.stdout
    assert (tmp_path / "build" / "tests.xml").is_file()
    # Each worker has had clouds of its own, which have ended with it.
    assert list((tmp_path / "home").iterdir()) == []
