"""Leads requests for AWS's hosts to the cloud, from clients that know no AWS_ENDPOINT_URL.

AWS's SDK for Java v1 is one: it asks `https://secretsmanager.REGION.amazonaws.com`, whatever the
environment says, but by the proxy that the JVM names. This is that proxy: it connects requests for
AWS's hosts to the cloud, whose certificate names them, and others to where they want to go, by the
user's own proxy if there is one. It's opened once a function needs it. `BUCKET.localhost` is the
cloud, too, which not every machine's resolver knows.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import socketserver
import threading
from contextlib import closing
from pathlib import Path
from typing import TypeAlias, cast
from urllib.request import getproxies_environment

import botocore

from appflow_local.connection_owner import is_owner_admitted, lists_owners
from appflow_local.outside import (
    PIECE,
    SECONDS_TO_CONNECT,
    authorization,
    connect_outside,
    connect_to_proxy,
    read_head,
)

End: TypeAlias = tuple[str, int]

_AWS = re.compile(r"(?:[a-z0-9_-]+\.)+amazonaws\.com(?:\.cn)?", re.IGNORECASE)
_CONNECT = re.compile(rb"CONNECT ([^ :]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5}) HTTP/1\.[01]\r\n")

_tunnelled: set[End] = set()


def is_aws_host(host: str) -> bool:
    """Whether a host's name is one of AWS's."""
    return _AWS.fullmatch(host) is not None


def is_tunnelled(client: End) -> bool:
    """Whether the client's end of a connection to the cloud is this module's."""
    return client in _tunnelled


def certified_hosts() -> list[str]:
    """The names of AWS's hosts, with wildcards, for the cloud's certificate.

    A wildcard stands for one label only, so that buckets and APIs need their own.
    """
    partitions = Path(botocore.__file__).parent / "data" / "partitions.json"
    names = []
    for partition in json.loads(partitions.read_bytes())["partitions"]:
        suffix = partition["outputs"]["dnsSuffix"]
        if not is_aws_host(f"any.{suffix}"):
            continue  # an isolated partition
        names += [f"*.{suffix}", f"*.s3.{suffix}"]
        for region in partition["regions"]:
            local = f"{region}.{suffix}"
            names += [f"*.{local}", f"*.s3.{local}", f"*.execute-api.{local}"]
    return sorted(set(names))


class AwsHosts:
    """The proxy before the cloud on a port of loopback."""

    def __init__(self, cloud_port: int) -> None:
        self._cloud = ("127.0.0.1", cloud_port)
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def port(self) -> int:
        """Return the proxy's port on loopback; open it first, unless it is."""
        with self._lock:
            if self._server is None:
                self._server = _Server(self._cloud)
                serve = self._server.serve_forever
                threading.Thread(target=serve, daemon=True, name="aws-hosts").start()
            return int(self._server.server_address[1])


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, cloud: End) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.cloud = cloud
        self.lists_owners = lists_owners()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: one end has closed the connection."""


class _Tunnel(socketserver.BaseRequestHandler):
    request: socket.socket

    def handle(self) -> None:
        """Connect both ends of one tunnel, and copy until one of them closes."""
        server = cast(_Server, self.server)
        client, own = self.request.getpeername(), self.request.getsockname()
        if server.lists_owners and not is_owner_admitted(client, own):
            return self._refuse(b"403 Forbidden")
        self.request.settimeout(SECONDS_TO_CONNECT)
        head, proxies = read_head(self.request), getproxies_environment()
        found = _CONNECT.match(head)
        if found is None:
            return self._pass_on(head, proxies.get("http"))
        host, port = found[1].decode("latin-1").strip("[]"), int(found[2])
        try:
            leads_here = is_aws_host(host) or host.lower().endswith(".localhost")
            far = _to_cloud(server.cloud) if leads_here else connect_outside(host, port, proxies)
        except OSError:
            return self._refuse(b"502 Bad Gateway")
        with closing(far):
            end = far.getsockname()[:2]
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                copy(self.request, far)
            finally:
                _tunnelled.discard(end)
        return None

    def _pass_on(self, head: bytes, proxy: str | None) -> None:
        """Hand plain HTTP to the proxy for it, which knows the connection by its first request."""
        if proxy is None or not head:
            return self._refuse(b"405 Method Not Allowed")
        line, rest = head.split(b"\r\n", 1)
        with closing(connect_to_proxy(proxy)) as far:
            far.sendall(line + b"\r\n" + authorization(proxy).encode() + rest)
            copy(self.request, far)
        return None

    def _refuse(self, status: bytes) -> None:
        self.request.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")


def _to_cloud(cloud: End) -> socket.socket:
    far = socket.socket()
    far.bind((cloud[0], 0))  # its end is known before the cloud can ask for it
    _tunnelled.add(far.getsockname())
    try:
        far.connect(cloud)
    except OSError:
        _tunnelled.discard(far.getsockname())
        far.close()
        raise
    return far


def copy(near: socket.socket, far: socket.socket) -> None:
    """Copy what either end sends to the other, until one of them closes."""
    near.settimeout(None)
    far.settimeout(None)
    with selectors.DefaultSelector() as selector:
        selector.register(near, selectors.EVENT_READ, far)
        selector.register(far, selectors.EVENT_READ, near)
        while True:
            for key, _events in selector.select():
                piece = cast(socket.socket, key.fileobj).recv(PIECE)
                if not piece:
                    return
                cast(socket.socket, key.data).sendall(piece)
