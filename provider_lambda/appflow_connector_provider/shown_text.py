"""Makes texts of other people fit to be logged, answered and read.

Lambda's log handler raises on a text that has no UTF-8 form, and CloudFormation shows a reason as
it is: what an event, a connector or AppFlow says goes through here first.
"""

from __future__ import annotations

import re
import reprlib
from typing import Final

_TWO_BRACES: Final = re.compile(r"\{(?=\{)")


def printable(text: str) -> str:
    """Put ``?`` for each control, direction, unassigned or surrogate character, line ends too."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "?" for character in text)


def one_line(text: str, length: int) -> str:
    """Return the text in one line of printable characters, cut to a number of characters."""
    text = " ".join(text.split())
    return printable(text if len(text) <= length else text[: length - 1] + "…")


def literal(value: object, length: int) -> str:
    """Return a value as Python writes it, in one line; of nested values no more than the top."""
    return one_line(repr(value) if isinstance(value, str) else reprlib.repr(value), length)


def attribute(text: str) -> str:
    """Return the text as an attribute's value, which a template can put into any property.

    Inferred: CloudFormation may take ``{{resolve:…}}`` for a dynamic reference there, and read a
    secret that the connector's author may not. A blank between the braces keeps it a text.
    """
    return _TWO_BRACES.sub("{ ", printable(text))


def cut_bytes(text: str, size: int) -> str:
    """Return the beginning of a text that takes at most so many bytes of UTF-8."""
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
