"""The version and the changelog agree, before a release and between two."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
HEADING = re.compile(r"^## (Unreleased|\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2})$")


def sections(changelog: str) -> dict[str, list[str]]:
    """The entries below each heading, newest first; the heading of a release is its version."""
    found: dict[str, list[str]] = {}
    for line in changelog.splitlines():
        if line.startswith("## "):
            assert HEADING.match(line), f"{line!r}: write '## 1.2.3 - 2026-11-22'"
            found[line.split()[1]] = []
        elif line.startswith("- "):
            found[[*found][-1]].append(line)
    return found


def problem(changelog: str, current: str) -> str | None:
    """What keeps the changelog and the version in pyproject.toml from telling the same."""
    entries = sections(changelog)
    waiting = entries.pop("Unreleased", [])
    if waiting and current in entries:
        return f"changes wait for a release, but {current} is one: raise the version"
    if not waiting and [*entries][:1] != [current]:
        return f"nothing waits for a release, and the newest is not {current}"
    return None


def test_the_changelog_is_about_this_version() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    current = re.search(r'^version = "(.*)"$', (REPOSITORY / "pyproject.toml").read_text(), re.M)
    assert current is not None
    assert problem(text, current[1]) is None


@pytest.mark.parametrize(
    ("changelog", "current"),
    [
        ("## Unreleased\n- Added: x", "0.1.0"),
        ("## Unreleased\n- Added: y\n## 0.1.0 - 2026-11-22\n- Added: x", "0.2.0"),
        ("## 0.1.0 - 2026-11-22\n- Added: x", "0.1.0"),
        ("## Unreleased\n## 0.2.0 - 2026-12-01\n- y\n## 0.1.0 - 2026-11-22\n- x", "0.2.0"),
    ],
)
def test_a_version_may_wait_for_its_release_or_be_the_newest(changelog: str, current: str) -> None:
    assert problem(changelog, current) is None


@pytest.mark.parametrize(
    ("changelog", "current"),
    [
        ("## Unreleased\n- Added: y\n## 0.1.0 - 2026-11-22\n- Added: x", "0.1.0"),
        ("## 0.1.0 - 2026-11-22\n- Added: x", "0.2.0"),
        ("## 0.2.0 - 2026-12-01\n- y\n## 0.1.0 - 2026-11-22\n- x", "0.1.0"),
        ("## Unreleased", "0.1.0"),
    ],
)
def test_a_version_that_the_changelog_contradicts_is_found(changelog: str, current: str) -> None:
    assert problem(changelog, current) is not None


def test_the_heading_of_a_release_has_a_date() -> None:
    with pytest.raises(AssertionError, match=r"write '## 1\.2\.3 - 2026-11-22'"):
        sections("## 0.1.0\n- Added: x")
