"""Which TCP ports a process and those below it listen on, as Linux tells."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

_LISTENING = "0A"


def listening_below(pid: int) -> set[tuple[str, int]]:
    """Address and port of each listening socket of the process and of all that it started."""
    if not Path("/proc/net/tcp").exists():
        pytest.skip("only Linux tells which process listens")
    inodes = {inode for each in _family(pid) for inode in _sockets(each)}
    rows = [
        row.split()
        for table in ("tcp", "tcp6")
        for row in Path("/proc/net", table).read_text().splitlines()[1:]
    ]
    return {_address(row[1]) for row in rows if row[3] == _LISTENING and row[9] in inodes}


def _family(pid: int) -> list[int]:
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [pid, *(each for child in children for each in _family(child))]


def _sockets(pid: int) -> set[str]:
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}


def _address(text: str) -> tuple[str, int]:
    host, port = text.split(":")
    if len(host) == 8:
        return socket.inet_ntoa(bytes.fromhex(host)[::-1]), int(port, 16)
    words = b"".join(bytes.fromhex(host[at : at + 8])[::-1] for at in range(0, 32, 8))
    return socket.inet_ntop(socket.AF_INET6, words), int(port, 16)
