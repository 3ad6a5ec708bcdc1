"""Every installed package has a hash; bandit skips only what ruff asks a reason for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SKIPPED = re.compile(r"^skips = \[\n(.*?)^\]$", re.MULTILINE | re.DOTALL)
HASHED = re.compile(r"[\w.-]+(\[.*\])?==[^* ]+ (; .* )?--hash=sha256:[0-9a-f]{64}")
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


@pytest.mark.parametrize("lock", ["requirements.txt", "local_cloud/requirements.txt"])
def test_every_locked_requirement_is_one_version_with_a_hash(lock: str) -> None:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    requirements = re.findall(r"^\w.*", text.replace("\\\n    ", ""), re.MULTILINE)
    assert len(requirements) > 20
    assert [each for each in requirements if not HASHED.match(each)] == []


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
