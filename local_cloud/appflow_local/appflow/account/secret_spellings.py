"""How a secret may be spelled in what connectors send and print: escaped, encoded, or both.

A character other than a letter or digit has many spellings: JSON in JSON, URLs, HTML and Python's
reprs escape it, each by its own rules. A pattern that knows all of them finds every mixture.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

HIDDEN = b"(hidden)"
SHORTEST = 4
"""Shorter secrets are hidden only where they are a whole text: they may be part of any word."""

_SHORTEST_IN_BASE64 = 6
_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")
_NAMES = {"&": b"amp", "<": b"lt", ">": b"gt", '"': b"quot", "'": b"apos"}
_LETTERS = {"\n": b"n", "\r": b"r", "\t": b"t", "\b": b"b", "\f": b"f"}
_OF_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
_REST_OF_BASE64 = re.compile(rb"[%b]*={0,2}" % re.escape(_OF_BASE64))


def hide(secret: str, text: bytes) -> bytes:
    """Return a text without a secret, however it is spelled."""
    literals, pattern = _spelled(secret)
    if not literals or any(each in text for each in literals):
        text = pattern.sub(rb"\1" + HIDDEN, text)
    for encoded in _in_base64(secret):
        while (at := text.find(encoded)) >= 0:
            before = text[:at].rstrip(_OF_BASE64)
            rest = _REST_OF_BASE64.match(text, at)
            text = before + HIDDEN + text[rest.end() if rest else at + len(encoded) :]
    return text


@lru_cache(maxsize=1000)
def _spelled(secret: str) -> tuple[tuple[bytes, ...], re.Pattern[bytes]]:
    """Return a pattern, and texts of which one is wherever it matches, which are found faster."""
    plain = max(_PLAIN.findall(secret), key=len, default="").encode()
    body = b"".join(_characters(secret))
    if len(secret) >= SHORTEST:
        return ((plain,) if plain else ()), re.compile(b"()" + body)
    literals = (b'"' + plain, b"'" + plain) if plain == secret.encode(errors="replace") else ()
    return literals, re.compile(rb"""(\\*["'])""" + body + rb"""(?=\\*["'])""")


def _characters(secret: str) -> Iterator[bytes]:
    for character, run in groupby(secret):
        count = len(list(run))
        if character == "\\":  # as one, or the ways to share out a run of them would multiply
            yield rb"(?:\\|%%5[Cc]){%d,}" % count
        elif _PLAIN.fullmatch(character):
            yield re.escape(character.encode()) * count
        else:
            yield b"(?:%b)" % b"|".join(_ways(character)) * count


def _ways(character: str) -> Iterator[bytes]:
    """Yield what matches a character that may be escaped."""
    code, raw = ord(character), character.encode(errors="replace")
    yield rb"\\*" + re.escape(raw)
    units = character.encode("utf-16-be", "surrogatepass").hex()
    yield b"".join(rb"\\+u(?i:%b)" % units[at : at + 4].encode() for at in range(0, len(units), 4))
    yield b"".join(b"(?i:%%%02x)" % each for each in raw)
    yield b"".join(rb"\\+x(?i:%02x)" % each for each in raw)
    yield rb"\\+U(?i:%08x)" % code
    if code < 256:
        yield rb"\\+x(?i:%02x)" % code
    yield b"&#(?:0*%d|[xX]0*(?i:%x));" % (code, code)
    if character in _NAMES:
        yield b"&%b;" % _NAMES[character]
    if character in _LETTERS:
        yield rb"\\+" + _LETTERS[character]
    if character == " ":
        yield rb"\+"


@lru_cache(maxsize=1000)
def _in_base64(secret: str) -> tuple[bytes, ...]:
    """Return what base64 makes of a secret wherever it stands in what is encoded."""
    raw = secret.encode(errors="replace")
    if len(raw) < _SHORTEST_IN_BASE64:
        return ()
    found: dict[bytes, None] = {}
    for before in range(3):  # a character has 6 bits: those at the ends also have neighbours' bits
        encoded = base64.b64encode(bytes(before) + raw)
        certain = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        found |= {certain: None, certain.translate(bytes.maketrans(b"+/", b"-_")): None}
    return tuple(found)
