"""Starts pip: that of this Python, or else one that uv brings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from cdk_appflow_connector.function.bundling.project_file import find_uv
from cdk_appflow_connector.function.bundling.target import Target

_SCRIPT = str(Path(__file__).with_name("run_pip.py"))
# Settings of the user's that are meant for installing into an environment, and contradict --target.
_ENVIRONMENT = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_REQUIRE_VIRTUALENV": "0",
    "PIP_USER": "0",
}


class PipError(Exception):
    """pip ended with an error; the text is what it wrote to stderr."""


def run_pip(target: Target, arguments: list[str], folder: Path) -> None:
    """Run pip in the folder, for the target's environment markers.

    Raises:
        PipError: pip says no.
        ValueError: there is no pip.
    """
    done = subprocess.run(  # noqa: S603 - pip, with arguments of our own
        [*_pip(), json.dumps(dict(target.markers)), *arguments],
        cwd=folder,
        env={**os.environ, **_ENVIRONMENT},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise PipError(done.stderr.strip())


def pip_version() -> str:
    """What tells this pip from another, for a cache of what it installed."""
    return version("pip") if find_spec("pip") else "from uv"


def _pip() -> list[str]:
    if find_spec("pip"):
        return [sys.executable, _SCRIPT]
    uv = find_uv()
    if uv is None:
        raise ValueError(
            f"requirements cannot be installed: {sys.executable} has no pip. Install pip or uv in "
            "its environment"
        )
    return [uv, "tool", "run", "--from", "pip", "python", _SCRIPT]
