from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.model.appflow import Client, Cloud, Server
from harness.provider.endpoint import ResponseEndpoint, response_endpoint
from harness.provider.handler import Provider, VirtualTime, provider_environment, virtual_time


@pytest.fixture(scope="session")
def _endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResponseEndpoint]:
    with response_endpoint(tmp_path_factory.mktemp("endpoint")) as running:
        yield running


@pytest.fixture
def endpoint(_endpoint: ResponseEndpoint) -> ResponseEndpoint:
    _endpoint.reset()
    return _endpoint


@pytest.fixture(scope="module", autouse=True)
def _environment(server: Server, _endpoint: ResponseEndpoint) -> Iterator[None]:
    with provider_environment(server, _endpoint.ca_file):
        yield


@pytest.fixture
def time() -> Iterator[VirtualTime]:
    with virtual_time() as time:
        yield time


@pytest.fixture
def appflow(server: Server) -> Cloud:
    fresh = Cloud()
    server.appflow = fresh.appflow
    return fresh


@pytest.fixture
def client(server: Server) -> Client:
    """AppFlow as somebody else uses it."""
    return server.client()


@pytest.fixture
def provider(appflow: Cloud, endpoint: ResponseEndpoint, time: VirtualTime) -> Provider:
    return Provider(appflow, endpoint, time)
