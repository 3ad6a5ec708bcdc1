from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.model.appflow import Server, empty_cloud
from harness.model.checked import FakeBench


@pytest.fixture
def bench(server: Server) -> Iterator[FakeBench]:
    with empty_cloud(server) as cloud:
        yield FakeBench(cloud, server.client())
