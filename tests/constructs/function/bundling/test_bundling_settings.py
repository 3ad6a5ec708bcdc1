"""Which settings decide what uv finds, and with them which installation of the cache is right."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cdk_appflow_connector.function.bundling.uv_settings import (
    index_options,
    settings_digest,
    uv_environment,
)


@pytest.fixture(autouse=True)
def _no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UV_DEFAULT_INDEX", "https://packages.example.com/simple"),
        ("UV_INDEX", "https://packages.example.com/simple"),
        ("UV_FIND_LINKS", "/wheels"),
        ("UV_EXCLUDE_NEWER", "2026-01-01"),
        ("PIP_INDEX_URL", "https://packages.example.com/simple"),
        ("PIP_NO_INDEX", "1"),
    ],
)
def test_another_index_is_another_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    before = settings_digest(tmp_path)
    monkeypatch.setenv(name, value)
    assert settings_digest(tmp_path) != before


@pytest.mark.parametrize(
    "file", ["uv.toml", "pyproject.toml", "connector/uv.toml", "home/.config/uv/uv.toml"]
)
def test_the_files_that_uv_reads_count(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "connector"
    folder.mkdir()
    before = settings_digest(folder)
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text("[tool.uv]\nno-index = true")
    assert settings_digest(folder) != before


def test_other_settings_of_a_project_do_not_count(tmp_path: Path) -> None:
    before = settings_digest(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]")
    assert settings_digest(tmp_path) == before


def test_pips_index_is_taken_over_and_no_public_one_asked_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://a")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://b https://c")
    monkeypatch.setenv("PIP_FIND_LINKS", "/d /e")
    taken = {name: value for name, value in uv_environment().items() if name.startswith("UV_")}
    assert taken.items() >= {
        ("UV_DEFAULT_INDEX", "https://a"),
        ("UV_INDEX", "https://b https://c"),
        ("UV_FIND_LINKS", "/d,/e"),
    }


def test_uvs_own_settings_come_before_pips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://a")
    monkeypatch.setenv("UV_INDEX_URL", "https://b")
    assert "UV_DEFAULT_INDEX" not in uv_environment()


@pytest.mark.parametrize(
    ("value", "options"), [("1", ["--no-index"]), ("true", ["--no-index"]), ("0", []), ("no", [])]
)
def test_pip_without_an_index_is_uv_without_one(
    monkeypatch: pytest.MonkeyPatch, value: str, options: list[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", value)
    assert index_options() == options


def test_what_contradicts_a_bundle_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_NO_VERIFY_HASHES", "UV_SYSTEM_PYTHON", "FORCE_COLOR", "UV_WORKING_DIR"):
        monkeypatch.setenv(name, "1")
        assert name not in uv_environment()
