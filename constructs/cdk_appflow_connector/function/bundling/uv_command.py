"""Runs uv, which the extra `python` brings."""

from __future__ import annotations

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

from cdk_appflow_connector.function.bundling.uv_settings import index_options, uv_environment

EXTRA = "pip install 'cdk-appflow-connector[python]'"


class UvError(Exception):
    """uv ended with an error; the text is what it wrote to stderr."""


def run_uv(command: str, arguments: list[str], folder: Path, **environment: str) -> str:
    """Run a command of uv in the folder and return what it printed.

    Raises:
        UvError: uv refuses.
        ValueError: uv isn't installed.
    """
    done = subprocess.run(  # noqa: S603 - uv, with arguments of our own
        [_find_uv(), "--color=never", *command.split(), *arguments],
        cwd=folder,
        env={**uv_environment(), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise UvError(done.stderr.strip())
    return done.stdout.strip()


def install_packages(arguments: list[str], folder: Path, **environment: str) -> None:
    """Run ``uv pip install``; see `run_uv`."""
    run_uv("pip install --quiet", [*index_options(), *arguments], folder, **environment)


def find_python(python: str) -> str | None:
    """Return the path of an installed Python of that version, like ``3.12``; download none."""
    arguments = ["--no-project", "--no-python-downloads", python]
    try:
        return run_uv("python find", arguments, Path.cwd(), PATH=_path_past_pyenv(python))
    except (UvError, ValueError):
        return None


def _path_past_pyenv(python: str) -> str:
    """Return PATH with pyenv's Pythons of the version in the place of its shims.

    A shim is there for each version that is installed, and fails for those that aren't chosen; uv
    looks no further then. Source: pyenv's documentation, "Understanding Shims".
    """
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [each for each in os.get_exec_path() if Path(each) != root / "shims"]
    own = sorted(root.glob(f"versions/{python}.*/bin"))
    return os.pathsep.join([*folders, *map(str, own)])


def _find_uv() -> str:
    if find_spec("uv") is None:
        raise ValueError(
            "requirements can't be installed: uv isn't. Install the extra `python`, which brings "
            f"it: {EXTRA}"
        )
    from uv import find_uv_bin

    return find_uv_bin()
