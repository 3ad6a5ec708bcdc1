"""Pages that a browser on this machine shows cannot use a local cloud."""

from __future__ import annotations

import http.client
import ssl

import pytest

from harness.cloud.shared_cloud import Shared

FOREIGN = [
    {"Host": "rebound.example.com"},
    {"Host": "localhost.example.com:4566"},
    {"Host": "localhost", "Origin": "https://shop.example.com"},
    {"Host": "localhost", "Origin": "null"},
    {"Host": "[", "Origin": "http://localhost"},
]
OURS = [
    {"Host": "localhost"},
    {"Host": "127.0.0.1:4566"},
    {"Host": "[::1]:4566"},
    {"Host": "orders.localhost:4566"},
    {"Host": "localhost", "Origin": "http://localhost:3000"},
]


def status(shared: Shared, method: str, path: str, headers: dict[str, str]) -> int:
    trust = ssl.create_default_context(
        cafile=shared.home / str(shared.cloud.port) / "ca-bundle.pem"
    )
    connection = http.client.HTTPSConnection(
        "127.0.0.1", shared.cloud.port, context=trust, timeout=10
    )
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_page_of_another_host_is_refused(shared: Shared, headers: dict[str, str]) -> None:
    assert status(shared, "GET", "/_ministack/health", headers) == 403
    assert status(shared, "OPTIONS", "/", headers) == 403
    assert status(shared, "POST", "/_ministack/reset", headers) == 403


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_a_page_of_this_machine_is_admitted(shared: Shared, headers: dict[str, str]) -> None:
    assert status(shared, "GET", "/_ministack/health", headers) == 200
