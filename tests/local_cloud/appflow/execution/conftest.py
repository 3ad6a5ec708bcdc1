"""A flow over a connector that waits until the test opens it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.model.appflow import Client, FakeHost
from harness.model.runs import Gate, connected, outward


@pytest.fixture
def gate(client: Client, host: FakeHost) -> Iterator[Gate]:
    function = Gate()
    connected(client, host, function)
    client.create_flow(**outward())
    yield function
    function.opened.set()
