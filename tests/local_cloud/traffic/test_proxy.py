"""The proxy answers whoever has its token, for HTTP in all its forms, and passes on the rest."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from appflow_local.outside import authorization
from appflow_local.traffic.exchange import Answer, Sent
from appflow_local.traffic.proxy import TrafficProxy
from appflow_local.traffic.recording import Recording
from appflow_local.traffic.redaction import Redactor
from appflow_local.traffic.worlds import RecordedWorld
from tests.local_cloud.traffic.world import World, serving


class Echo:
    """A world that answers with what it was asked."""

    is_open = False

    def answer(self, sent: Sent) -> Answer:
        status = 204 if sent.url.endswith("/nothing") else 200
        told = [sent.method, sent.url, dict(sent.headers), sent.body.decode()]
        return Answer(status, "OK", (("Content-Encoding", "br"),), json.dumps(told).encode())


@dataclass
class Client:
    """What a function does with a proxy."""

    proxy: TrafficProxy
    folder: Path

    @property
    def end(self) -> tuple[str, int]:
        parts = urlsplit(self.proxy.url)
        return str(parts.hostname), int(parts.port or 0)

    @property
    def headers(self) -> dict[str, str]:
        name, value = authorization(self.proxy.url).strip().split(": ")
        return {name: value}

    @property
    def context(self) -> ssl.SSLContext:
        bundle = self.folder / "bundle.pem"
        bundle.write_bytes(self.proxy.certificate)
        return ssl.create_default_context(cafile=str(bundle))

    def tunnel(self, host: str, port: int, *, secure: bool = True) -> HTTPConnection:
        if secure:
            opened: HTTPConnection = HTTPSConnection(*self.end, timeout=10, context=self.context)
        else:
            opened = HTTPConnection(*self.end, timeout=10)
        opened.set_tunnel(host, port, self.headers)
        return opened

    def raw(self, text: str) -> bytes:
        with closing(socket.create_connection(self.end, timeout=10)) as opened:
            opened.sendall(text.encode())
            return b"".join(iter(lambda: opened.recv(1000), b""))


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    proxies = []

    def start(world: Echo | RecordedWorld, cloud_port: int = 1) -> Client:
        proxies.append(TrafficProxy(world, cloud_port))
        proxies[-1].start()
        return Client(proxies[-1], tmp_path)

    yield start
    for each in proxies:
        each.stop()


def test_requests_on_one_connection_are_answered_one_after_the_other(
    started: Callable[..., Client],
) -> None:
    with closing(started(Echo()).tunnel("api.example.com", 443)) as opened:
        for number in range(3):
            opened.request("POST", f"/orders?n={number}", body=b"hello", headers={"X-Any": "1"})
            method, url, headers, body = json.loads(opened.getresponse().read())
            assert (method, url) == ("POST", f"https://api.example.com/orders?n={number}")
            assert (headers["X-Any"], body) == ("1", "hello")


@pytest.mark.parametrize(
    ("host", "port", "secure", "url"),
    [
        ("api.example.com", 8443, True, "https://api.example.com:8443/"),
        ("api.example.com", 80, False, "http://api.example.com/"),
        ("127.0.0.1", 8080, False, "http://127.0.0.1:8080/"),
    ],
)
def test_a_tunnel_is_for_https_and_http(
    started: Callable[..., Client], host: str, port: int, secure: bool, url: str
) -> None:
    with closing(started(Echo()).tunnel(host, port, secure=secure)) as opened:
        opened.request("GET", "/")
        assert json.loads(opened.getresponse().read())[1] == url


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_whole_url_is_answered_without_the_proxys_own_headers(
    started: Callable[..., Client], scheme: str
) -> None:
    client = started(Echo())
    with closing(HTTPConnection(*client.end, timeout=10)) as opened:
        opened.request("GET", f"{scheme}://api.example.com:{80 if scheme == 'http' else 443}/a",
                       headers=client.headers)  # fmt: skip
        _method, url, headers, _body = json.loads(opened.getresponse().read())
    assert url == f"{scheme}://api.example.com/a"
    assert not [name for name in headers if name.lower().startswith("proxy")]


def test_chunks_and_clients_that_ask_before_they_send_are_understood(
    started: Callable[..., Client],
) -> None:
    client = started(Echo())
    with closing(client.tunnel("api.example.com", 443)) as opened:
        opened.request("POST", "/", body=iter([b"he", b"llo"]), encode_chunked=True,
                       headers={"Expect": "100-continue"})  # fmt: skip
        assert json.loads(opened.getresponse().read())[3] == "hello"


@pytest.mark.parametrize(("method", "path"), [("HEAD", "/"), ("GET", "/nothing")])
def test_an_answer_without_a_body_has_none(
    started: Callable[..., Client], method: str, path: str
) -> None:
    with closing(started(Echo()).tunnel("api.example.com", 443)) as opened:
        for _ in range(2):  # the second would read what was left of the first
            opened.request(method, path)
            answer = opened.getresponse()
            assert (answer.read(), answer.headers.get("Content-Encoding")) == (b"", None)


@pytest.mark.parametrize("token", ["", "Proxy-Authorization: Basic eDp5\r\n"])
@pytest.mark.parametrize(
    "line", ["GET http://a.example/ HTTP/1.1", "CONNECT a.example:443 HTTP/1.1"]
)
def test_who_has_no_token_is_refused(started: Callable[..., Client], line: str, token: str) -> None:
    answer = started(Echo()).raw(f"{line}\r\nHost: a.example\r\n{token}\r\n")
    assert answer.startswith(b"HTTP/1.1 407 ")


@pytest.mark.parametrize(
    ("text", "status"),
    [("GET / HTTP/1.1\r\nHost: a\r\n{token}\r\n", b"400"), ("nonsense\r\n\r\n", b"")],
)
def test_what_is_no_request_to_a_proxy_is_refused(
    started: Callable[..., Client], text: str, status: bytes
) -> None:
    client = started(Echo())
    answer = client.raw(text.replace("{token}", authorization(client.proxy.url)))
    assert status in answer.split(b"\r\n")[0]


def test_it_listens_on_loopback_and_each_proxy_has_a_token_and_an_authority_of_its_own(
    started: Callable[..., Client],
) -> None:
    one, other = started(Echo()), started(Echo())
    assert one.end[0] == "127.0.0.1"
    assert one.headers != other.headers
    assert one.proxy.certificate != other.proxy.certificate


def test_a_function_that_does_not_trust_the_authority_is_told_in_the_log(
    started: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    client = started(Echo())
    with closing(HTTPSConnection(*client.end, timeout=10)) as opened:
        opened.set_tunnel("api.example.com", 443, client.headers)
        with pytest.raises(ssl.SSLCertVerificationError):
            opened.request("GET", "/")
    client.proxy.stop()
    deadline = threading.Event()
    for _ in range(100):
        if "doesn't trust the cloud as api.example.com" in caplog.text:
            return
        deadline.wait(0.05)
    pytest.fail(caplog.text)


@contextmanager
def greeting() -> Iterator[int]:
    """A server of another protocol, which speaks first."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def greet() -> None:
            opened, _ = server.accept()
            with opened:
                opened.sendall(b"220 hello\r\n")

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield server.getsockname()[1]


def connected(client: Client, port: int) -> bytes:
    with closing(socket.create_connection(client.end, timeout=10)) as opened:
        head = f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n{authorization(client.proxy.url)}"
        opened.sendall(f"{head}Host: a\r\n\r\n".encode())
        return b"".join(iter(lambda: opened.recv(1000), b""))


def test_the_cloud_is_passed_on_without_being_read(started: Callable[..., Client]) -> None:
    with greeting() as port:
        assert connected(started(Echo(), port), port).endswith(b"220 hello\r\n")


def test_another_protocol_is_passed_on_only_where_the_world_is_open(
    started: Callable[..., Client], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with greeting() as port:
        world = recording_world(tmp_path, other_roots(tmp_path))
        assert connected(started(world), port).endswith(b"220 hello\r\n")
        assert (
            f"127.0.0.1:{port} is asked by another protocol than HTTP: not recorded" in caplog.text
        )
        assert connected(started(Echo()), port).endswith(b"\r\n\r\n")
        assert f"127.0.0.1:{port} is asked by another protocol than HTTP: refused" in caplog.text


def other_roots(folder: Path) -> Path:
    file = folder / "others.pem"
    file.write_bytes(trustme.CA().cert_pem.bytes())
    return file


def recording_world(folder: Path, roots: Path) -> RecordedWorld:
    recording = Recording(folder / "recording.har", Redactor(tuple), "0.1", print)
    return RecordedWorld(recording, roots, {})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving(tmp_path) as running:
        yield running


def test_a_compressed_answer_is_kept_and_passed_on_as_text(
    started: Callable[..., Client], world: World, tmp_path: Path
) -> None:
    client = started(recording_world(tmp_path, world.authority))
    with closing(client.tunnel("localhost", urlsplit(world.secure).port or 0)) as opened:
        headers = {"Accept-Encoding": "gzip, br", "X-Api-Key": "kéy-12345"}  # sent in Latin-1
        opened.request("GET", "/zipped", headers=headers)
        answer = opened.getresponse()
        found = json.loads(answer.read())
        assert (found["path"], found["echo"]) == ("/zipped", "kéy-12345")
        assert answer.headers.get("Content-Encoding") is None
    assert '\\"path\\": \\"/zipped\\"' in (tmp_path / "recording.har").read_text()


@pytest.mark.parametrize("trouble", ["refused", "untrusted"])
def test_a_network_that_fails_fails_for_the_function_too_and_is_not_recorded(
    started: Callable[..., Client],
    world: World,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    trouble: str,
) -> None:
    roots = other_roots(tmp_path)
    port = urlsplit(world.secure).port or 0
    if trouble == "refused":
        with closing(socket.create_server(("127.0.0.1", 0))) as unused:
            port = unused.getsockname()[1]
    client = started(recording_world(tmp_path, roots))
    with closing(client.tunnel("localhost", port)) as opened:
        opened.request("GET", "/")
        with pytest.raises(RemoteDisconnected):
            opened.getresponse()
    assert f"GET localhost:{port} can't be reached" in caplog.text
    assert not (tmp_path / "recording.har").exists()


def test_urllib_takes_the_proxy_with_its_token(started: Callable[..., Client]) -> None:
    client = started(Echo())
    handler = urllib.request.ProxyHandler({"http": client.proxy.url})
    with urllib.request.build_opener(handler).open("http://api.example.com/a") as answer:
        assert json.loads(answer.read())[1] == "http://api.example.com/a"
