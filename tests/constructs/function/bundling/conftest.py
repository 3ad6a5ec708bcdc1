from __future__ import annotations

from pathlib import Path

import pytest

from cdk_appflow_connector.function.bundling.target import Target
from harness.synth.wheels import uv_configuration


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where uv finds distributions."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("UV_CONFIG_FILE", str(uv_configuration(tmp_path / "settings.toml", folder)))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    return folder


@pytest.fixture
def target() -> Target:
    return Target(python="3.12", machine="aarch64", glibc=34)
