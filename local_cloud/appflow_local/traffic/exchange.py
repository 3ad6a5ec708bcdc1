"""A request of a function to the world, and its answer, both as they are after decoding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sent:
    """A request.

    Attributes:
        method: In capitals.
        url: The whole URL, without a fragment and without the scheme's own port.
        headers: Those that are meant for the server, not for a proxy.
        body: Not chunked.
    """

    method: str
    url: str
    headers: Headers
    body: bytes = b""

    @property
    def kind(self) -> str:
        """The Content-Type."""
        return header(self.headers, "content-type")


@dataclass(frozen=True)
class Answer:
    """A response; its body is neither chunked nor compressed."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""

    @property
    def kind(self) -> str:
        """The Content-Type."""
        return header(self.headers, "content-type")


class Unanswered(Exception):  # noqa: N818 - an outcome
    """There is no answer, as if the network had failed; the message says why."""


def header(headers: Iterable[tuple[str, str]], name: str) -> str:
    """The first value of a header; empty without one."""
    return next((value for each, value in headers if each.lower() == name), "")
