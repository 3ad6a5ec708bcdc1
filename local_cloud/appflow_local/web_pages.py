"""Refuses web pages that a browser on this machine shows.

A page of anywhere can send requests to loopback, and one whose name was made to lead there can read
the answers, too. A browser says in `Host` and `Origin` which host it talks to, and for which page.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from appflow_local.connection_owner import AsgiApp, refuse

# As in the certificate; buckets and functions are addressed as NAME.localhost, too.
_NAMES = ("localhost", "127.0.0.1", "::1")
_MESSAGE = "this local cloud answers to localhost alone, and no web page of another host"


def local_hosts_only(app: AsgiApp) -> AsgiApp:
    """Return the app, closed to requests for other hosts than this, and to other hosts' pages."""

    async def guarded(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        if scope["type"] == "lifespan" or _is_from_here(scope["headers"]):
            await app(scope, receive, send)
        else:
            await refuse(scope, send, _MESSAGE)

    return guarded


def _is_from_here(headers: list[tuple[bytes, bytes]]) -> bool:
    return all(
        _is_local(f"//{value.decode('latin-1')}" if name == b"host" else value.decode("latin-1"))
        for name, value in headers
        if name in (b"host", b"origin")
    )


def _is_local(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host in _NAMES or host.endswith(".localhost")
