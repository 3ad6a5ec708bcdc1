"""A headless Chromium, driven by Playwright: the machine's own, or the one that npm brings."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).parents[3]
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
_PACKAGE = REPOSITORY / "node_modules" / "@sparticuz" / "chromium"
_UNPACKED = REPOSITORY / "build" / "browser"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# The package unpacks libraries, too, where it takes the machine for one of Lambda's.
_UNPACK = """
import chromium, { inflate } from '@sparticuz/chromium';
await chromium.executablePath();
await inflate('node_modules/@sparticuz/chromium/bin/al2023.tar.br');
"""
_FLAGS = (
    "--no-sandbox",
    "--no-zygote",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def headless_browser() -> Iterator[Browser]:
    """Start a browser; skip the test where there is none."""
    path, variables = _chromium()
    # Imported late: it takes longer than all tests that need no browser.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(_FLAGS), env={**os.environ, **variables}
        )
        yield browser
        browser.close()


def _chromium() -> tuple[str, dict[str, str]]:
    """Return a browser's path, and the variables that it needs."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found, {}
    if platform.system() != "Linux" or platform.machine() != "x86_64" or not _PACKAGE.exists():
        pytest.skip("no chromium on PATH, and npm's runs on Linux on x86-64 only: install one")
    binary = _UNPACKED / "chromium"
    if not (_UNPACKED / "done").exists():
        _unpack()
    libraries, fonts = _UNPACKED / "al2023" / "lib", _UNPACKED / "fonts"
    missing = (
        "not found"
        in subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False).stdout
    )
    variables = {"LD_LIBRARY_PATH": str(libraries)} if missing else {}
    if not shutil.which("fc-list"):
        variables["FONTCONFIG_PATH"] = str(fonts)
    return str(binary), variables


def _unpack() -> None:
    _UNPACKED.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", _UNPACK],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(_UNPACKED)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (_UNPACKED / "done").touch()
