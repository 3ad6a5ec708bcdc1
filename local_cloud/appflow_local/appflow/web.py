"""What the model asks of the web: one HTTP request to a token endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class WebRequest:
    """One HTTP request; `url` begins http:// or https://."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class WebResponse:
    """An answer, successful or not."""

    status: int
    body: bytes


class FetchFailed(Exception):  # noqa: N818 - an outcome of a request
    """No answer; the message says why."""


class Web(Protocol):
    """The web as a host reaches it."""

    def fetch(self, request: WebRequest, *, timeout: float) -> WebResponse:
        """Send a request, verifying TLS and following no redirect; `timeout` is in seconds.

        Raises:
            FetchFailed: there was no answer in time, or none that can be trusted.
        """
        ...
