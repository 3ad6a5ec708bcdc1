"""The messages of docs/troubleshooting.md, and whether a text has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"
ROW = re.compile(r"^\| `([^`]+)`(?: ●)? \|", re.MULTILINE)
PROVOKED = ("Synth", "Profiles and credentials", "Deployment of flows", "Runs", "Local cloud")
NOT_PROVOKED = ("On AWS only",)


def messages(section: str) -> list[str]:
    """Return the messages of a section; what differs is an ellipsis.

    Raises:
        LookupError: there is no such section.
    """
    found = sections()
    if section not in found:
        raise LookupError(f"docs/troubleshooting.md has no section {section!r}")
    return ROW.findall(found[section])


def sections() -> dict[str, str]:
    """Return the page's sections, by their headings."""
    parts = re.split(r"^## (.*)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def way_to(message: str, ways: Mapping[str, T]) -> T:
    """Return what provokes a message: the value whose key is a part of it.

    Raises:
        LookupError: nothing does, or several do.
    """
    found = [way for part, way in ways.items() if part in message]
    if len(found) != 1:
        raise LookupError(f"{len(found)} ways provoke {message!r}: the page needs one")
    return found[0]


def stale(ways: Iterable[str], section: str) -> list[str]:
    """Return the keys of ways that lead to no message of the section."""
    return [part for part in ways if not any(part in each for each in messages(section))]


def has(text: str, message: str) -> bool:
    """Tell whether a text has all parts of a message, in this order."""
    parts = (re.escape(part.strip()) for part in message.split("…"))
    return re.search(".*?".join(parts), text, re.DOTALL) is not None
