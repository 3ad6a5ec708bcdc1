"""Faults that somebody plans between AppFlow and its connectors: what goes wrong, and how often.

What a fault does to a call is in `connectors.injection`. Plans are never saved.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

OPERATIONS = (
    "DescribeConnectorConfiguration",
    "ValidateConnectorRuntimeSettings",
    "ValidateCredentials",
    "ListEntities",
    "DescribeEntity",
    "QueryData",
    "RetrieveData",
    "WriteData",
)
"""The protocol's operations.

Known (SDK, the classes of the requests): the names of the operations that a connector answers.
"""

# Known (SDK, ErrorCode): the `errorCode`s that a connector answers with.
ERROR_CODES = (
    "InvalidArgument",
    "InvalidCredentials",
    "AccessDenied",
    "RequestTimeout",
    "RateLimitExceeded",
    "ServiceUnavailable",
    "ClientError",
    "ServerError",
    "UnknownError",
    "PartialWriteFailure",
    "ResourceNotFoundError",
)

LATENCY = "latency"
TIMEOUT = "timeout"
CRASH = "crash"
TOO_LARGE = "too-large"
EXPIRED_TOKEN = "expired-token"  # noqa: S105 - a fault's name
SAME_PAGE = "same-page"
CUT_JSON = "cut-json"
KINDS: Mapping[str, str] = {
    LATENCY: "the answer comes late, by --seconds",
    TIMEOUT: "no answer comes in time",
    CRASH: "the function's process ends without an answer",
    TOO_LARGE: "the answer is larger than 6 MB",
    EXPIRED_TOKEN: "the connector refuses the credentials, as once a token has expired",
    SAME_PAGE: "the page before comes again",
    CUT_JSON: "half of the answer is missing",
}
"""The faults that are not error codes."""

_PAGED = "QueryData"
_NUMBERS = ("probability", "seconds")
_TEXTS = ("operation", "kind", "label", "message")
_OPTIONAL = ("times", "label", "seconds", "retry_after", "message")


class FaultError(ValueError):
    """A fault can't be planned so; the message says what to give."""


@dataclass
class Fault:
    """A plan.

    Attributes:
        operation: The operation whose calls fail.
        kind: One of `KINDS`, or an error code of the SDK.
        times: How many calls fail; None for no end.
        after: How many calls go well first.
        probability: How likely each call fails; with `seed`, always the same ones.
        seed: Where the chance begins.
        label: The connector whose calls fail; None for all.
        seconds: How late an answer comes.
        retry_after: The `retryAfterSeconds` of an error.
        message: The `errorMessage` of an error.
        number: Counts the faults of a cloud, from 1; given when it is added.
        calls: How many calls it has seen.
        hits: How many of them it has spoilt.
    """

    operation: str
    kind: str
    times: int | None = None
    after: int = 0
    probability: float = 1.0
    seed: int = 0
    label: str | None = None
    seconds: float | None = None
    retry_after: int | None = None
    message: str | None = None
    number: int = 0
    calls: int = 0
    hits: int = 0
    _chance: Random = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for problem in _mistyped(self) or _problems(self):
            raise FaultError(problem)
        # Repeatable on purpose; it decides of nothing secret.
        self._chance = Random(self.seed)  # noqa: S311 # nosec B311

    @property
    def is_spent(self) -> bool:
        """Whether it does nothing any more."""
        return self.times is not None and self.hits >= self.times

    def meets(self, operation: str, label: str, *, has_page_before: bool) -> bool:
        """Tell whether a call is to fail, and count it."""
        if operation != self.operation or self.label not in (None, label) or self.is_spent:
            return False
        self.calls += 1
        if self.calls <= self.after or (self.kind == SAME_PAGE and not has_page_before):
            return False
        if self._chance.random() >= self.probability:
            return False
        self.hits += 1
        return True


class Faults:
    """The faults that are planned. Safe between threads."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._planned: list[Fault] = []
        self._number = 0

    def add(self, fault: Fault) -> Fault:
        """Plan a fault; return it with its number."""
        with self._lock:
            self._number += 1
            fault.number = self._number
            self._planned.append(fault)
        return fault

    def planned(self) -> list[Fault]:
        """Return the faults in the order in which they were added, the spent ones too."""
        with self._lock:
            return list(self._planned)

    def clear(self, number: int | None = None) -> int:
        """Remove one fault, or all; return how many."""
        with self._lock:
            kept = [each for each in self._planned if number not in (None, each.number)]
            removed = len(self._planned) - len(kept)
            self._planned = kept
        return removed

    def meet(self, operation: str, label: str, *, has_page_before: bool) -> list[Fault]:
        """Return the faults of a call that is about to be made.

        Any number of latencies, and at most one fault of another kind: the first that applies.
        The same page can't come before there was one: such a fault waits, and counts the call as
        one that goes well.
        """
        found: list[Fault] = []
        with self._lock:
            for each in self._planned:
                is_taken = any(one.kind != LATENCY for one in found)
                if each.kind != LATENCY and is_taken:
                    continue
                if each.meets(operation, label, has_page_before=has_page_before):
                    found.append(each)
        return found


def _mistyped(fault: Fault) -> list[str]:
    problems = []
    for name, value in vars(fault).items():
        types: tuple[type, ...] = (str,) if name in _TEXTS else (int,)
        types = (int, float) if name in _NUMBERS else types
        is_missing = value is None and name in _OPTIONAL
        if not is_missing and (isinstance(value, bool) or not isinstance(value, types)):
            problems.append(f"{name} is {value!r}: give a {'text' if str in types else 'number'}")
    return problems


def _problems(fault: Fault) -> list[str]:
    operations, kinds = ", ".join(OPERATIONS), ", ".join((*KINDS, *ERROR_CODES))
    is_error = fault.kind in ERROR_CODES
    checks = (
        (fault.operation in OPERATIONS,
         f"{fault.operation!r} is no operation of a connector: give one of {operations}"),
        (fault.kind in KINDS or is_error, f"{fault.kind!r} is no fault: give one of {kinds}"),
        (fault.kind != SAME_PAGE or fault.operation == _PAGED,
         f"{fault.operation} has no pages of records: plan {SAME_PAGE} for {_PAGED}"),
        (fault.times is None or fault.times > 0,
         f"times is {fault.times}: give how many calls fail, 1 or more; or leave it out"),
        (fault.after >= 0, f"after is {fault.after}: give how many calls go well first"),
        (0 < fault.probability <= 1,
         f"probability is {fault.probability}: give more than 0, and 1 at most"),
        ((fault.kind == LATENCY) == (fault.seconds is not None),
         f"{LATENCY}, and no other fault, takes seconds: how late the answer is"),
        (fault.seconds is None or 0 < fault.seconds <= sys.float_info.max,
         f"seconds is {fault.seconds}: give how late the answer is, more than 0"),
        (is_error or fault.retry_after is None,
         f"{fault.kind} has no retry_after: only an error code has, such as RateLimitExceeded"),
        (fault.retry_after is None or fault.retry_after >= 0,
         f"retry_after is {fault.retry_after}: give seconds, 0 or more"),
        (is_error or fault.message is None,
         f"{fault.kind} has no message: only an error code has, such as ClientError"),
    )  # fmt: skip
    return [problem for is_well, problem in checks if not is_well]
