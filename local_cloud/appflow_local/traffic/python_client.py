"""Leads a Python function's connections to the proxy, whichever client opens them.

urllib3 and http.client don't read the variables of proxies, as requests and httpx do. This file is
put into the environment that functions run in, where it is imported at the start and must stand
alone. Each TCP connection to anything but the cloud or the proxy becomes a tunnel through the
proxy, and names are left to the proxy to resolve, as there may be no network.
"""

from __future__ import annotations

import base64
import itertools
import os
import socket
from typing import Any
from urllib.parse import urlsplit

PROXY_VARIABLE = "_APPFLOW_LOCAL_PROXY"
_SECONDS = 30.0
_connect, _resolve = socket.socket.connect, socket.getaddrinfo
_names: dict[str, str] = {}
_numbers = itertools.count(1)


def lead_to_proxy(proxy: str, cloud_port: int) -> None:
    """Tunnel all connections that are opened from now on.

    Args:
        proxy: its URL, with a user and a password.
        cloud_port: the cloud's port, to which connections stay direct.
    """
    parts = urlsplit(proxy)
    user = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
    where = (parts.hostname or "", parts.port or 0)

    def is_direct(host: str, port: object) -> bool:
        here = host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
        return here and str(port) in (str(cloud_port), str(where[1]))

    def resolve(
        host: Any, port: Any, family: int = 0, kind: int = 0, *rest: Any, **more: Any
    ) -> Any:
        kind = more.pop("type", kind)
        name = host.decode() if isinstance(host, bytes) else host
        if not name or _is_address(name) or is_direct(name, port):
            return _resolve(host, port, family, kind, *rest, **more)
        address = _address_of(name)
        number = (
            socket.getservbyname(port) if isinstance(port, str) and not port.isdigit() else port
        )
        end = (address, int(number or 0))
        return [(socket.AF_INET, kind or socket.SOCK_STREAM, socket.IPPROTO_TCP, "", end)]

    def connect(self: socket.socket, address: Any) -> None:
        if self.family not in (socket.AF_INET, socket.AF_INET6) or self.type != socket.SOCK_STREAM:
            return _connect(self, address)
        host, port = str(address[0]).removeprefix("::ffff:"), address[1]
        if is_direct(host, port):
            return _connect(self, address)
        before = self.gettimeout()
        self.settimeout(_SECONDS)
        near = f"::ffff:{where[0]}" if self.family == socket.AF_INET6 else where[0]
        _connect(self, (near, where[1]))
        _open_tunnel(self, _names.get(host, host), port, user)
        self.settimeout(before)
        return None

    def connect_ex(self: socket.socket, address: Any) -> int:
        try:
            connect(self, address)
        except OSError as error:
            return error.errno or 1
        return 0

    socket.getaddrinfo = resolve  # type: ignore[assignment]
    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]


def _open_tunnel(opened: socket.socket, host: str, port: int, user: str) -> None:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    head = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nProxy-Authorization: Basic {user}\r\n\r\n"
    # An SSLSocket's own methods would speak TLS, which begins after this.
    socket.socket.sendall(opened, head.encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        piece = socket.socket.recv(opened, 1)  # what follows is the server's
        if not piece:
            raise ConnectionRefusedError(111, f"the proxy of the local cloud refuses {place}")
        answer += piece
    if b" 200 " not in answer.split(b"\r\n", 1)[0]:
        raise ConnectionRefusedError(111, f"the proxy of the local cloud refuses {place}")


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host.partition("%")[0])
        except OSError:
            continue
        return True
    return False


def _address_of(name: str) -> str:
    """Return an address that stands for a name: of the class E, which leads nowhere."""
    for address, known in list(_names.items()):
        if known == name:
            return address
    number = next(_numbers)
    address = f"240.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    _names[address] = name
    return address


if PROXY_VARIABLE in os.environ:
    lead_to_proxy(os.environ[PROXY_VARIABLE], int(os.environ["GATEWAY_PORT"]))
