"""The page "Your first connector in ten minutes", followed word for word in an empty folder.

The CDK's validator looks at its app in `tests/examples/test_example_templates.py`.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from harness.cloud.local_cloud import REPOSITORY, free_port
from harness.cloud.page_reader import Reader, shows

PAGE = Path(__file__).parents[2] / "docs" / "first-connector.md"


def test_the_page_is_followed_word_for_word(tmp_path: Path) -> None:
    work, port = tmp_path / "crm", free_port()
    work.mkdir()
    folders = [REPOSITORY / each for each in (".venv/bin", ".venv-local/bin", "node_modules/.bin")]
    variables = {
        **os.environ,
        "PATH": os.pathsep.join([*map(str, folders), os.environ["PATH"]]),
        "APPFLOW_LOCAL_HOME": str(tmp_path / "home"),
        "APPFLOW_LOCAL_PORT": str(port),
        "JSII_DEPRECATED": "quiet",
    }
    page = PAGE.read_text(encoding="utf-8").replace(":4566", f":{port}")
    try:
        followed = list(Reader(work, "docs/snippets/first_connector/", variables).follow(page))
    finally:
        subprocess.run(["appflow-local", "down"], env=variables, check=False)
    assert followed[-1] == "appflow-local down"
    assert followed.count("appflow-local run customers") == 2


@pytest.mark.parametrize(
    ("printed", "expected", "is_shown"),
    [
        ("a\nb\nc\n", "a\n…\nc\n", True),
        ("took 12 s: fine", "took … s: fine", True),
        ("a\nb\n", "a\n", False),
        ("anything", "…", True),
        ("3 records, 9 bytes", "4 records, …", False),
    ],
)
def test_output_is_compared_with_what_a_page_shows(
    printed: str, expected: str, is_shown: bool
) -> None:
    assert shows(printed, expected) is is_shown
