"""Remembers client tokens, so that a retried request completes only once.

Known (API reference RegisterConnector, `clientToken`): a request with a `clientToken` completes
only once. With other parameters an error occurs, another token is a new call, and a token is active
for 8 hours.
Inferred (the same): a retry gets the first answer again, a request that failed is not remembered,
and the hours count from the first answer.
Chosen (the reference names no error): the error is a `ConflictException`, whose meaning, a conflict
with what the service holds, fits best.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appflow_local.appflow.clock import Clock
from appflow_local.appflow.host import Place
from appflow_local.appflow.protocol.errors import ConflictException

ACTIVE_FOR = timedelta(hours=8)

_Key = tuple[str, str, str, str]  # account, region, operation, token


@dataclass(frozen=True)
class RememberedUse:
    """One token whose request was answered, as it is saved."""

    account_id: str
    region: str
    operation: str
    token: str
    fingerprint: str
    answer: Mapping[str, Any]
    answered_at: datetime


@dataclass
class _Use:
    """One use of a token; `answer` is None while the first request is running."""

    fingerprint: str
    answer: dict[str, Any] | None = None
    answered_at: datetime | None = None


class TokenMemory:
    """Runs each token's request once; safe between threads."""

    def __init__(self, clock: Clock) -> None:
        """Start with no tokens."""
        self._clock = clock
        self._uses: dict[_Key, _Use] = {}
        self._changed = threading.Condition()

    def once(
        self,
        place: Place,
        operation: str,
        parameters: Mapping[str, Any],
        work: Callable[[], dict[str, Any]],
    ) -> dict[str, Any]:
        """Do the work, or return what it answered when this token was first used.

        While another request with the token is running, waits for its outcome. Without
        `clientToken`, just does the work.

        Raises:
            ConflictException: the token was used with other parameters.
        """
        token = parameters.get("clientToken")
        if token is None:
            return work()
        key = (*place, operation, token)
        known = self._claim(key, _fingerprint(parameters))
        return known if known is not None else self._work(key, work)

    def remembered(self) -> list[RememberedUse]:
        """Return the uses that were answered and have not expired."""
        with self._changed:
            self._forget_expired()
            return [
                RememberedUse(*key, use.fingerprint, use.answer, use.answered_at)
                for key, use in self._uses.items()
                if use.answer is not None and use.answered_at is not None
            ]

    def remember(self, uses: Iterable[RememberedUse]) -> None:
        """Load what `remembered` returned."""
        with self._changed:
            for use in uses:
                key = (use.account_id, use.region, use.operation, use.token)
                self._uses[key] = _Use(use.fingerprint, dict(use.answer), use.answered_at)

    def clear(self) -> None:
        """Forget every use that was answered; the others are forgotten if they fail."""
        with self._changed:
            self._uses = {key: use for key, use in self._uses.items() if use.answer is None}

    def size(self) -> int:
        """Return how many tokens are remembered."""
        return len(self._uses)

    def _claim(self, key: _Key, fingerprint: str) -> dict[str, Any] | None:
        with self._changed:
            while True:
                self._forget_expired()
                use = self._uses.setdefault(key, claimed := _Use(fingerprint))
                if use is claimed:
                    return None
                if use.fingerprint != fingerprint:
                    raise ConflictException(
                        f"The clientToken '{key[3]}' was already used with other parameters."
                    )
                if use.answer is not None:
                    return dict(use.answer)
                self._changed.wait()

    def _work(self, key: _Key, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        answer = None
        try:
            answer = work()
            return answer
        finally:
            self._settle(key, answer)

    def _settle(self, key: _Key, answer: dict[str, Any] | None) -> None:
        with self._changed:
            if answer is None:
                del self._uses[key]
            else:
                self._uses[key].answer = dict(answer)
                self._uses[key].answered_at = self._clock.now()
            self._changed.notify_all()

    def _forget_expired(self) -> None:
        oldest = self._clock.now() - ACTIVE_FOR
        expired = [
            k for k, use in self._uses.items() if use.answered_at and use.answered_at <= oldest
        ]
        for key in expired:
            del self._uses[key]


def _fingerprint(parameters: Mapping[str, Any]) -> str:
    """Return a hash of parameters, which may hold credentials and so are not kept."""
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()
