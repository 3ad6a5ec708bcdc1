"""What is installed has a hash, and builds nothing with what has none; bandit and ruff agree."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SKIPPED = re.compile(r"^skips = \[\n(.*?)^\]$", re.MULTILINE | re.DOTALL)
HASHED = re.compile(r"[\w.-]+(\[.*\])?==[^* ]+ (; .* )?--hash=sha256:[0-9a-f]{64}")
LOCKS = [
    "requirements.txt",
    "local_cloud/requirements.txt",
    *sorted(f"requirements/{file.name}" for file in (REPOSITORY / "requirements").iterdir()),
]
CDK_SETTINGS = [
    "cdk.json",
    "tests/end_to_end/tiny_app/cdk.json",
]
# bandit's rule and ruff's, which asks for a reason at each place.
ASKED_BY_RUFF = {
    "B603": "import subprocess, sys\nsubprocess.run(['/bin/true', sys.argv[1]], check=False)\n",
    "B105": "password = 'secret'\n",
    "B310": "import urllib.request\nurllib.request.urlopen('file:///etc/passwd')\n",
}


def bandit(source: Path) -> str:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bandit", "--quiet", "--configfile"),
            *(REPOSITORY / "pyproject.toml", source),
        ],
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_is_one_version_with_a_hash(lock: str) -> None:
    requirements = locked(lock)
    assert len(requirements) > 5
    assert [each for each in requirements if not HASHED.match(each)] == []


def locked(lock: str) -> list[str]:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return re.findall(r"^\w.*", text.replace("\\\n    ", ""), re.MULTILINE)


def test_every_lock_is_installed_from_by_the_makefile() -> None:
    named = {word for command in installations() for word in command if word.endswith(".txt")}
    assert named == set(LOCKS)


def test_whatever_the_makefile_installs_has_a_hash_and_is_built_with_what_has_one() -> None:
    # Without isolation, a source is built with what is installed already, which had a hash.
    assert len(installations()) > 8
    for command in installations():
        if "-r" in command:
            assert {"--require-hashes", "--only-binary"} <= set(command), command
            assert command[command.index("--only-binary") + 1] == ":all:"
            assert "--no-build-isolation" in command or not has_sources(command), command
        else:  # what this repository has built, or builds
            assert "--no-deps" in command, command
            assert "--no-build-isolation" in command or command[-1].endswith(".whl"), command


def has_sources(command: Sequence[str]) -> bool:
    """Whether a lock has what may come as source."""
    (lock,) = (word for word in command if word.endswith(".txt"))
    (source,) = (command[at + 1] for at, word in enumerate(command) if word == "--no-binary")
    return any(each.startswith(f"{source}==") for each in locked(lock))


def installations() -> list[list[str]]:
    """The commands by which the Makefile installs Python packages."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", *("setup", "test-floor", "release-check", "audit")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.replace("\\\n", "").splitlines()
    return [shlex.split(line) for line in lines if "pip install" in line]


def test_the_build_backends_are_those_of_the_other_locks() -> None:
    versions = {each.split(" ")[0] for each in locked("requirements.txt")}
    for lock in ("requirements/build.txt", "requirements/wheel.txt"):
        assert {each.split(" ")[0] for each in locked(lock)} <= versions


def test_the_cdk_cli_tells_nobody_of_its_use() -> None:
    shown = subprocess.run(
        ["make", "--silent", "--file", "-", "show"],
        cwd=REPOSITORY,
        input="include Makefile\nshow: ; @env\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"CDK_DISABLE_CLI_TELEMETRY=true", "CDK_DISABLE_VERSION_CHECK=1"} <= set(
        shown.stdout.splitlines()
    )


@pytest.mark.parametrize("settings", CDK_SETTINGS)
def test_nor_does_it_where_somebody_runs_it_by_hand(settings: str) -> None:
    # Source: README of the CDK CLI, `cdk cli-telemetry` and `cdk notices`.
    given = json.loads((REPOSITORY / settings).read_text(encoding="utf-8"))
    assert given["context"]["cli-telemetry"] is False
    assert given["notices"] is False
    assert given["versionReporting"] is False


@pytest.mark.parametrize(
    "line",
    [
        "subprocess.run('true; ' + name, shell=True)",
        "pickle.loads(name)",
        "eval(name)",
        "yaml.load(name)",
        "ssl._create_unverified_context()",
        "hashlib.md5(name)",
    ],
)
def test_bandit_finds_what_nobody_may_write(tmp_path: Path, line: str) -> None:
    source = tmp_path / "module.py"
    source.write_text(f"import hashlib, pickle, ssl, subprocess, sys, yaml\nname = '1'\n{line}\n")
    assert "Issue:" in bandit(source)


@pytest.mark.parametrize(("rule", "code"), ASKED_BY_RUFF.items(), ids=ASKED_BY_RUFF)
def test_ruff_asks_for_a_reason_where_bandit_does_not(tmp_path: Path, rule: str, code: str) -> None:
    source = tmp_path / "module.py"
    source.write_text(code)
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise"),
            *("--config", REPOSITORY / "pyproject.toml", source),
        ],
        capture_output=True,
        text=True,
    )
    assert bandit(source) == ""
    assert f" {rule.replace('B', 'S')} " in asked.stdout


def test_nothing_else_is_skipped() -> None:
    skips = SKIPPED.search((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert skips is not None
    assert set(re.findall(r'"(B\d+)"', skips[1])) == {*ASKED_BY_RUFF, "B404"}
