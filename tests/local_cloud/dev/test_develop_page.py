"""The page on `dev` shows what it does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from harness.cloud.local_cloud import REPOSITORY
from harness.cloud.running_dev import running_dev

DOCS = REPOSITORY / "docs"
PAGE = (DOCS / "how-to" / "develop-a-connector.md").read_text(encoding="utf-8")


def shown() -> list[str]:
    """The page's blocks of a console with output, as they are however fast the machine is."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    return [steady(each) for each in blocks if re.search(r"^\d\d:\d\d:\d\d ", each, re.MULTILINE)]


def steady(text: str) -> str:
    text = re.sub(r"\d\d:\d\d:\d\d ", "", re.sub(r"^\$ .*\n", "", text))
    return re.sub(r"[\d.]+ s$", "s", re.sub(r"port \d+", "port", text), flags=re.MULTILINE)


@pytest.mark.slow
def test_the_page_shows_what_dev_prints(tmp_path: Path) -> None:
    shutil.copytree(DOCS / "snippets" / "without_cdk" / "connector", tmp_path / "connector")
    shutil.copy(DOCS / "snippets" / "check" / "credentials.json", tmp_path)
    shutil.copy(DOCS / "snippets" / "develop" / "flow.json", tmp_path / "later.json")
    code = tmp_path / "connector" / "shop.py"
    begin, changed, refused = shown()
    options = ("--credentials", "credentials.json", "--flow", "flow.json")
    (tmp_path / "flow.json").write_text("{}")
    with running_dev(tmp_path, "connector", *options) as dev:
        dev.table()
        assert steady("".join(dev.said)) == begin
        code.write_text(code.read_text().replace("product {number}", "article {number}"))
        dev.table()
        assert steady("".join(dev.said)) == begin + changed
        code.write_text(code.read_text().replace("def handler(", "def handler(:("))
        dev.until("stays")
        assert steady("".join(dev.said)) == begin + changed + refused
        code.write_text(code.read_text().replace("def handler(:(", "def handler("))
        dev.table()
        (tmp_path / "later.json").replace(tmp_path / "flow.json")
        assert dev.table()[:2] == ["title", "article 1"]
