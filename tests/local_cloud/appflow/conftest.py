"""Fixtures: a fresh AppFlow per test, behind one HTTP server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.appflow import Client, Cloud, FakeHost, Server, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def cloud(server: Server) -> Cloud:
    fresh = Cloud()
    server.appflow = fresh.appflow
    return fresh


@pytest.fixture
def host(cloud: Cloud) -> FakeHost:
    return cloud.host


@pytest.fixture
def client(cloud: Cloud, server: Server) -> Client:
    assert server.appflow is cloud.appflow
    return server.client()
