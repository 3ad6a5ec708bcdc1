from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.app_stack import AppStack
from harness.local_cloud import Cloud


@pytest.fixture
def tiny_app(tmp_path: Path) -> Path:
    """A copy of the tiny app, to be changed and deployed."""
    return Path(shutil.copytree(Path(__file__).with_name("tiny_app"), tmp_path / "tiny_app"))


@pytest.fixture
def tiny_stack(cloud: Cloud, tiny_app: Path) -> AppStack:
    """The tiny app's stack, not deployed yet."""
    return AppStack(cloud, tiny_app, "Tiny")
