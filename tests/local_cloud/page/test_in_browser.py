"""The page of a running cloud, in a real browser."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from harness.browser import AXE, headless_browser
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.cloud.watched_cloud import ATTACK, deploy_what_fails, fill
from harness.model.appflow import Client
from harness.model.runs import start

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SCREENS = (
    "", "flows", "connectors", "runs", "calls", "calls?failed=1", "failures", "logs",
    "logs?function=Shop", "flow?name=orders", "connector?label=Shop", "profile?name=prod",
    "entities?profile=prod", "entities?profile=prod&entity=Order", "call?id=1", "nothing",
)  # fmt: skip
LONGEST_WAIT = 20_000  # milliseconds


@dataclass
class Looked:
    """A browser at the page of a cloud."""

    browser: Browser
    cloud: Cloud
    appflow: Client
    address: str

    @property
    def base(self) -> str:
        return f"{self.address.split('?')[0]}000000000000/us-east-1/"

    @contextmanager
    def page(self, **settings: Any) -> Iterator[Page]:  # noqa: ANN401 - Playwright's
        """Open the page; fail if the browser complains of anything."""
        context: BrowserContext = self.browser.new_context(**settings)
        context.set_default_timeout(LONGEST_WAIT)
        page, complaints = context.new_page(), list[str]()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(self.address)
        yield page
        context.close()
        # Screens that aren't there, or are refused, are among those that are looked at.
        assert [each for each in complaints if "the server responded with" not in each] == []

    def screens(self, page: Page) -> Iterator[str]:
        """Yield the addresses of all screens, the runs' too."""
        yield from SCREENS
        page.goto(f"{self.base}runs")
        yield from (
            str(each.get_attribute("href")).rpartition("/")[2]
            for each in page.locator("td a.mono").all()[:3]
        )
        page.goto(f"{self.base}failures")
        yield from {
            str(each.get_attribute("href")).rpartition("/")[2]
            for each in page.locator(".problems a").all()[:3]
        }


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    with (
        headless_browser() as browser,
        running_cloud(tmp_path_factory.mktemp("looked")) as cloud,
    ):
        appflow = fill(cloud)
        deploy_what_fails(cloud)
        printed = cloud.run(["appflow-local", "page"]).stdout.strip()
        yield Looked(browser, cloud, appflow, printed)


def violations(page: Page, *rules: str) -> list[str]:
    """Return what axe, which is in the page, finds against these rules, or all of its own."""
    given: dict[str, Any] = {"runOnly": list(rules)} if rules else {}
    given["resultTypes"] = ["violations"]  # nothing is worked out of what passes
    found: list[dict[str, Any]] = page.evaluate(
        "async given => (await axe.run(given)).violations", given
    )
    return [
        f"{page.url}: {each['id']}: {each['nodes'][0]['html'][:200]}: "
        f"{each['nodes'][0]['failureSummary'][:300]}"
        for each in found
    ]


@dataclass
class Screen:
    """What was found on a screen by daylight, and then in the dark on a phone."""

    address: str
    violations: list[str]
    harmed: object
    text: str
    dark_violations: list[str]
    width: int
    ground: str


@pytest.fixture(scope="module")
def screens(looked: Looked) -> list[Screen]:
    with looked.page() as page:
        page.context.add_init_script(path=AXE)
        return [on_screen(looked, page, screen) for screen in list(looked.screens(page))]


def on_screen(looked: Looked, page: Page, screen: str) -> Screen:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{looked.base}{screen}")
    found = violations(page)
    harmed, text = page.evaluate("window.harmed"), page.inner_text("body")
    # Not loaded again: the page's style alone tells these apart.
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    dark = violations(page, "color-contrast")
    width = page.evaluate("document.scrollingElement.scrollWidth")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return Screen(screen, found, harmed, text, dark, width, ground)


def test_no_screen_breaks_a_rule_of_accessibility(screens: list[Screen]) -> None:
    found = [each for screen in screens for each in screen.violations]
    assert not found, "\n".join(found)


def test_every_screen_can_be_read_in_the_dark_on_a_phone(screens: list[Screen]) -> None:
    found = [each for screen in screens for each in screen.dark_violations]
    assert not found, "\n".join(found)
    assert [screen.address for screen in screens if screen.width > 360] == []
    red = [int(screen.ground.removeprefix("rgb(").split(",")[0]) for screen in screens]
    assert max(red) < 128


def test_nothing_hostile_does_anything(screens: list[Screen]) -> None:
    assert [screen.address for screen in screens if screen.harmed is not None] == []
    assert [screen.address for screen in screens if "hush-hush" in screen.text] == []
    assert sum(ATTACK[:30] in screen.text for screen in screens) > 3


def test_a_run_is_watched_while_it_goes_on(looked: Looked) -> None:
    with looked.page() as page:
        page.evaluate("window.isTheSame = true")
        execution = start(looked.appflow, "slow")
        page.locator("#flows").get_by_text("Running").wait_for()
        page.goto(f"{looked.base}run?id={execution}")
        page.evaluate("window.isTheSame = true")
        page.get_by_text("Running", exact=True).wait_for()
        page.locator("#live").wait_for()
        first = page.inner_text("#counters dd >> nth=0")
        page.wait_for_function(
            "first => document.querySelector('#counters dd').innerText !== first", arg=first
        )
        page.locator("#status").get_by_text("Successful").wait_for()
        assert page.inner_text("#counters dd >> nth=0") == "60"
        assert page.locator("#records tbody tr").count() == 60
        assert page.locator("#objects").count() == 1
        page.get_by_role("button", name="Run again").wait_for()
        assert page.evaluate("window.isTheSame") is True


def test_a_call_is_sent_again(looked: Looked) -> None:
    with looked.page() as page:
        page.goto(f"{looked.base}calls?label=Shop")
        page.get_by_role("link", name="QueryData").last.click()
        page.get_by_role("button", name="Send again").click()
        page.get_by_role("status").get_by_text("Sent again.").wait_for()


def test_a_failed_deployment_is_explained_on_one_screen(looked: Looked) -> None:
    with looked.page() as page:
        page.get_by_role("link", name="Failing: Registration").click()
        page.wait_for_url("**/failure?event=*")
        steps = page.locator(".chain > li")
        assert [steps.nth(n).locator("h3").inner_text() for n in range(steps.count())] == [
            "CloudFormation",
            "AppFlow",
            "Broken",
        ]
        assert "ValueError: no such shop" in steps.nth(2).inner_text()


def test_everything_is_reached_with_the_keyboard_alone(looked: Looked) -> None:
    with looked.page() as page:
        page.goto(f"{looked.base}flow?name=orders")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")  # the way back to all flows
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "Run"
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Run").wait_for()
        page.locator("#status").get_by_text("Successful").wait_for()


def test_a_live_update_keeps_the_focus_where_it_was(looked: Looked) -> None:
    with looked.page() as page:
        page.get_by_role("link", name="crashing", exact=True).first.focus()
        execution = start(looked.appflow, "orders")
        page.locator(f"#runs a[href$='{execution}']").wait_for()
        assert page.evaluate("document.activeElement.innerText") == "crashing"


def test_it_is_readable_and_usable_without_scripts(looked: Looked) -> None:
    with looked.page(java_script_enabled=False) as page:
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name="orders")).first
        row.get_by_role("button", name="Run").click()
        page.get_by_role("heading", name="Run").wait_for()
        assert page.locator("#counters dt").first.inner_text() == "Records"
        assert page.locator("#live").is_hidden()


def test_a_page_of_another_port_can_neither_see_nor_do_anything(looked: Looked) -> None:
    target = f"{looked.base}do/start"
    form = f"<form method=post action='{target}'><button>x</button></form>"
    with elsewhere(form) as other, looked.page() as page:
        page.goto(other)
        with page.expect_response(target) as answered:
            page.get_by_role("button").click()
        assert answered.value.status == 403
        page.goto(other)
        with page.expect_response(looked.base) as answered:
            page.evaluate(f"location.assign({json.dumps(looked.base)})")
        assert answered.value.status == 403


@contextmanager
def elsewhere(body: str) -> Iterator[str]:
    """Serve a page on another port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Page, body)) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}/"
        finally:
            server.shutdown()


class _Page(BaseHTTPRequestHandler):
    def __init__(self, body: str, *given: Any) -> None:  # noqa: ANN401 - socketserver's
        self._body = body
        super().__init__(*given)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self._body.encode())

    def log_message(self, *_given: object) -> None:
        """Stay silent."""
