"""The documents as a site: its links, and what it takes from the repository around `docs/`."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

import pytest

from harness.browser import headless_browser
from scripts.site_hooks import linked_on_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

REPOSITORY = Path(__file__).parents[2]


class Linked(HTMLParser):
    """What a page links to, and what it can be linked by."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str | None] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.anchors.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict"]
    subprocess.run(
        [*command, "--site-dir", str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )
    return folder


def dead_links(site: Path) -> Iterator[str]:
    pages = {file: Linked(file) for file in site.rglob("*.html") if file.name != "404.html"}
    for file, page in pages.items():
        for link in page.links:
            to = urlsplit(link)
            if to.scheme:
                continue
            target = (file.parent / unquote(to.path)).resolve() if to.path else file
            target = target / "index.html" if target.is_dir() else target
            missing = target in pages and to.fragment and to.fragment not in pages[target].anchors
            if missing or not target.exists():
                yield f"{file.relative_to(site)}: {link}"


@pytest.mark.slow
def test_every_link_of_the_site_leads_somewhere_in_it(site: Path) -> None:
    assert sorted(dead_links(site)) == []
    assert (site / "examples" / "write_back" / "index.html").exists()


@pytest.mark.slow
def test_a_readers_browser_asks_nobody_else(site: Path) -> None:
    for file in site.rglob("*.html"):
        loaded = [link for link in Linked(file).links if link.endswith((".js", ".css"))]
        assert not [link for link in loaded if urlsplit(link).netloc], file


@pytest.mark.parametrize(
    ("page", "link", "there"),
    [
        ("how-to/roll-out.md", "../../examples/README.md", "../examples/index.md"),
        (
            "how-to/flows.md",
            "../../SECURITY.md#threat-model",
            "../project/security.md#threat-model",
        ),
        ("how-to/flows.md", "../protocol.md#errors", "../protocol.md#errors"),
        ("project/security.md", "docs/lifecycle.md", "../lifecycle.md"),
        ("examples/write_back.md", "../../docs/how-to/flows.md", "../how-to/flows.md"),
        ("project/contributing.md", "README.md", "../index.md"),
        ("index.md", "https://example.com/", "https://example.com/"),
        ("index.md", "../app.py", "https://example.org/x/blob/main/app.py"),
    ],
)
def test_a_link_leads_where_it_does_in_the_repository(page: str, link: str, there: str) -> None:
    shown = linked_on_site(f"See [this]({link}).", page, "https://example.org/x")
    assert shown == f"See [this]({there})."


def test_a_link_to_a_source_is_its_text_while_the_repository_has_no_address() -> None:
    assert linked_on_site("The [app](../app.py).", "index.md", None) == "The app."


@pytest.mark.slow
def test_code_in_a_table_shows_its_bars_on_the_site(site: Path) -> None:
    text = (site / "local-cloud" / "index.html").read_text(encoding="utf-8")
    assert "FAULT | list | clear" in text


def test_code_is_left_as_it_is() -> None:
    code = "`[a](../b.py)` and\n```markdown\n[a](../b.py)\n```\n"
    assert linked_on_site(code, "index.md", None) == code


# Drawings are behind a closed door, which a test opens.
OPEN = """
const attach = Element.prototype.attachShadow
Element.prototype.attachShadow = function () { return attach.call(this, { mode: "open" }) }
"""
CONTRASTS = """() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const value = part / 255
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
  const roots = [...document.querySelectorAll(".mermaid")].map((each) => each.shadowRoot)
  return roots.flatMap((root) => [...root.querySelectorAll("rect.actor, rect.note")]).map((box) => {
    const text = box.parentNode.querySelector("text.actor > tspan, text.noteText > tspan")
    const [one, other] = [box, text].map((each) => light(getComputedStyle(each).fill))
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
  })
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and logs nothing."""

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    serve = partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A browser's one page, which reads what the site's pages share once."""
    with headless_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(OPEN)
        yield page


@pytest.mark.slow
@pytest.mark.parametrize("path", ["lifecycle", "protocol", "reference", "project/security"])
def test_no_page_is_wider_than_the_window(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}/")
    cut = "[...document.querySelectorAll('.md-typeset__scrollwrap, pre > code')]"
    wide = f"{cut}.filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    assert page.evaluate(wide) == 0


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_drawings_can_be_read(page: Page, address: str, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/lifecycle/")
    page.wait_for_selector(".mermaid")
    page.wait_for_function("[...document.querySelectorAll('.mermaid')].every(e => e.shadowRoot)")
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 10
    assert min(contrasts) > 4.5
