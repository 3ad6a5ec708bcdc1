"""How long the local cloud's page takes to load in a browser, with 1,000 runs kept."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.browser import headless_browser
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.cloud.watched_cloud import fill, outward
from harness.model.appflow import Client
from harness.model.runs import executions, finished, start

if TYPE_CHECKING:
    from playwright.sync_api import Page

_FLOWS: Final = 20
_RUNS_OF_EACH: Final = 50
_LOADED: Final = "performance.getEntriesByType('navigation')[0].loadEventEnd"
LOADS: Final = 10
"""Of each screen."""


def page_rounds() -> list[dict[str, float]]:
    """Return the milliseconds that each screen took to load, in each round."""
    with (
        tempfile.TemporaryDirectory() as home,
        running_cloud(Path(home)) as cloud,
        headless_browser() as browser,
    ):
        execution = _run_often(fill(cloud))
        page = browser.new_page()
        page.goto(_address(cloud))
        screens = {
            "the overview": "",
            "a flow": "flow?name=flow-0",
            "all runs": "runs",
            "a run": f"run?id={execution}",
            "all calls": "calls",
        }
        base = page.url
        return [
            {name: _load(page, base + screen) for name, screen in screens.items()}
            for _ in range(LOADS)
        ]


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
