"""The shop that the documents' recordings are made of, in a process."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from harness.cloud.local_cloud import REPOSITORY

SHOP_SERVER = REPOSITORY / "docs" / "snippets" / "replay" / "shop_server.py"


@contextmanager
def shop_server(port: int) -> Iterator[None]:
    """Serve orders on a port of loopback."""
    with subprocess.Popen([sys.executable, SHOP_SERVER, str(port)]) as process:
        try:
            while not _listens(port):
                assert process.poll() is None, "the shop's server has ended"
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
