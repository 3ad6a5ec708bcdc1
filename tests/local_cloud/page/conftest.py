"""Fixtures: a fresh model per test, and the page over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.model.appflow import Client, Cloud, FakeHost, Server, empty_cloud
from tests.local_cloud.page.watched import Watched


@pytest.fixture
def model(server: Server) -> Iterator[Cloud]:
    with empty_cloud(server) as cloud:
        yield cloud


@pytest.fixture
def host(model: Cloud) -> FakeHost:
    return model.host


@pytest.fixture
def client(model: Cloud, server: Server) -> Client:
    assert server.appflow is model.appflow
    return server.client()


@pytest.fixture
def page(model: Cloud, tmp_path: Path) -> Watched:
    return Watched(model, tmp_path / "server.log")
