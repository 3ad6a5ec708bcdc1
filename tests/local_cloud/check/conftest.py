from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.model.appflow import Cloud, Server
from harness.model.checked import FakeBench


@pytest.fixture(scope="session", autouse=True)
def _loopback_is_reached_directly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield


@pytest.fixture
def bench(server: Server) -> Iterator[FakeBench]:
    cloud = Cloud()
    server.appflow = cloud.appflow
    yield FakeBench(cloud, server.client())
    cloud.appflow.close()
