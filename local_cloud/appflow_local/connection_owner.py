"""Refuses connections from other local users.

All users of a machine share its loopback, and the root key is public: without this, any of them
could run functions as the cloud's owner. Linux lists the owner of each connection.
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
_MESSAGE = "this local cloud belongs to another user: start your own with `appflow-local up`"
# Columns of a row after its two addresses: state, queues, timer, retransmits, uid, timeout, inode.
# An inode of 0 is a closed connection; its uid means nothing.
_UID, _INODE = 4, 6
# What is before an IPv4 address in the table of IPv6, whose words are in the machine's byte order.
_MAPPED = "0" * 16 + f"{int.from_bytes(bytes((0, 0, 255, 255)), sys.byteorder):08X}"


def owners_only(app: AsgiApp) -> AsgiApp:
    """Wrap the app so that only this process's user and root can connect.

    Where the machine doesn't list the owners of connections, as on macOS or in some sandboxes,
    the app stays open to all users.
    """
    if not lists_owners():
        return app

    # Caches admitted connections, as the table takes milliseconds to read. The server has one
    # client object per connection; a reference here keeps its identity from being reused.
    admitted: dict[End, End] = {}

    def is_admitted(client: End, server: End) -> bool:
        if admitted.get(client) is not client:
            if not is_owner_admitted(client, server):
                return False
            admitted[client] = client
        return True

    async def guarded(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        if scope["type"] == "lifespan" or is_admitted(scope["client"], scope["server"]):
            await app(scope, receive, send)
        else:
            await refuse(scope, send, _MESSAGE)

    return guarded


async def refuse(scope: Any, send: Any, message: str) -> None:  # noqa: ANN401 - ASGI's
    """Answer an HTTP request with 403; leave a WebSocket unanswered, which also refuses it."""
    if scope["type"] == "http":
        body = json.dumps({"message": message}).encode()
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": body})


def lists_owners(table: Path = _TABLE) -> bool:
    """Whether the table lists a connection of this process as this user's."""
    if not table.exists():
        return False
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as client,
    ):
        return is_owner_admitted(client.getsockname(), client.getpeername(), table)


def is_owner_admitted(client: End, server: End, table: Path = _TABLE) -> bool:
    """Whether this process's user, or root, owns the client's end of a connection.

    A client may speak IPv4 by a socket for both versions, as a JVM does: another table lists it.
    """
    ends = [_spelled(*client), _spelled(*server)]
    mapped = [f"{_MAPPED}{end}" for end in ends]
    for each, spelled in ((table, ends), (table.with_name(f"{table.name}6"), mapped)):
        # Not row by row: a busy machine's has thousands.
        rows = each.read_bytes() if each.exists() else b""
        _, is_listed, rest = rows.partition(f" {' '.join(spelled)} ".encode())
        if is_listed:
            columns = rest.split(maxsplit=_INODE + 1)
            return columns[_INODE] != b"0" and int(columns[_UID]) in (_ROOT, os.getuid())
    return False


def _spelled(host: str, port: int) -> str:
    address = int.from_bytes(socket.inet_aton(host), sys.byteorder)
    return f"{address:08X}:{port:04X}"
