"""The server that `make demo KEEP=1` leaves up."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from harness.cloud.local_cloud import REPOSITORY

START = (
    "import sys; from scripts.kept_shop import keep_shop; print(keep_shop('k', int(sys.argv[1])))"
)


def answers(url: str) -> bool:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request("GET", "/shop.json", headers={"Authorization": "Bearer k"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_it_outlives_the_demo_and_ends_with_the_cloud(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as cloud:
        done = subprocess.run(
            [sys.executable, "-c", START, str(cloud.getsockname()[1])],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            check=True,
        )
        url = done.stdout.strip()
        assert answers(url)
    deadline = time.monotonic() + 30
    while answers(url):
        assert time.monotonic() < deadline
        time.sleep(0.1)
