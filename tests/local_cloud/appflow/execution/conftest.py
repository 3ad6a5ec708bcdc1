"""Fixtures: a fresh AppFlow per test, behind one HTTP server, whose runs end with the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.model.appflow import Client, Cloud, FakeHost, Server
from harness.model.runs import Gate, connected, outward


@pytest.fixture
def cloud(server: Server) -> Iterator[Cloud]:
    fresh = Cloud()
    server.appflow = fresh.appflow
    yield fresh
    fresh.appflow.close()


@pytest.fixture
def host(cloud: Cloud) -> FakeHost:
    return cloud.host


@pytest.fixture
def client(cloud: Cloud, server: Server) -> Client:
    assert server.appflow is cloud.appflow
    return server.client()


@pytest.fixture
def gate(client: Client, host: FakeHost) -> Iterator[Gate]:
    function = Gate()
    connected(client, host, function)
    client.create_flow(**outward())
    yield function
    function.opened.set()
