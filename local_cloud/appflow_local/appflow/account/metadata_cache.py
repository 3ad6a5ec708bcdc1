"""The metadata cache: what connectors answered about their entities, until it is too old.

Sources: AppFlow Custom Connector SDK, README, "Entity Metadata" (the connector's cacheControl, or
one hour) and class CacheControl (at least 600 seconds); API reference ResetConnectorMetadataCache.
That operation's "every hour", regardless of what connectors say, is taken for the default.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.clock import Clock
from appflow_local.appflow.host import Caller

DEFAULT_LIFETIME = timedelta(hours=1)
SHORTEST_LIFETIME = timedelta(seconds=600)
# Only so that no connector's number is too large for a date.
LONGEST_LIFETIME = timedelta(days=3650)


@dataclass(frozen=True)
class Question:
    """What a connector was asked; two that are equal have the same answer.

    `entity` is None for a list of entities; `path`, `token` and `size` then say which page.
    """

    account_id: str
    region: str
    profile_name: str
    api_version: str
    entity: str | None = None
    path: str | None = None
    token: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Answer:
    """What the connector answered, already checked, and how long that is good for."""

    content: Mapping[str, Any]
    lifetime: timedelta = DEFAULT_LIFETIME


@dataclass(frozen=True)
class _Entry:
    content: Mapping[str, Any]
    expires_at: datetime
    profile: Profile
    configuration: Mapping[str, Any]


class MetadataCache:
    """Answers of connectors, safe between threads. It starts empty with each AppFlow.

    An answer belongs to the profile and the registration that it was asked with: when either is
    changed, recreated or gone, so is the answer.
    """

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[Question, _Entry] = {}
        self._resets = 0

    def answer(
        self,
        question: Question,
        profile: Profile,
        connector: Connector,
        ask: Callable[[], Answer],
    ) -> Mapping[str, Any]:
        """Return what is remembered, or ask and remember; a reset meanwhile wins.

        The content is shared: it must not be changed.

        Raises:
            AppFlowError: what `ask` raises; nothing is cached then.
        """
        with self._lock:
            self._forget_expired()
            known, resets = self._entries.get(question), self._resets
        if known and known.profile is profile and known.configuration is connector.configuration:
            return known.content
        answer = ask()
        expires_at = self._clock.now() + answer.lifetime
        with self._lock:
            if resets == self._resets:
                self._entries[question] = _Entry(
                    answer.content, expires_at, profile, connector.configuration
                )
        return answer.content

    def reset(
        self,
        caller: Caller,
        profile_name: str,
        api_version: str,
        *,
        entity: str | None,
        path: str | None,
    ) -> None:
        """Forget one entity, or without `entity` all pages of the list at `path`."""
        with self._lock:
            self._resets += 1
            self._entries = {
                question: entry
                for question, entry in self._entries.items()
                if (question.account_id, question.region) != (caller.account_id, caller.region)
                or (question.profile_name, question.api_version) != (profile_name, api_version)
                or question.entity != entity
                or (entity is None and question.path != path)
            }

    def size(self) -> int:
        """Return how many answers are held."""
        return len(self._entries)

    def _forget_expired(self) -> None:
        now = self._clock.now()
        self._entries = {
            question: entry for question, entry in self._entries.items() if entry.expires_at > now
        }
