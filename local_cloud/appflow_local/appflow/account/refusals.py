"""What the journal keeps of requests that AppFlow refused: the error, and the calls behind it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from appflow_local.appflow.account.hidden_texts import Hider
from appflow_local.appflow.host import Place

MOST_REFUSALS = 200


@dataclass(frozen=True)
class Refusal:
    """One request that was refused.

    Attributes:
        number: Counts the refusals of this AppFlow, from 1.
        at: When it was refused, aware.
        place: The account and Region.
        operation: The API's name, such as RegisterConnector.
        subject: What it was about: a connector's label, a profile's or a flow's name.
        caller: The ARN of who asked.
        code: The error's.
        message: The error's.
        calls: The numbers of the calls to connectors that the request made.
    """

    number: int
    at: datetime
    place: Place
    operation: str
    subject: str | None
    caller: str
    code: str
    message: str
    calls: tuple[int, ...] = ()


class Refusals:
    """The newest refusals. Safe between threads.

    Args:
        secrets: the texts that must not be shown, as they are known now.
    """

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        self._secrets = secrets
        self._kept: deque[tuple[Refusal, Hider]] = deque(maxlen=MOST_REFUSALS)
        self._number = 0
        self._lock = threading.Lock()

    def add(self, make: Callable[[int], Refusal]) -> None:
        """Keep a refusal; `make` is given its number."""
        hide = Hider(self._secrets())
        with self._lock:
            self._number += 1
            self._kept.append((make(self._number), hide))

    def newest(self, place: Place) -> list[Refusal]:
        """Return the refusals in an account and Region, newest first, without secrets."""
        with self._lock:
            kept = list(self._kept)
        return [
            replace(each, message=hide.text(each.message))
            for each, hide in reversed(kept)
            if each.place == place
        ]

    @property
    def count(self) -> int:
        """How many there have been."""
        with self._lock:
            return self._number

    def clear(self) -> None:
        """Forget all; numbers go on."""
        with self._lock:
            self._kept.clear()
