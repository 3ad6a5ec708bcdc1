"""The local cloud's wheel: what it holds besides the sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from harness.cloud import local_cloud
from harness.cloud.cloud_functions import create_function, invoke, package
from harness.cloud.java_code import compiled, files_of, skip_without_jdk
from harness.cloud.local_cloud import REPOSITORY, command, running_cloud

HANDLER = """
public class Echo {
  public Object handleRequest(Object event) { return event; }
}
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a wheel that was built on this machine, in an environment of its own."""
    skip_without_jdk()
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    source = REPOSITORY / "local_cloud"
    subprocess.run([*build, "--directory", str(folder)], cwd=source, check=True)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    subprocess.run([command("python"), "-m", "venv", "--without-pip", environment], check=True)
    (site,) = environment.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # What the wheel depends on; of what is there, the wheel's own files come first.
    (others,) = Path(command("python")).parents[1].glob("lib/python*/site-packages")
    (site / "others.pth").write_text(f"{others}\n")
    run = environment / "bin" / "appflow-local"
    run.write_text(f'#!/bin/sh\nexec {environment}/bin/python -m appflow_local "$@"\n')
    run.chmod(0o755)
    return run


@pytest.fixture
def jre(tmp_path: Path) -> Path:
    """A folder with a JVM that has no compiler."""
    java = tmp_path / "jre" / "java"
    java.parent.mkdir()
    lacks = 'case "$*" in *jdk.compiler*) echo "Module jdk.compiler not found" >&2; exit 1;; esac'
    real = shutil.which("java")
    java.write_text(f'#!/bin/sh\n{lacks}\nexec {real} --limit-modules java.se "$@"\n')
    java.chmod(0o755)
    return java.parent


def test_a_wheel_that_was_built_with_a_jdk_runs_functions_in_java_on_a_jre(
    installed: Path, jre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_cloud, "command", lambda _name: str(installed))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    code = package(files_of(compiled(tmp_path, {"Echo.java": HANDLER})))
    path = f"{jre}{os.pathsep}{os.environ['PATH']}"
    with running_cloud(tmp_path / "home", path=path) as cloud:
        create_function(cloud, "echo", code, runtime="java17", handler="Echo")
        assert invoke(cloud, "echo", {"a": [1]}) == (None, {"a": [1]})
