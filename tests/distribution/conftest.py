from __future__ import annotations

import pytest

from harness.cloud.installation import Built, Installation, build, install
from harness.cloud.local_cloud import REPOSITORY


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(REPOSITORY, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def installation(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(built.wheel, tmp_path_factory.mktemp("installation") / "venv")
