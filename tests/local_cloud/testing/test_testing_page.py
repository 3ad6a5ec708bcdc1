"""The page on tests of connectors: its tests and its workflow, run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import yaml  # type: ignore[import-untyped] # comes with mkdocs

from harness.cloud.local_cloud import REPOSITORY, command

SNIPPETS = REPOSITORY / "docs" / "snippets"


def test_the_workflow_installs_the_plugin_and_its_tests_pass(tmp_path: Path) -> None:
    shutil.copytree(SNIPPETS / "without_cdk" / "connector", tmp_path / "connector")
    shutil.copy(SNIPPETS / "testing" / "test_shop.py", tmp_path)
    workflow = yaml.safe_load((SNIPPETS / "testing" / "connector.yml").read_text())
    runs = [step["run"] for step in workflow["jobs"]["test"]["steps"] if "run" in step]
    install, test = runs
    # What is installed is in the local cloud's environment already.
    assert re.findall(r"\S+", install)[2:] == [
        "'./cdk-appflow-connector/local_cloud[check,pytest]'",
        "pytest-xdist",
    ]
    done = subprocess.run(
        ["sh", "-c", test],
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
    uploaded = workflow["jobs"]["test"]["steps"][-1]["with"]["path"]
    assert (tmp_path / uploaded).is_file()
