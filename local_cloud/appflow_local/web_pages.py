"""Refuses requests that a browser on this machine sends for a web page of another origin.

Any page can send requests to loopback, and after DNS rebinding it can also read the answers. The
browser names the requested host in `Host`, the page's origin in `Origin` where it sends one (not
for images, links and forms that get), and in `Sec-Fetch-Site` always how the two are related.

Known of The workbench (W3C, Fetch Metadata Request Headers): `same-site` includes pages on other
ports of localhost.

Requests that the user makes in the browser itself (`none`: an address typed, a bookmark) and of
pages that the cloud serves (`same-origin`) are admitted. Clients that are no browsers send neither
`Origin` nor `Sec-Fetch-Site`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from appflow_local.aws_hosts import is_aws_host, is_tunnelled
from appflow_local.connection_owner import AsgiApp, End, refuse

# As in the certificate; buckets and functions are also addressed as NAME.localhost.
_NAME = r"(?:localhost|127\.0\.0\.1|\[::1\]|(?:[a-z0-9_-]+\.)+localhost)"
# Without a port it's the scheme's, where nothing of the cloud can be; only clients that are no
# browsers leave it out.
_HOST = re.compile(rf"{_NAME}(?::([0-9]{{1,5}}))?", re.IGNORECASE)
_ORIGIN = re.compile(rf"(https?)://{_NAME}:([0-9]{{1,5}})", re.IGNORECASE)
_OWN_SITES = ("none", "same-origin")
_MESSAGE = "this local cloud accepts only requests for localhost, and none from other hosts' pages"


def local_hosts_only(app: AsgiApp, scheme: str = "https") -> AsgiApp:
    """Wrap the app so that it refuses requests for other hosts and ports, and from their pages.

    Args:
        app: is served on the port by this scheme.
        scheme: https or http.
    """

    async def guarded(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        if scope["type"] == "lifespan" or _is_from_here(scope, scheme):
            await app(scope, receive, send)
        else:
            await refuse(scope, send, _MESSAGE)

    return guarded


def _is_from_here(scope: Any, scheme: str) -> bool:  # noqa: ANN401 - ASGI's
    headers, port = scope["headers"], scope["server"][1]
    own = f"{scheme}:{port}"
    hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
    checks = ((value, _CHECKS[name]) for name, value in headers if name in _CHECKS)
    return (
        len(hosts) == 1
        and (_is_own_host(hosts[0], port) or _is_led_here(hosts[0], scope["client"]))
        and all(check(value.decode("latin-1"), own) for value, check in checks)
    )


def _is_led_here(host: str, client: End) -> bool:
    """Whether a function asked for a host of AWS's, which no page can do."""
    return is_tunnelled((client[0], client[1])) and is_aws_host(host.removesuffix(":443"))


def _is_own_host(text: str, port: int) -> bool:
    found = _HOST.fullmatch(text)
    return found is not None and found[1] in (None, str(port))


def _is_own_origin(text: str, own: str) -> bool:
    found = _ORIGIN.fullmatch(text)
    return found is not None and f"{found[1].lower()}:{found[2]}" == own


def _is_own_site(text: str, _own: str) -> bool:
    return text in _OWN_SITES


_CHECKS: Mapping[bytes, Callable[[str, str], bool]] = {
    b"origin": _is_own_origin,
    b"sec-fetch-site": _is_own_site,
}
