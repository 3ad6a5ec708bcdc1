"""`deployed` with a cloud of its own, as the documents show it: the CDK CLI, and then boto3."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from harness.cloud.local_cloud import REPOSITORY, command


def test_the_tests_in_the_documents_pass_and_leave_nothing_running(tmp_path: Path) -> None:
    tools = [str(REPOSITORY / each) for each in (".venv/bin", "node_modules/.bin")]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([*tools, os.environ["PATH"]]),
        "APPFLOW_LOCAL": command("appflow-local"),
        "TMPDIR": str(tmp_path),
        "JSII_DEPRECATED": "quiet",
    }
    options = ["-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "-c", os.devnull]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(REPOSITORY / "docs/snippets/app_tests")],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
    assert not [*tmp_path.glob("appflow-local-*"), *tmp_path.glob("deployed-*")]
