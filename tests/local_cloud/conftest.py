from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.local_cloud import Cloud, running_cloud


@pytest.fixture(scope="session")
def own_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud that is not bootstrapped, for tests that leave things behind in it."""
    with running_cloud(tmp_path_factory.mktemp("own")) as cloud:
        yield cloud
