"""Pages that a browser on this machine shows cannot use a local cloud."""

from __future__ import annotations

import http.client
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from harness.cloud.shared_cloud import Shared

FOREIGN = [
    {"Host": "rebound.example.com"},
    {"Host": "rebound.example.com:PORT"},
    {"Host": "localhost.example.com:PORT"},
    {"Host": "localhost", "Origin": "https://shop.example.com"},
    {"Host": "localhost", "Origin": "null"},
    {"Host": "[", "Origin": "https://localhost:PORT"},
    # Not parsed as an URL's authority, which has users, paths and white space.
    {"Host": "user@localhost:PORT"},
    {"Host": "localhost:PORT@example.com"},
    {"Host": "localhost:PORT/"},
    {"Host": "localhost#.example.com:PORT"},
    {"Host": "localhost:PORT, example.com"},
    {"Host": "localhost.:PORT"},
    {"Host": ".localhost:PORT"},
    {"Host": "notlocalhost:PORT"},
    {"Host": "[::1:PORT"},
    {"Host": "0:PORT"},
    {"Host": ""},
    # Another port is another server's.
    {"Host": "localhost:1"},
    {"Host": "localhost:"},
    {"Host": "localhost:0PORT"},
    {"Host": "localhost", "Origin": "http://localhost:3000"},
    {"Host": "localhost", "Origin": "https://localhost:3000"},
    {"Host": "localhost", "Origin": "http://localhost:PORT"},
    {"Host": "localhost", "Origin": "https://localhost"},
    # An image, a link or a form that gets: without an Origin.
    {"Host": "localhost:PORT", "Sec-Fetch-Site": "cross-site"},
    {"Host": "localhost:PORT", "Sec-Fetch-Site": "same-site"},
    {"Host": "localhost:PORT", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    {"Host": "localhost:PORT", "Sec-Fetch-Site": "cross-site", "Origin": "https://localhost:PORT"},
    {"Host": "localhost:PORT", "Sec-Fetch-Site": "none, cross-site"},
    {"Host": "localhost:PORT", "Sec-Fetch-Site": ""},
]
OURS = [
    {"Host": "localhost"},
    {"Host": "LOCALHOST:PORT"},
    {"Host": "127.0.0.1:PORT"},
    {"Host": "[::1]:PORT"},
    {"Host": "orders.localhost:PORT"},
    {"Host": "my.orders_2.s3.localhost:PORT"},
    {"Host": "localhost:PORT", "Origin": "https://localhost:PORT"},
    {"Host": "localhost:PORT", "Sec-Fetch-Site": "none"},
    {"Host": "localhost:PORT", "Origin": "https://localhost:PORT", "Sec-Fetch-Site": "same-origin"},
]
GUARDED = [
    ("GET", "/_ministack/health"),
    ("HEAD", "/orders/a/b.txt"),
    ("OPTIONS", "/"),
    ("POST", "/_ministack/reset"),
]


def raw(shared: Shared) -> closing[http.client.HTTPSConnection]:
    return closing(
        http.client.HTTPSConnection("localhost", shared.cloud.port, context=shared.tls, timeout=10)
    )


def status(shared: Shared, method: str, path: str, headers: dict[str, str]) -> int:
    own = {name: value.replace("PORT", str(shared.cloud.port)) for name, value in headers.items()}
    with raw(shared) as connection:
        connection.request(method, path, headers=own)
        return connection.getresponse().status


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_page_of_another_origin_is_refused(shared: Shared, headers: dict[str, str]) -> None:
    assert {status(shared, *request, headers) for request in GUARDED} == {403}


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_a_request_of_this_machine_is_admitted(shared: Shared, headers: dict[str, str]) -> None:
    assert status(shared, "GET", "/_ministack/health", headers) == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_an_image_of_another_page_cannot_use_a_presigned_url(shared: Shared, site: str) -> None:
    stacks = shared.cloud.client("cloudformation")
    url = urlsplit(stacks.generate_presigned_url("list_stacks", HttpMethod="GET"))
    path, host = f"/?{url.query}", {"Host": f"localhost:{shared.cloud.port}"}
    assert status(shared, "GET", path, {**host, "Sec-Fetch-Site": site}) == 403
    assert status(shared, "GET", path, {**host, "Sec-Fetch-Site": "none"}) == 200


def test_two_hosts_are_none(shared: Shared) -> None:
    with raw(shared) as connection:
        connection.putrequest("GET", "/_ministack/health")
        connection.putheader("Host", "example.com")
        connection.endheaders()
        assert connection.getresponse().status in (400, 403)
