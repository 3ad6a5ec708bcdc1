"""The page's own port: plain HTTP on loopback, so that a browser needs no certificate.

The web library loads when somebody looks for the first time: a cloud whose page nobody opens
starts as fast, and takes as little memory, as one without.
"""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from appflow_local.connection_owner import AsgiApp, owners_only
from appflow_local.web_pages import local_hosts_only

_TRIES = 20
_SECONDS_TO_FINISH = 2.0


class PagePort:
    """A free port on loopback, and the token that its page asks for."""

    def __init__(self) -> None:
        self._listening, self._reserved = _open()
        self._port = int(self._listening.getsockname()[1])
        self._token = secrets.token_urlsafe()

    @property
    def port(self) -> int:
        """The port."""
        return self._port

    @property
    def token(self) -> str:
        """What those who look must have."""
        return self._token

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://localhost:{self.port}/?token={self.token}"

    async def serve(
        self, make: Callable[[], AsgiApp], until: Callable[[], Awaitable[object]]
    ) -> None:
        """Serve the page; `make` is called once, in a thread, when somebody looks at it first."""
        config = Config()
        config.bind = [f"fd://{self._listening.detach()}"]
        config.errorlog = None
        config.graceful_timeout = _SECONDS_TO_FINISH
        guarded = owners_only(local_hosts_only(_when_asked(make), scheme="http"))
        try:
            await serve(guarded, config, shutdown_trigger=until)
        finally:
            if self._reserved is not None:
                self._reserved.close()


def _when_asked(make: Callable[[], AsgiApp]) -> AsgiApp:
    lock, made = asyncio.Lock(), list[AsgiApp]()

    async def answer(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        if scope["type"] == "lifespan":
            return
        async with lock:
            if not made:
                made.append(await asyncio.to_thread(make))
        await made[0](scope, receive, send)

    return answer


def _open() -> tuple[socket.socket, socket.socket | None]:
    """Listen on a free port; return the same port of ::1, too, reserved.

    Browsers try ::1 first: whoever listened there would be given the token.
    """
    for _ in range(_TRIES):
        listening = socket.create_server(("127.0.0.1", 0))
        try:
            return listening, _reserve(int(listening.getsockname()[1]))
        except OSError as error:
            listening.close()
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, "no port is free on both 127.0.0.1 and ::1")


def _reserve(port: int) -> socket.socket | None:
    """Take the port of ::1 without listening; None where there is no IPv6.

    Raises:
        OSError: somebody has it.
    """
    if not socket.has_ipv6:
        return None
    reserved = socket.socket(socket.AF_INET6)
    try:
        reserved.bind(("::1", port))
    except OSError as error:
        reserved.close()
        if error.errno == errno.EADDRINUSE:
            raise
        return None
    return reserved
