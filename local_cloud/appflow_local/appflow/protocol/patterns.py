"""The service model's regular expressions, which are Java's, for Python's `re`."""

from __future__ import annotations

import re
from functools import cache

_SURROGATE_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@cache
def java_pattern(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern with Java's meaning of `\w`, `\d` and `\s`: ASCII only.

    Java reads two `\u` escapes that form a surrogate pair as one character; Python would not.
    """
    return re.compile(_SURROGATE_PAIR.sub(_one_character, pattern), re.ASCII)


def matches(pattern: str, text: str) -> bool:
    """Tell whether the whole text matches, a trailing newline included."""
    return java_pattern(pattern).fullmatch(text) is not None


def _one_character(pair: re.Match[str]) -> str:
    high, low = (int(half, 16) for half in pair.groups())
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"
