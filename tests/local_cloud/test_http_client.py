"""Requests that leave the cloud: which certificates they trust, and what they never do."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from appflow_local.appflow.web import FetchFailed, WebRequest, WebResponse
from appflow_local.http_client import LARGEST_ANSWER, fetch
from harness.model.token_server import TokenServer, token_server

WAIT = 10.0  # seconds; reached only when a test fails


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with token_server() as running:
        yield running


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def https_server(authority: trustme.CA) -> Iterator[TokenServer]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with token_server(tls) as running:
        yield running


def post(url: str, timeout: float = WAIT) -> WebResponse:
    return fetch(WebRequest("POST", url, {"X-Kind": "token"}, b"a=1"), timeout=timeout)


def test_method_headers_and_body_arrive(server: TokenServer) -> None:
    assert post(server.url) == WebResponse(200, server.body)
    (asked,) = server.requests
    assert (asked.method, asked.headers["X-Kind"], asked.body) == ("POST", "token", b"a=1")


@pytest.mark.parametrize("status", [302, 307, 401, 500])
def test_redirects_and_refusals_are_answers(server: TokenServer, status: int) -> None:
    server.status, server.headers = status, {"Location": server.url}
    assert post(server.url) == WebResponse(status, server.body)
    assert len(server.requests) == 1


def test_the_bundle_in_the_environment_is_trusted(
    https_server: TokenServer,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    assert post(https_server.url).status == 200


def test_nobody_else_is_trusted(https_server: TokenServer) -> None:
    with pytest.raises(FetchFailed, match="CERTIFICATE_VERIFY_FAILED"):
        post(https_server.url)
    assert https_server.requests == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://127.0.0.1:x/", "http://[/"])
def test_no_server_and_no_url_are_failures(url: str) -> None:
    with pytest.raises(FetchFailed):
        post(url)


def test_a_server_that_takes_too_long_is_a_failure(
    server: TokenServer,
) -> None:
    server.delay = 0.5
    started = time.monotonic()
    with pytest.raises(FetchFailed, match="timed out"):
        post(server.url, timeout=0.05)
    assert time.monotonic() - started < server.delay


def test_an_endless_answer_is_cut(server: TokenServer) -> None:
    server.body = b"a" * (LARGEST_ANSWER + 1)
    assert len(post(server.url).body) == LARGEST_ANSWER
