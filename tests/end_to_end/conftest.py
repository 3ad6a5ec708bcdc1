from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def tiny_app(tmp_path: Path) -> Path:
    """A copy of the tiny app, to be changed and deployed."""
    return Path(shutil.copytree(Path(__file__).with_name("tiny_app"), tmp_path / "tiny_app"))
