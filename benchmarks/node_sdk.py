"""Node.js for the functions of two peers, and AWS's SDK for JavaScript, as Lambda's runtime has."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from typing import Final

_PACKAGES: Final = (
    "@aws-sdk/client-appflow@3.1048.0",  # AwsCustomResource
    "@aws-sdk/client-lambda@3.1164.0",  # the provider framework
    "@aws-sdk/client-sfn@3.1163.0",  # the provider framework imports it
)
_KEPT: Final = Path(__file__).parents[1] / "build" / "node-sdk"


def link_node_sdk(folder: Path) -> None:
    """Put a node_modules with the SDK into a folder; npm installs it the first time."""
    installed = _KEPT / "node_modules"
    if not installed.is_dir():
        _KEPT.mkdir(parents=True, exist_ok=True)
        options = ["--silent", "--no-audit", "--no-fund", "--no-save", "--prefix", str(_KEPT)]
        subprocess.run(["npm", "install", *options, *_PACKAGES], check=True)  # noqa: S607 - on PATH
    (folder / "node_modules").symlink_to(installed)


@cache
def node() -> Path:
    """Return Node.js itself: what pip puts on the PATH is Python, which then starts it."""
    command = ["node", "--print", "process.execPath"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())
