"""A connector is bundled where its user can keep no cache, and says so where it can't be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cdk_appflow_connector.function.bundling import uv_settings
from cdk_appflow_connector.function.bundling.asset import LocalAsset
from cdk_appflow_connector.function.bundling.cache import FOLDER_VARIABLE, cache_folder, cached
from cdk_appflow_connector.function.bundling.uv_settings import uv_environment

# jsii unpacks the CDK in the home, too, which takes seconds.
JSII_CACHE = Path(
    os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "aws/jsii/package-cache"
)


@pytest.fixture
def no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home in which no folder can be made, for root either."""
    (tmp_path / "home").write_text("a file")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in (FOLDER_VARIABLE, "XDG_CACHE_HOME", "UV_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)


def kept(tmp_path: Path) -> int:
    """How often a file is made that is asked for twice."""
    made: list[Path] = []

    def make(file: Path) -> None:
        made.append(file)
        file.write_text("made")

    def read(file: Path) -> None:
        assert file.read_text() == "made"

    for _ in range(2):
        cached(f"key of {tmp_path.name}", make, read)
    return len(made)


@pytest.mark.usefixtures("no_home")
def test_without_a_home_the_cache_lasts_as_long_as_the_process(tmp_path: Path) -> None:
    assert kept(tmp_path) == 1
    folder, is_users = cache_folder("uv")
    assert not is_users
    assert uv_environment()["UV_CACHE_DIR"] == str(folder)


def test_a_user_without_an_entry_of_its_own_needs_no_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert kept(tmp_path) == 1
    assert uv_settings.settings_digest(tmp_path)


@pytest.mark.usefixtures("no_home")
def test_the_temporary_cache_is_gone_when_the_process_ends() -> None:
    script = (
        "from cdk_appflow_connector.function.bundling.cache import cache_folder\n"
        "print(cache_folder('crm')[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(JSII_CACHE)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not Path(done.stdout.strip()).exists()


def test_a_home_that_can_be_written_is_used_and_uv_chooses_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CACHE_HOME", "UV_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    assert cache_folder("crm") == (tmp_path / ".cache" / "crm", True)
    assert "UV_CACHE_DIR" not in uv_environment()
    assert list((tmp_path / ".cache" / "crm").iterdir()) == []


def test_a_named_cache_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file" / "cache"))
    with pytest.raises(ValueError, match=rf"the cache '.*file/cache' can't be .*{FOLDER_VARIABLE}"):
        kept(tmp_path)


def test_a_system_error_while_an_asset_is_written_is_said_in_words(tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder))

    asset = LocalAsset(tmp_path, "digest", write)
    with pytest.raises(ValueError, match=r"the asset can't be written: .*No space left on device"):
        asset.try_bundle(str(tmp_path / "out"))
    assert asset.problem is not None
