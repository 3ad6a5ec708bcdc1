"""Serves the page: plain HTTP on loopback, so that a browser needs no certificate.

The web library loads when somebody looks for the first time: a cloud whose page nobody opens
starts as fast, and takes as little memory, as one without.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from appflow_local.connection_owner import AsgiApp, owners_only
from appflow_local.page_port import PagePort
from appflow_local.web_pages import local_hosts_only

_SECONDS_TO_FINISH = 2.0


async def serve_page(
    port: PagePort, make: Callable[[], AsgiApp], until: Callable[[], Awaitable[object]]
) -> None:
    """Serve the page until `until` returns; the port is closed then.

    Args:
        port: where.
        make: makes the page; called once, in a thread, when somebody looks at it first.
        until: when to end.
    """
    config = Config()
    config.bind = [f"fd://{port.listening()}"]
    config.errorlog = None
    config.graceful_timeout = _SECONDS_TO_FINISH
    guarded = owners_only(local_hosts_only(_when_asked(make), scheme="http"))
    with closing(port):
        await serve(guarded, config, shutdown_trigger=until)


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
