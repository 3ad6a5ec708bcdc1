"""A provider whose way out is a proxy: AppFlow and CloudFormation are reached by the same way."""

from __future__ import annotations

import base64
import logging
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from appflow_connector_provider import handler as provider_handler
from appflow_connector_provider import https
from appflow_connector_provider.handler import handler
from appflow_connector_provider.response import ResponseError
from harness.provider.handler import Context, Provider

VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")


class Proxy:
    """An HTTP proxy on loopback, which keeps the heads of what it is asked."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.refused: set[str] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets = [self._listener]
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def asked_for(self) -> list[str]:
        """The host and port of each request: CONNECT names them, plain HTTP has a whole URL."""
        targets = [head.split()[1] for head in self.heads]
        return [urlsplit(target).netloc or target for target in targets]

    def end(self) -> None:
        """End connections that clients keep open, too."""
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in self._sockets:
            each.close()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        self._threads.append(threading.Thread(target=target, args=args, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                self._pass_on(client)

    def _pass_on(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(65536)
        self.heads.append(head.decode())
        if self.asked_for[-1] in self.refused:
            client.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            client.close()
            return
        host, _, port = self.asked_for[-1].partition(":")
        server = socket.create_connection((host, int(port)))
        self._sockets.append(server)
        if head.startswith(b"CONNECT "):
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            server.sendall(head)
        self._start(_pump, client, server)
        self._start(_pump, server, client)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def running_proxy() -> Iterator[Proxy]:
    proxy = Proxy()
    try:
        yield proxy
    finally:
        proxy.end()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The provider's environment without proxies; what reads it is made anew, then and after."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for forget in (provider_handler._client.cache_clear, https.tls_context.cache_clear):
        forget()
    yield monkeypatch
    monkeypatch.undo()
    for forget in (provider_handler._client.cache_clear, https.tls_context.cache_clear):
        forget()


def use(environment: pytest.MonkeyPatch, proxy: str) -> None:
    environment.setenv("HTTP_PROXY", proxy)
    environment.setenv("HTTPS_PROXY", proxy)


def answers_host(provider: Provider) -> str:
    return urlsplit(provider.endpoint.url).netloc


def test_the_answer_leaves_through_the_proxy_that_appflow_is_reached_through(
    provider: Provider, environment: pytest.MonkeyPatch
) -> None:
    with running_proxy() as proxy:
        use(environment, proxy.url)
        assert provider.create()["Status"] == "SUCCESS"
    assert proxy.asked_for[0] == proxy.asked_for[-1] == answers_host(provider)
    assert set(proxy.asked_for) > {answers_host(provider)}


def test_a_proxy_without_its_scheme_is_understood_as_botocore_does(
    provider: Provider, environment: pytest.MonkeyPatch
) -> None:
    with running_proxy() as proxy:
        use(environment, proxy.url.removeprefix("http://"))
        assert provider.create()["Status"] == "SUCCESS"
    assert answers_host(provider) in proxy.asked_for


def test_a_proxy_is_told_its_user_and_the_log_is_not(
    provider: Provider, environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with running_proxy() as proxy:
        use(environment, proxy.url.replace("//", "//user:p%40ss@"))
        provider.create()
    told = base64.b64encode(b"user:p@ss").decode()
    assert f"Proxy-Authorization: Basic {told}" in proxy.heads[-1]
    assert "p%40ss" not in caplog.text
    assert "p@ss" not in caplog.text


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_a_proxy_that_lets_no_answer_out_leaves_nothing_registered(
    provider: Provider, environment: pytest.MonkeyPatch, request_type: str
) -> None:
    with running_proxy() as proxy:
        use(environment, proxy.url)
        proxy.refused.add(answers_host(provider))
        event = provider.event(request_type, PhysicalResourceId="Orders")
        event["OldResourceProperties"] = event["ResourceProperties"] | {"Revision": "before"}
        with pytest.raises(ResponseError, match="not accepted in time"):
            handler(event, Context(provider.time, 30))
    assert set(proxy.asked_for) == {answers_host(provider)}
    assert provider.cloud.host.asked == []


def test_hosts_that_no_proxy_names_are_reached_directly(
    provider: Provider, environment: pytest.MonkeyPatch
) -> None:
    with running_proxy() as proxy:
        use(environment, proxy.url)
        environment.setenv("NO_PROXY", "localhost,127.0.0.1")
        assert provider.create()["Status"] == "SUCCESS"
    assert proxy.heads == []


def test_behind_a_proxy_that_is_not_there_nothing_is_registered(
    provider: Provider, environment: pytest.MonkeyPatch
) -> None:
    with running_proxy() as proxy:
        gone = proxy.url.replace("//", "//user:hidden@")
    use(environment, gone)
    # The answer alone gets out: what was tried can be looked at.
    environment.setenv("NO_PROXY", "localhost")
    environment.setenv("AWS_ENDPOINT_URL_APPFLOW", "https://appflow.invalid")
    answer = provider.create()
    assert answer["Status"] == "FAILED"
    assert "ProxyConnectionError" in answer["Reason"]
    assert "hidden" not in answer["Reason"]
    assert provider.cloud.host.asked == []


def test_the_authorities_of_aws_ca_bundle_are_trusted_for_the_answer_too(
    provider: Provider, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("SSL_CERT_FILE")
    environment.setenv("AWS_CA_BUNDLE", str(provider.endpoint.ca_file))
    assert provider.create()["Status"] == "SUCCESS"


@pytest.mark.usefixtures("provider")
def test_a_bundle_of_the_systems_authorities_is_read_once(
    environment: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    environment.setenv("AWS_CA_BUNDLE", os.environ["SSL_CERT_FILE"])
    environment.setattr(
        ssl.SSLContext, "load_verify_locations", lambda _context, file: read.append(file)
    )
    https.tls_context()
    assert read == []


def test_a_bundle_that_cannot_be_read_does_not_keep_the_answer(
    provider: Provider, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("AWS_CA_BUNDLE", "no-such-file.pem")
    assert provider.create()["Status"] == "SUCCESS"
