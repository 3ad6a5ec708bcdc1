"""Finds the recorded request that is the same as one that is asked, or else the nearest.

Method, scheme, host, path, query (in any order) and body (JSON by its content) are compared;
headers are not, as they tell of the client. What was hidden in the recording stands for any text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import parse_qsl, urlsplit

from appflow_local.traffic.exchange import Sent
from appflow_local.traffic.redaction import HIDDEN

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_MOST_SHOWN = 120


@dataclass(frozen=True)
class Shape:
    """What is compared of a request."""

    method: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def of(cls, sent: Sent) -> Shape:
        """Return a request's."""
        parts = urlsplit(sent.url)
        query = tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
        host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        return cls(sent.method, host, parts.path or "/", query, _body(sent))

    def admits(self, asked: Shape) -> bool:
        """Whether the asked request is this recorded one."""
        return (
            self.method == asked.method
            and self.host == asked.host
            and len(self.query) == len(asked.query)
            and _is_same(self.path, asked.path)
            and all(
                name == other and _is_same(value, given)
                for (name, value), (other, given) in zip(self.query, asked.query, strict=True)
            )
            and _is_same(self.body, asked.body)
        )

    def likeness(self, asked: Shape) -> float:
        """How near the asked request is to this recorded one: more is nearer."""
        query = len(set(self.query) & set(asked.query)) - len(set(self.query) ^ set(asked.query))
        path = SequenceMatcher(None, self.path, asked.path, autojunk=False).ratio()
        same = 100 * (self.host == asked.host) + 10 * (self.method == asked.method)
        return same + 50 * path + 5 * (self.path == asked.path) + query + (self.body == asked.body)

    def differences(self, asked: Shape) -> Iterator[str]:
        """Yield what the asked request has that this recorded one hasn't, and the reverse."""
        for name in ("method", "host", "path"):
            yield from _difference(name, getattr(asked, name), getattr(self, name))
        mine, given = _values(self.query), _values(asked.query)
        for name in sorted({*mine, *given}):
            yield from _difference(f"query {name}", given.get(name), mine.get(name))
        if self.body != asked.body and not _is_same(self.body, asked.body):
            yield from _difference("body", asked.body, self.body)


def nearest(shapes: Sequence[Shape], asked: Shape) -> Shape:
    """Return the recorded request, of at least one, that is most like the asked one."""
    return max(shapes, key=lambda shape: shape.likeness(asked))


def _values(query: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in query:
        found[name] = f"{found[name]} and {value}" if name in found else value
    return found


def _body(sent: Sent) -> str:
    text = sent.body.decode(errors="backslashreplace")
    if boundary := _BOUNDARY.search(sent.kind):
        return text.replace(boundary[1], "boundary")  # clients make it up for each request
    if "form-urlencoded" in sent.kind:
        return "&".join(sorted(text.split("&")))
    try:
        return json.dumps(json.loads(text), sort_keys=True) if text else ""
    except ValueError:
        return text


def _is_same(recorded: str, asked: str) -> bool:
    if HIDDEN not in recorded:
        return recorded == asked
    pattern = ".*".join(map(re.escape, recorded.split(HIDDEN)))
    return re.fullmatch(pattern, asked, re.DOTALL) is not None


def _difference(name: str, asked: str | None, recorded: str | None) -> Iterator[str]:
    if asked == recorded or (asked is not None and recorded and _is_same(recorded, asked)):
        return
    yield f"{name}: asked {_shown(asked)}, recorded {_shown(recorded)}"


def _shown(text: str | None) -> str:
    if text is None:
        return "without it"
    if not text:
        return "an empty one"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
