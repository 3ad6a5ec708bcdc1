"""Hides secrets in what is kept of calls: those that are known, tokens, and Authorization."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from appflow_local.appflow.account import secret_spellings

# Found by a literal first, so that a page of a thousand records is searched in no time.
_VALUE = re.compile(
    rb"[A-Za-z]+[\"'\\]*\s*[:=]\s*[\"'\\]*(?:(?:[Bb]earer|[Bb]asic|[Tt]oken)\s+)?([^\s\"'\\,;&}]+)"
)
_SCHEME = re.compile(rb"[A-Za-z]+\s+([A-Za-z0-9._~+/-]{8,}=*)")
_TOKEN = re.compile(rb"(?:access|refresh|id|session|security|auth|api)[_-]?t$", re.IGNORECASE)
_LONGEST_KIND = len("security_t")
_PATTERNS = {
    b"uthorization": _VALUE,
    b"UTHORIZATION": _VALUE,
    b"earer": _SCHEME,
    b"EARER": _SCHEME,
    b"asic": _SCHEME,
    b"ASIC": _SCHEME,
    b"oken": _VALUE,
    b"OKEN": _VALUE,
}


class Hider:
    """Replaces secrets by `(hidden)`.

    Args:
        secrets: the known ones.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._known = frozenset(filter(None, secrets))

    @cached_property
    def _longest_first(self) -> list[str]:
        return sorted(self._known, key=len, reverse=True)

    def __call__(self, text: bytes) -> bytes:
        """Return the text without secrets."""
        for secret in self._longest_first:
            text = secret_spellings.hide(secret, text)
        for literal, pattern in _PATTERNS.items():
            if literal in text:
                text = b"".join(_parts(text, literal, pattern))
        return text

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        return self(text.encode(errors="replace")).decode() if text else ""


def _parts(text: bytes, literal: bytes, pattern: re.Pattern[bytes]) -> Iterator[bytes]:
    """Yield the parts of a text, those hidden that the pattern finds at the literal."""
    shown, at = 0, text.find(literal)
    while at >= 0:
        found = pattern.match(text, at)
        if found and (literal.lower() != b"oken" or _is_kind_of_token(text, at)):
            yield text[shown : found.start(1)]
            yield secret_spellings.HIDDEN
            shown = found.end(1)
        at = text.find(literal, max(at + 1, shown))
    yield text[shown:]


def _is_kind_of_token(text: bytes, at: int) -> bool:
    return _TOKEN.search(text[max(0, at - _LONGEST_KIND) : at]) is not None
