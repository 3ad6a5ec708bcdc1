"""Fixtures: a fresh AppFlow per test, behind one HTTP server; its runs end with the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.model.appflow import Client, Cloud, FakeHost, Server, empty_cloud
from harness.model.token_server import TokenServer, token_server


@pytest.fixture
def cloud(server: Server) -> Iterator[Cloud]:
    with empty_cloud(server) as cloud:
        yield cloud


@pytest.fixture
def host(cloud: Cloud) -> FakeHost:
    return cloud.host


@pytest.fixture
def client(cloud: Cloud, server: Server) -> Client:
    assert server.appflow is cloud.appflow
    return server.client()


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with token_server() as running:
        yield running
