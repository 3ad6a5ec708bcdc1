"""How long the local cloud's page takes to load in a browser, with 1,000 runs kept.

Beside it: the overview of an empty cloud, and the page's style sheet, a file that is only read.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import pytest

from benchmarks.measured import turns
from harness.browser import headless_browser
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.cloud.watched_cloud import fill, outward
from harness.model.appflow import Client
from harness.model.runs import executions, finished, start

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_FLOWS: Final = 20
_RUNS_OF_EACH: Final = 50
OVERVIEW: Final = "the overview"
SCREENS: Final = (OVERVIEW, "a flow", "all runs", "a run", "all calls")
EMPTY: Final = "the overview of an empty cloud"
FILE: Final = "the style sheet alone"
_LOADED: Final = "performance.getEntriesByType('navigation')[0].loadEventEnd"
LOADS: Final = 10
"""Of each screen."""


def page_rounds() -> list[dict[str, float]]:
    """Return the milliseconds that each screen took to load, in each round."""
    with (
        tempfile.TemporaryDirectory() as home,
        running_cloud(Path(home, "full")) as cloud,
        running_cloud(Path(home, "empty")) as empty,
        _browser() as browser,
    ):
        execution = _run_often(fill(cloud))
        page = browser.new_page()
        other, base = (_opened(page, each) for each in (empty, cloud))
        screens = ("", "flow?name=flow-0", "runs", f"run?id={execution}", "calls")
        addresses = {
            **{name: base + screen for name, screen in zip(SCREENS, screens, strict=True)},
            EMPTY: other,
            FILE: urljoin(base, "/static/page.css"),
        }
        return [
            {name: _load(page, addresses[name]) for name in turns([*addresses], number)}
            for number in range(LOADS)
        ]


@contextmanager
def _browser() -> Iterator[Browser]:
    try:
        with headless_browser() as browser:
            yield browser
    except pytest.skip.Exception as missing:  # which would end all that is measured
        raise RuntimeError(str(missing)) from missing


def _opened(page: Page, cloud: Cloud) -> str:
    """Look at a cloud, with its token; return the overview's address, which needs none any more."""
    page.goto(_address(cloud))
    return page.url


def _run_often(appflow: Client) -> str:
    names = [f"flow-{number}" for number in range(_FLOWS)]
    for name in names:
        appflow.create_flow(**outward(name, "Order"))
    for _ in range(_RUNS_OF_EACH):
        for name in names:
            start(appflow, name)
        for name in names:
            finished(appflow, name)
    return str(executions(appflow, names[0])[0]["executionId"])


def _load(page: Page, address: str) -> float:
    page.goto(address)
    while not (loaded := page.evaluate(_LOADED)):
        time.sleep(0.01)
    return float(loaded)


def _address(cloud: Cloud) -> str:
    return cloud.run(["appflow-local", "page"]).stdout.strip()
