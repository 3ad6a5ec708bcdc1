"""Every test that SECURITY.md names exists, and `make test-security` runs it."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
MODEL = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8").partition("<!-- threats -->")[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", MODEL)
THREATS = [row for row in MODEL.partition("\n\n")[0].splitlines()[3:] if row.startswith("|")]


def test_every_threat_names_a_test() -> None:
    assert len(THREATS) >= 10
    assert [row for row in THREATS if not re.search(r"`tests/[\w/]+\.py::\w+`", row)] == []


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_the_test_exists(file: str, name: str) -> None:
    assert re.search(rf"^def {name}\(", (REPOSITORY / file).read_text(encoding="utf-8"), re.M)


def test_make_test_security_runs_every_test_that_is_named() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "test-security"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    run = [
        word for word in shlex.split(done.stdout.replace("\\\n", "")) if word.startswith("tests/")
    ]
    assert [each for each in run if not (REPOSITORY / each).exists()] == []
    assert [file for file, _ in NAMED if not file.startswith(tuple(run))] == []
