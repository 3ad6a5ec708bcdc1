"""The proxy that functions reach the world by: HTTP, and HTTPS with certificates of its own.

It listens on loopback, and answers who has its token, which only functions of this cloud are given.
Its CA's key is nowhere but in this process, and only functions trust the CA. What is meant for the
cloud itself is passed on unread, as some clients can't tell it from the rest.
"""

from __future__ import annotations

import base64
import hmac
import logging
import secrets
import socket
import socketserver
import ssl
import sys
import threading
import traceback
from contextlib import closing, suppress
from typing import cast
from urllib.parse import urlsplit

import h11
import trustme

from appflow_local.aws_hosts import copy
from appflow_local.outside import connect_outside
from appflow_local.traffic.exchange import Answer, Headers, Sent, Unanswered, header
from appflow_local.traffic.http_connection import SECONDS, HttpConnection, header_texts
from appflow_local.traffic.worlds import World

_USER = "function"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SECONDS_TO_SPEAK = 1.0
"""How long a client may say nothing before it's taken for one that the server speaks to first."""

_SECONDS_BETWEEN_LOOKS = 0.1
"""How long it may take to see that it is to stop; `serve_forever` itself looks every 0.5 s."""

_HANDSHAKE = b"\x16"
_PORTS = {"http": 80, "https": 443}

_logger = logging.getLogger("traffic")


class TrafficProxy:
    """The proxy on a port of loopback.

    Args:
        world: answers the requests.
        cloud_port: the cloud's own.
    """

    def __init__(self, world: World, cloud_port: int) -> None:
        self._token = secrets.token_urlsafe()
        self._authority = trustme.CA(organization_name="appflow-local, recorded traffic")
        self._server = _Server(world, cloud_port, self._token, _Certificates(self._authority))

    @property
    def url(self) -> str:
        """The proxy's URL, with its token."""
        port = self._server.server_address[1]
        return f"http://{_USER}:{self._token}@127.0.0.1:{port}"

    @property
    def certificate(self) -> bytes:
        """The CA's certificate, as PEM."""
        return self._authority.cert_pem.bytes()

    def start(self) -> None:
        """Serve until the process ends."""
        serve = self._server.serve_forever
        threading.Thread(
            target=serve, args=(_SECONDS_BETWEEN_LOOKS,), daemon=True, name="traffic-proxy"
        ).start()

    def stop(self) -> None:
        """Accept no more connections."""
        self._server.shutdown()
        self._server.server_close()


class _Certificates:
    """A TLS context for each host, made when it's first asked for."""

    def __init__(self, authority: trustme.CA) -> None:
        self._authority = authority
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def of(self, host: str) -> ssl.SSLContext:
        with self._lock:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.set_alpn_protocols(["http/1.1"])
                self._authority.issue_cert(host).configure_cert(context)
                self._contexts[host] = context
            return self._contexts[host]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(
        self, world: World, cloud_port: int, token: str, certificates: _Certificates
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Client)
        self.world = world
        self.cloud_port = cloud_port
        self.password = base64.b64encode(f"{_USER}:{token}".encode()).decode()
        self.certificates = certificates

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Log a fault of the proxy, without its message, which may hold what was sent."""
        kind, _error, trace = sys.exc_info()
        frame = traceback.extract_tb(trace)[-1]
        name = kind.__name__ if kind else "nothing"
        _logger.error("A request is not answered: %s in %s", name, frame.name)


class _Client(socketserver.BaseRequestHandler):
    """One connection of a function, in its own thread."""

    request: socket.socket
    is_admitted = False

    @property
    def proxy(self) -> _Server:
        return cast(_Server, self.server)

    def handle(self) -> None:
        """Serve it to its end."""
        with suppress(OSError, h11.ProtocolError):
            self._serve_proxy()

    def _serve_proxy(self) -> None:
        """Answer requests with whole URLs, until one asks for a tunnel."""
        served = HttpConnection(self.request)
        for request, body in served.requests():
            if not self._admits(request):
                served.answer(_refusal(407, "Proxy Authentication Required"))
                return
            target = request.target.decode("latin-1")
            if request.method == b"CONNECT":
                served.accept_tunnel()
                self._serve_tunnel(target)
                return
            if not target.startswith(("http://", "https://")):
                served.answer(_refusal(400, "This is a proxy: ask it for whole URLs"))
                return
            if not self._answer(served, request, target, body):
                return

    def _admits(self, request: h11.Request) -> bool:
        """Whether the token came with this request, or with one before it on the connection."""
        given = header(header_texts(request.headers), "proxy-authorization").partition(" ")[2]
        self.is_admitted |= hmac.compare_digest(given.encode(), self.proxy.password.encode())
        return self.is_admitted

    def _serve_tunnel(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        host = host.strip("[]")
        if int(port) == self.proxy.cloud_port and _is_here(host):
            self._pass_on("127.0.0.1", int(port))
            return
        first = self._first_byte()
        if first == _HANDSHAKE:
            self._serve_tls(host, int(port))
        elif first.isalpha():
            self._serve_http(self.request, "http", host, int(port))
        elif self.proxy.world.is_open:
            _logger.warning("%s is asked by another protocol than HTTP: not recorded", target)
            self._pass_on(host, int(port))
        else:
            _logger.warning("%s is asked by another protocol than HTTP: refused", target)

    def _first_byte(self) -> bytes:
        self.request.settimeout(_SECONDS_TO_SPEAK)
        try:
            return self.request.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return b""
        finally:
            self.request.settimeout(SECONDS)

    def _serve_tls(self, host: str, port: int) -> None:
        context = self.proxy.certificates.of(host)
        try:
            stream = context.wrap_socket(self.request, server_side=True)
        except ssl.SSLError as error:
            _logger.warning("A function doesn't trust the cloud as %s: %s", host, error.reason)
            return
        with closing(stream):
            self._serve_http(stream, "https", host, port)

    def _serve_http(self, stream: socket.socket, scheme: str, host: str, port: int) -> None:
        place = f"[{host}]" if ":" in host else host
        if port != _PORTS[scheme]:
            place = f"{place}:{port}"
        served = HttpConnection(stream)
        for request, body in served.requests():
            url = f"{scheme}://{place}{request.target.decode('latin-1')}"
            if not self._answer(served, request, url, body):
                return

    def _answer(self, served: HttpConnection, request: h11.Request, url: str, body: bytes) -> bool:
        """Answer a request; return whether the connection goes on."""
        method = request.method.decode().upper()
        headers = tuple(
            each
            for each in header_texts(request.headers)
            if not each[0].lower().startswith("proxy-")
        )
        if header(headers, "upgrade"):
            served.answer(_refusal(501, "WebSockets are not recorded"))
            return False
        try:
            answer = self.proxy.world.answer(Sent(method, _normal(url), headers, body))
        except Unanswered as reason:  # as a network that fails
            _logger.warning("%s %s", method, reason)
            return False
        served.answer(answer)
        return True

    def _pass_on(self, host: str, port: int) -> None:
        with closing(connect_outside(host, port, {})) as far:
            copy(self.request, far)


def _normal(url: str) -> str:
    """Return a URL without its scheme's own port and without a fragment."""
    parts = urlsplit(url)._replace(fragment="")
    if parts.port == _PORTS[parts.scheme]:
        parts = parts._replace(netloc=parts.netloc.rpartition(":")[0])
    return parts.geturl()


def _refusal(status: int, text: str) -> Answer:
    headers: Headers = (("Content-Type", "text/plain"), ("Connection", "close"))
    if status == 407:
        headers = (*headers, ("Proxy-Authenticate", 'Basic realm="appflow-local"'))
    return Answer(status, text, headers, f"appflow-local: {text}\n".encode())


def _is_here(host: str) -> bool:
    return host.lower() in _LOOPBACK or host.lower().endswith(".localhost")
