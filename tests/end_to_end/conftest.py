from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cloud.app_stack import AppStack
from harness.cloud.local_cloud import REPOSITORY, Cloud
from harness.synth.synthesis import Synthesizer

TINY_APP = Path(__file__).with_name("tiny_app")


@pytest.fixture
def tiny_app(tmp_path: Path) -> Path:
    """A copy of the tiny app, to be changed and deployed."""
    return Path(shutil.copytree(TINY_APP, tmp_path / "tiny_app"))


@pytest.fixture(scope="session")
def tiny_synthesizer() -> Iterator[Synthesizer]:
    with Synthesizer(TINY_APP) as synthesizer:
        yield synthesizer


@pytest.fixture(scope="session")
def examples_synthesizer() -> Iterator[Synthesizer]:
    with Synthesizer(REPOSITORY) as synthesizer:
        yield synthesizer


@pytest.fixture
def tiny_stack(cloud: Cloud, tiny_synthesizer: Synthesizer, tmp_path: Path) -> AppStack:
    """The tiny app's stack, not deployed yet."""
    return AppStack(cloud, tiny_synthesizer, tmp_path / "cdk.out", "Tiny")
