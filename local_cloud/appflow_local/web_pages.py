"""Refuses requests from web pages of other hosts, open in a browser on this machine.

Any page can send requests to loopback, and after DNS rebinding it can also read the answers. The
browser names the requested host in `Host`, and the page's in `Origin`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from appflow_local.connection_owner import AsgiApp, refuse

# As in the certificate; buckets and functions are also addressed as NAME.localhost.
_NAMES = ("localhost", "127.0.0.1", "::1")
_MESSAGE = "this local cloud accepts only requests for localhost, and none from other hosts' pages"


def local_hosts_only(app: AsgiApp) -> AsgiApp:
    """Wrap the app so that it refuses requests for other hosts, and from their web pages."""

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
