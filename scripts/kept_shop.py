"""Keeps the demo's Datasette server up for as long as the local cloud runs: `make demo KEEP=1`.

It ends with the cloud, and when a later demo starts one of its own.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from scripts.shop_server import shop_server

FOLDER = Path("build/kept-shop").absolute()
_KEY = "KEPT_SHOP_KEY"
_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_TO_START = 60.0


def keep_shop(key: str, cloud_port: int) -> str:
    """Start a shop that outlives this process, and return its address.

    Args:
        key: what its clients must have.
        cloud_port: the local cloud with which it ends.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)  # the shop of an earlier demo ends with its folder
    FOLDER.mkdir(mode=0o700, parents=True)
    with (FOLDER / "log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "scripts.kept_shop", str(cloud_port)],
            env={**os.environ, _KEY: key},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + _SECONDS_TO_START
    while keeper.poll() is None and time.monotonic() < deadline:
        if (address := FOLDER / "address").exists():
            return address.read_text()
        time.sleep(0.1)
    raise SystemExit(f"the shop did not start; it printed:\n{(FOLDER / 'log').read_text()}")


def main() -> int:
    """Serve until the cloud has ended, or the folder isn't this shop's any more."""
    cloud_port, own = int(sys.argv[1]), FOLDER / str(os.getpid())
    own.mkdir()
    with shop_server(own, os.environ.pop(_KEY)) as url:
        written = FOLDER / "address.new"
        written.write_text(url)
        written.rename(FOLDER / "address")
        while own.exists() and _is_up(cloud_port):
            time.sleep(_SECONDS_BETWEEN_LOOKS)
    return 0


def _is_up(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    raise SystemExit(main())
