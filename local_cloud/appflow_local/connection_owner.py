"""Refuses whoever else uses this machine.

All users of a machine share its loopback, and the root key is public: without this, each of them
could run a function as the user whose cloud it is. Linux tells whose a connection is.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

AsgiApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
End: TypeAlias = tuple[str, int]

_TABLE = Path("/proc/net/tcp")
_ROOT = 0
_MESSAGE = "this local cloud is another user's: start one of your own"
# Columns of a row: sl, local address, remote address, state, queues, timer, retransmits, uid,
# time-out, inode. An inode of 0 is a connection that nobody holds any more; its uid says nothing.
_UID, _INODE = 7, 9


def owners_only(app: AsgiApp) -> AsgiApp:
    """Return the app, closed to connections of other users than this process's and root.

    Where the machine does not tell whose a connection is, as on macOS or in some sandboxes, it
    stays open to all.
    """
    if not tells_owners():
        return app

    # The server has one such object per connection, and the table takes milliseconds to read. Kept
    # here, the object is not another connection's while it is compared.
    admitted: dict[End, End] = {}

    def is_welcome(client: End, server: End) -> bool:
        if admitted.get(client) is not client:
            if not owner_is_welcome(client, server):
                return False
            admitted[client] = client
        return True

    async def guarded(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        if scope["type"] == "lifespan" or is_welcome(scope["client"], scope["server"]):
            await app(scope, receive, send)
        else:
            await refuse(scope, send, _MESSAGE)

    return guarded


async def refuse(scope: Any, send: Any, message: str) -> None:  # noqa: ANN401 - ASGI's
    """Answer a request with 403; a WebSocket gets no answer, which is a refusal, too."""
    if scope["type"] == "http":
        body = json.dumps({"message": message}).encode()
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": body})


def tells_owners(table: Path = _TABLE) -> bool:
    """Whether this process finds a connection of its own in the table, as its own."""
    if not table.exists():
        return False
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as client,
    ):
        return owner_is_welcome(client.getsockname(), client.getpeername(), table)


def owner_is_welcome(client: End, server: End, table: Path = _TABLE) -> bool:
    """Whether the client's end of a connection is held by this process's user, or by root."""
    ends = [_spelled(*client), _spelled(*server)]
    for row in table.read_text().splitlines()[1:]:
        columns = row.split()
        if columns[1:3] == ends:
            return columns[_INODE] != "0" and int(columns[_UID]) in (_ROOT, os.getuid())
    return False


def _spelled(host: str, port: int) -> str:
    address = int.from_bytes(socket.inet_aton(host), sys.byteorder)
    return f"{address:08X}:{port:04X}"
