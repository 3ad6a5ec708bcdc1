"""The messages of docs/troubleshooting.md are those of the sources."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
MESSAGES = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
SOURCES = ("constructs", "provider_lambda", "local_cloud/appflow_local")


@cache
def texts() -> tuple[str, ...]:
    """Every text of the sources; what is filled in is an ellipsis."""
    paths = [path for folder in SOURCES for path in (REPOSITORY / folder).rglob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    return tuple(text for tree in trees for node in ast.walk(tree) if (text := text_of(node)))


def text_of(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "…"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def is_said(message: str) -> bool:
    """Whether one text of the sources has all parts of a message, in this order."""
    parts = [part.strip() for part in message.split("…")]
    pattern = re.compile(".*?".join(map(re.escape, parts)), re.DOTALL)
    return any(pattern.search(text) for text in texts())


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_on_the_page_is_one_of_the_sources(message: str) -> None:
    assert is_said(message)


def test_a_message_that_nothing_says_would_be_noticed() -> None:
    assert MESSAGES
    assert not is_said("The field … has gone fishing")
