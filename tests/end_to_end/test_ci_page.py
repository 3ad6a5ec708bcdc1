"""The page on CI: what its workflow runs, run in a folder that has what the page lists."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # comes with mkdocs

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from harness.cloud.local_cloud import REPOSITORY, command, free_port
from harness.cloud.snippet_shop import SHOP_SERVER, shop_server

SNIPPETS = REPOSITORY / "docs" / "snippets"
PAGE = (REPOSITORY / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")
JOBS = yaml.safe_load((SNIPPETS / "ci" / "connector.yml").read_text(encoding="utf-8"))["jobs"]
WITH_THE_LIBRARY = REPOSITORY / ".venv" / "bin"
WITH_THE_CLOUD = Path(command("appflow-local")).parent


class Runner:
    """Runs the steps of a job as GitHub would, with what is installed on this machine."""

    def __init__(self, folder: Path, bin_folder: Path, port: int) -> None:
        self.folder, self.bin_folder, self.port = folder, bin_folder, port
        self.temporary = folder / "temporary"
        self.temporary.mkdir()

    def run(self, job: str) -> None:
        """Run each `run:` of a job; every one has to succeed."""
        for step in JOBS[job]["steps"]:
            if "run" in step:
                for line in step["run"].splitlines():
                    self.command(line, JOBS[job].get("env", {}))

    def command(self, line: str, variables: dict[str, str]) -> None:
        """Run a line, or see that it could install what it names."""
        if line == "npm ci":
            named = json.loads((self.folder / "package.json").read_text())["devDependencies"]
            assert all((self.folder / "node_modules" / name).is_dir() for name in named)
        elif line.startswith("python -m venv "):
            assert (self.folder / line.split()[-1] / "bin" / "appflow-local").exists()
        elif found := re.fullmatch(r"(?:local/bin/)?pip install (.*)", line):
            self._could_install(found[1])
        else:
            self._run(["bash", "-e", "-c", line.replace(":8000", f":{self.port}")], variables)

    def _could_install(self, named: str) -> None:
        """See that the project has the extras, and that its locks have the packages."""
        locks = (REPOSITORY / each / "requirements.txt" for each in (".", "local_cloud"))
        locked = "".join(lock.read_text(encoding="utf-8") for lock in locks)
        option, file = named.split()
        assert option == "-r"
        for line in (self.folder / file).read_text(encoding="utf-8").splitlines():
            if found := re.fullmatch(r"\./(\S+)\[(.*)\]", line):
                source = (self.folder / found[1] / "pyproject.toml").read_bytes()
                has = tomllib.loads(source.decode())["project"]["optional-dependencies"]
                assert set(found[2].split(",")) <= set(has), line
            else:
                assert re.search(rf"^{line}==", locked, re.MULTILINE), line

    def _run(self, command: list[str], variables: dict[str, str]) -> None:
        tools = [str(self.bin_folder), str(WITH_THE_LIBRARY), os.environ["PATH"]]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": os.pathsep.join(tools),
                "APPFLOW_LOCAL_HOME": str(self.folder / "home"),
                "JSII_DEPRECATED": "quiet",
                "TMPDIR": str(self.temporary),
                **variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{command[-1]}\n{done.stdout}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the page's table lists, and what npm and pip would have installed."""
    work = tmp_path / "work"
    shutil.copytree(SNIPPETS / "ci", work, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(SNIPPETS / "replay" / "connector", work / "connector")
    (work / "connector" / "requirements.txt").touch()
    shutil.copy(SHOP_SERVER, work / "tests" / "connector")
    shutil.copy(SNIPPETS / "check" / "credentials.json", work)
    (work / "cdk-appflow-connector").symlink_to(REPOSITORY)
    (work / "node_modules").symlink_to(REPOSITORY / "node_modules")
    (work / "local" / "bin").mkdir(parents=True)
    (work / "local" / "bin" / "appflow-local").symlink_to(WITH_THE_CLOUD / "appflow-local")
    # The preflight needs the function's Python: here, the tests' own.
    stack, own = work / "shop_stack.py", f"PYTHON_{sys.version_info[0]}_{sys.version_info[1]}"
    stack.write_text(stack.read_text().replace("PYTHON_3_13", own))
    return work


def test_the_connectors_job_runs_without_the_service(folder: Path) -> None:
    runner = Runner(folder, WITH_THE_CLOUD, free_port())
    record = next(line for line in PAGE.splitlines() if line.endswith("--record recordings/orders"))
    with shop_server(runner.port):
        runner.command(record.removeprefix("$ "), {})
    runner.run("connector")
    reports = uploaded(folder, "connector")
    assert [report.name for report in reports] == ["check.xml", "connector.xml"]


def test_the_apps_job_synthesises_deploys_and_tests_and_leaves_nothing_running(
    folder: Path,
) -> None:
    runner = Runner(folder, WITH_THE_LIBRARY, 0)
    runner.run("app")
    assert "app.xml" in [each.name for each in uploaded(folder, "app")]
    left = runner.temporary
    assert not [*left.glob("appflow-local-*"), *left.glob("deployed-*")]


def uploaded(folder: Path, job: str) -> list[Path]:
    """The files that GitHub keeps of a job that failed."""
    last: dict[str, Any] = JOBS[job]["steps"][-1]
    assert last["if"] == "failure()"
    kept = [folder / path for path in last["with"]["path"].split()]
    assert all(path.is_dir() for path in kept)
    return sorted(file for path in kept for file in path.rglob("*") if file.is_file())


def test_the_page_lists_what_the_workflow_needs() -> None:
    for file in ("app.py", "shop_stack.py", "cdk.json", "package.json", "requirements-app.txt"):
        assert f"`{file}`" in PAGE
        assert (SNIPPETS / "ci" / file).is_file()
