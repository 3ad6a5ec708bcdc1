"""What came of one call to the connector."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appflow_local.failure_place import place_of

_LONGEST_SHOWN = 240
_TIMED_OUT = "did not respond within"
_TOO_LARGE = "larger than 6 MB"
HIDDEN = "(hidden)"
"""What the journal shows in the place of a secret."""


@dataclass(frozen=True)
class Reply:
    """A request and its answer.

    Attributes:
        request: What was sent.
        answer: The answer as it came; None if it is not a JSON object.
        raw: The answer as the journal keeps it, without secrets; text if it isn't JSON.
        error: AppFlow's account of a call that failed; None if there was an answer.
        milliseconds: How long the call took.
        size: The bytes of the answer.
        printed: What the function printed, without secrets.
    """

    request: Mapping[str, Any]
    answer: Mapping[str, Any] | None
    raw: object = None
    error: str | None = None
    milliseconds: float = 0.0
    size: int = 0
    printed: str = ""

    @property
    def operation(self) -> str:
        """The protocol's name, such as QueryData."""
        return str(self.request["type"]).removesuffix("Request")

    @property
    def is_success(self) -> bool:
        """Whether the connector says so."""
        return self.answer is not None and self.answer.get("isSuccess") is True

    @property
    def is_failure(self) -> bool:
        """Whether the connector says so, as the protocol has it."""
        return self.answer is not None and self.answer.get("isSuccess") is False

    @property
    def timed_out(self) -> bool:
        """Whether AppFlow gave up waiting."""
        return self.error is not None and _TIMED_OUT in self.error

    @property
    def is_too_large(self) -> bool:
        """Whether the answer is larger than Lambda's limit."""
        return self.error is not None and _TOO_LARGE in self.error

    @property
    def over_limits(self) -> bool:
        """Whether a limit, of which the area `limits` tells, kept the answer away."""
        return self.timed_out or self.is_too_large

    @property
    def details(self) -> Mapping[str, Any]:
        """The errorDetails of a failure; empty if there are none."""
        found = (self.answer or {}).get("errorDetails")
        return found if isinstance(found, Mapping) else {}

    @property
    def code(self) -> str | None:
        """The SDK's error code of a failure."""
        found = self.details.get("errorCode")
        return found if isinstance(found, str) else None

    @property
    def reason(self) -> str:
        """What came back, short enough for a line."""
        if self.answer is None:
            return f"{failure_in(self.raw)}{self.error or 'no answer'}{self._cause()}"
        if self.is_failure and self.details:
            return f"{self.details.get('errorCode')}: {self.details.get('errorMessage')}"
        return f"came back: {short(self.raw if self.raw is not None else self.answer)}"

    @property
    def sent(self) -> str:
        """The request without its context, short enough for a line."""
        kept = {
            name: value
            for name, value in self.request.items()
            if name not in ("connectorContext", "type") and value is not None
        }
        return f"{self.operation} {short(kept)}"

    def _cause(self) -> str:
        if isinstance(self.raw, str):
            return f" It answered {short(self.raw)}."
        if failure_in(self.raw):
            return ""
        lines = [line for line in self.printed.splitlines() if line.strip()]
        return f" It printed: {short(lines[-1])}" if lines else ""


def failure_in(raw: object) -> str:
    """Return what a function failed with, and where, before what else there is to say.

    Args:
        raw: the answer as the journal keeps it; nothing is said of one that is no failure.
    """
    if not isinstance(raw, Mapping) or "errorMessage" not in raw:
        return ""
    kind, message, place = str(raw.get("errorType", "Error")), raw["errorMessage"], place_of(raw)
    where = f" at {place}" if place else ""
    cause = kind if message == kind else f"{kind}: {short(message)}"
    return f"the function failed{where} with {cause}; "


def short(value: object) -> str:
    """Return a value as text for a line; half a surrogate pair, which can't be printed, escaped."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split()).encode(errors="backslashreplace").decode()
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
