from __future__ import annotations

import os
from pathlib import Path

import pytest

from cdk_appflow_connector.function.bundling.target import Target


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where pip finds distributions."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def target() -> Target:
    return Target(python="3.12", machine="aarch64", glibc=34)
