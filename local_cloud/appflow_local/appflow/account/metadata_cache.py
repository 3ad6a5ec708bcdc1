"""The metadata cache: keeps connectors' answers about their entities until they expire.

Known (SDK README, "Entity Metadata"): answers about entities are cached for as long as the
connector's `cacheControl` says, or for an hour.
Known (SDK, CacheControl): the shortest time in the cache is 10 minutes.
Inferred (the API reference resets the cache "once every hour", the SDK goes by the connector):
answers may be cached for longer than an hour; the reference's hour is the default.
Inferred: a profile or registration that has changed is asked again.
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
from appflow_local.appflow.host import Place

DEFAULT_LIFETIME = timedelta(hours=1)
SHORTEST_LIFETIME = timedelta(seconds=600)
# Keeps a connector's number small enough for a date.
LONGEST_LIFETIME = timedelta(days=3650)


@dataclass(frozen=True)
class Question:
    """What a connector was asked; equal questions have the same answer.

    `entity` is None for a list of entities; `path`, `token` and `size` then say which page.
    """

    place: Place
    profile_name: str
    api_version: str
    entity: str | None = None
    path: str | None = None
    token: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Answer:
    """A connector's answer, already checked, and how long it stays valid."""

    content: Mapping[str, Any]
    lifetime: timedelta = DEFAULT_LIFETIME


@dataclass(frozen=True)
class _Entry:
    content: Mapping[str, Any]
    expires_at: datetime
    profile: Profile
    configuration: Mapping[str, Any]


class MetadataCache:
    """Caches the answers of connectors; safe between threads, and never saved.

    An answer belongs to the profile and the registration that it was asked with: it is dropped when
    either is changed, replaced or deleted.
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
        """Return the cached answer, or ask and cache it; a reset in the meantime wins.

        The content is shared, so do not change it.

        Raises:
            AppFlowError: what `ask` raises; then nothing is cached.
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
        place: Place,
        profile_name: str,
        api_version: str,
        *,
        entity: str | None,
        path: str | None,
    ) -> None:
        """Drop one entity or, without `entity`, all pages of the list at `path`."""
        with self._lock:
            self._resets += 1
            self._entries = {
                question: entry
                for question, entry in self._entries.items()
                if question.place != place
                or (question.profile_name, question.api_version) != (profile_name, api_version)
                or question.entity != entity
                or (entity is None and question.path != path)
            }

    def clear(self) -> None:
        """Drop every answer."""
        with self._lock:
            self._resets += 1
            self._entries.clear()

    def size(self) -> int:
        """Return how many answers are cached."""
        return len(self._entries)

    def _forget_expired(self) -> None:
        now = self._clock.now()
        self._entries = {
            question: entry for question, entry in self._entries.items() if entry.expires_at > now
        }
