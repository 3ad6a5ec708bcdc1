"""A named check, what it looks for, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from appflow_local.check.subject import Subject

Severity = Literal["error", "warning"]
Status = Literal["passed", "failed", "warned", "skipped"]
Look = Callable[["Subject"], Iterator[str]]
"""Yields a sentence for each problem; raises Needs if there is nothing to look at."""

MISSHAPEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What code raises that is given JSON of another shape than the protocol's.

A connector's answers are anybody's; the checks of their shape say what is wrong with them, and the
others need not be written for every shape.
"""
SHAPE = "answers of the protocol's shape: see the checks that failed"

_MOST_SHOWN = 3
_LONGEST_DETAIL = 1200

JAVA_SDK = "AppFlow Custom Connector SDK for Java"
README = "AppFlow Custom Connector SDK, README"


class Needs(Exception):  # noqa: N818 - an outcome, not an error
    """A check can't be made; the message says what it would need."""


@dataclass(frozen=True)
class Check:
    """One rule.

    Attributes:
        id: `area.what`.
        severity: `error` if AppFlow refuses it or loses data, `warning` if it will hurt.
        title: What holds of a sound connector.
        source: Where the rule is from.
        remedy: What to do if it is broken.
        look: Finds the problems.
    """

    id: str
    severity: Severity
    title: str
    source: str
    remedy: str
    look: Look

    @property
    def area(self) -> str:
        """The first part of the id."""
        return self.id.partition(".")[0]

    def outcome(self, subject: Subject) -> Outcome:
        """Make the check."""
        try:
            problems = list(self.look(subject))
        except Needs as needs:
            return Outcome(self, "skipped", f"needs {needs}")
        except MISSHAPEN:
            return Outcome(self, "skipped", f"needs {SHAPE}")
        if not problems:
            return Outcome(self, "passed", "")
        more = len(problems) - _MOST_SHOWN
        shown = "; ".join(problems[:_MOST_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        status: Status = "failed" if self.severity == "error" else "warned"
        return Outcome(self, status, shown[:_LONGEST_DETAIL])


@dataclass(frozen=True)
class Outcome:
    """What came of a check; `detail` has what was sent and what came back."""

    check: Check
    status: Status
    detail: str
