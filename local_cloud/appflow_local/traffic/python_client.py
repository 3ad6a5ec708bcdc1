"""Leads a Python function's connections to the proxy, whichever client opens them.

urllib3 and http.client don't read the variables of proxies, as requests and httpx do. This file is
put into the environment that functions run in, where it is imported at the start and must stand
alone. Each TCP connection to anything but the cloud or the proxy becomes a tunnel through the
proxy, and names are left to the proxy to resolve, as there may be no network.
"""

from __future__ import annotations

import base64
import errno
import itertools
import os
import socket
from typing import Any
from urllib.parse import urlsplit

_PROXY_VARIABLE = "_APPFLOW_LOCAL_PROXY"  # `settings.LED_VARIABLE`, which can't be imported here
_SECONDS = 30.0
_HERE = ("localhost", "127.0.0.1", "::1")
_MAPPED = "::ffff:"  # before an IPv4 address that a socket for IPv6 connects to
_connect, _resolve = socket.socket.connect, socket.getaddrinfo


class Tunnels:
    """The tunnels of this process.

    Args:
        proxy: the proxy's URL, with a user and a password.
        cloud_port: the cloud's port, to which connections stay direct.
    """

    def __init__(self, proxy: str, cloud_port: int) -> None:
        parts = urlsplit(proxy)
        self._proxy = (parts.hostname or "", parts.port or 0)
        self._user = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
        self._direct_ports = {str(cloud_port), str(self._proxy[1])}
        self._names: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def install(self) -> None:
        """Tunnel all connections that are opened from now on."""
        tunnels = self

        def connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - as socket's
            tunnels.connect(self, address)

        def connect_ex(self: socket.socket, address: Any) -> int:  # noqa: ANN401
            try:
                tunnels.connect(self, address)
            except OSError as error:
                return error.errno or errno.ECONNREFUSED
            return 0

        socket.getaddrinfo = self.resolve
        socket.socket.connect = connect  # type: ignore[assignment, method-assign]
        socket.socket.connect_ex = connect_ex  # type: ignore[assignment, method-assign]

    def resolve(self, host: Any, port: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401
        """Answer as `socket.getaddrinfo`, for a name with an address that stands for it."""
        name = host.decode() if isinstance(host, bytes) else host
        if not name or _is_address(name) or self._is_direct(name, port):
            return _resolve(host, port, *rest, **more)
        known = {each: address for address, each in self._names.items()}
        address = known.get(name) or self._new_address(name)
        return _resolve(address, port, socket.AF_INET, socket.SOCK_STREAM)

    def connect(self, opened: socket.socket, address: Any) -> None:  # noqa: ANN401
        """Connect a socket, by a tunnel where there is one."""
        is_tcp = opened.type == socket.SOCK_STREAM
        if not is_tcp or opened.family not in (socket.AF_INET, socket.AF_INET6):
            _connect(opened, address)
            return
        host, port = str(address[0]), int(address[1])
        host = host[len(_MAPPED) :] if host.startswith(_MAPPED) else host
        if self._is_direct(host, port):
            _connect(opened, address)
            return
        before = opened.gettimeout()
        opened.settimeout(_SECONDS)
        near, at = self._proxy
        _connect(opened, (_MAPPED + near if opened.family == socket.AF_INET6 else near, at))
        self._open(opened, self._names.get(host, host), port)
        opened.settimeout(before)

    def _open(self, opened: socket.socket, host: str, port: int) -> None:
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        head = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n"
        head += f"Proxy-Authorization: Basic {self._user}\r\n\r\n"
        # An SSLSocket's own methods would speak TLS, which begins after this.
        socket.socket.sendall(opened, head.encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            piece = socket.socket.recv(opened, 1)  # what follows is the server's
            answer += piece
            if not piece:
                break
        if b" 200 " not in answer.split(b"\r\n", 1)[0]:
            raise ConnectionRefusedError(errno.ECONNREFUSED, f"the cloud's proxy refuses {place}")

    def _is_direct(self, host: str, port: object) -> bool:
        return str(port) in self._direct_ports and (host in _HERE or host.endswith(".localhost"))

    def _new_address(self, name: str) -> str:
        """Make up an address: of the class E, which leads nowhere."""
        number = next(self._numbers)
        address = f"240.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self._names[address] = name
        return address


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host.partition("%")[0])
        except OSError:
            continue
        return True
    return False


if _PROXY_VARIABLE in os.environ:
    Tunnels(os.environ[_PROXY_VARIABLE], int(os.environ["GATEWAY_PORT"])).install()
