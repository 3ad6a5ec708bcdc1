"""Connects to hosts outside this machine, by the user's own proxy if there is one."""

from __future__ import annotations

import base64
import re
import socket
import urllib.request
from collections.abc import Mapping
from urllib.parse import SplitResult, unquote, urlsplit

SECONDS_TO_CONNECT = 10.0
PIECE = 64 * 1024
_LONGEST_HEAD = 16 * 1024


def connect_outside(host: str, port: int, proxies: Mapping[str, str]) -> socket.socket:
    """Connect to a host, by the proxy for HTTPS if there is one and it's meant for the host.

    Args:
        host: the host's name or address.
        port: its port.
        proxies: as `urllib.request.getproxies_environment` returns them.

    Raises:
        OSError: it can't be reached.
    """
    proxy = proxies.get("https")
    bypass = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined] # not in its stubs
    if not proxy or bypass(f"{host}:{port}", proxies):
        return socket.create_connection((host, port), timeout=SECONDS_TO_CONNECT)
    far = connect_to_proxy(proxy)
    head = f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization(proxy)}\r\n"
    far.sendall(head.encode())
    if not re.match(rb"HTTP/1\.[01] 200 ", read_head(far)):
        far.close()
        raise OSError("the user's proxy refuses")
    return far


def connect_to_proxy(proxy: str) -> socket.socket:
    """Connect to a proxy itself, by its URL."""
    parts = _parts(proxy)
    where = (parts.hostname or "", parts.port or 80)
    return socket.create_connection(where, timeout=SECONDS_TO_CONNECT)


def authorization(proxy: str) -> str:
    """Return the header that the user in a proxy's URL asks for; empty without one."""
    parts = _parts(proxy)
    if parts.username is None:
        return ""
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Proxy-Authorization: Basic {base64.b64encode(user.encode()).decode()}\r\n"


def read_head(connection: socket.socket) -> bytes:
    """Read a head, which ends with an empty line; for one that nothing follows before an answer."""
    read = b""
    while b"\r\n\r\n" not in read and len(read) < _LONGEST_HEAD:
        piece = connection.recv(PIECE)
        if not piece:
            break
        read += piece
    return read


def _parts(proxy: str) -> SplitResult:
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}")
