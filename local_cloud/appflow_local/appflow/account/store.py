"""What AppFlow keeps of one kind, by account, Region and name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from appflow_local.appflow.host import Place
from appflow_local.appflow.protocol.errors import (
    ConflictException,
    ResourceNotFoundException,
    not_emulated,
)

UserSource = Callable[[Place, str], Iterable[str]]

T = TypeVar("T")


class Shelf(Generic[T]):
    """The things of one kind in one account and Region, by name.

    Each method is safe between threads; hold `Account.lock` to do several as one.

    Args:
        lock: that of all stores.
        kind: the phrase before a name in messages, such as "Flow with name".
        users: returns what uses the thing of a name.
    """

    def __init__(self, lock: threading.RLock, kind: str, users: Callable[[str], list[str]]) -> None:
        self.kind = kind
        self.users_of = users
        self._lock = lock
        self.changes = 0
        self._by_name: dict[str, T] = {}
        self._in_work: set[str] = set()

    def get(self, name: str) -> T | None:
        """Return the thing of exactly this name."""
        return self._by_name.get(name)

    def find(self, name: str, otherwise: str | None = None) -> T:
        """Return the thing of this name.

        Known (hashicorp/terraform-provider-aws#27707): the words of `ResourceNotFoundException`,
        for a profile.
        Inferred (the same): `ResourceNotFoundException` has the same words for flows and
        connectors.

        Raises:
            ResourceNotFoundException: there is none; `otherwise` replaces the usual message.
        """
        thing = self.get(name)
        if thing is None:
            raise ResourceNotFoundException(otherwise) if otherwise else self.not_found(name)
        return thing

    def not_found(self, name: str) -> ResourceNotFoundException:
        """Return the error for a name that nothing here has."""
        return ResourceNotFoundException(f"{self.kind} {name} does not exist.")

    def put(self, name: str, thing: T) -> None:
        """Keep a thing, in place of one of the same name."""
        with self._lock:
            self._by_name[name] = thing
            self.changes += 1

    def remove(self, name: str) -> None:
        """Forget a thing."""
        with self._lock:
            del self._by_name[name]
            self.changes += 1

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._by_name.clear()
            self.changes += 1

    def in_order(self) -> list[T]:
        """Return all, by name, so that pages stay stable while others come and go."""
        with self._lock:
            return [self._by_name[name] for name in sorted(self._by_name)]

    def by_name(self) -> dict[str, T]:
        """Return all under their names."""
        with self._lock:
            return dict(self._by_name)

    def check_free(self, name: str, taken: str = "already exists") -> None:
        """Check that a name is not in use.

        Known (API reference, ConflictException): a name that is taken is a `ConflictException`.
        Inferred: the sentence of that `ConflictException`.
        Refused (no document says whether they are the same): a name that differs from one that is
        taken only in case.

        Raises:
            ConflictException: the name is in use.
            UnsupportedOperationException: one that differs only in case is.
        """
        used = self._spelled_like(name)
        if used == name:
            raise ConflictException(f"{self.kind} {name} {taken}.")
        if used is not None:
            raise not_emulated(
                f"{self.kind} {used} {taken}, and whether names that differ only in case are the "
                f"same is not documented, so '{name}' is refused."
            )

    @contextmanager
    def changing(self, name: str) -> Iterator[None]:
        """Let one request at a time change the thing of this name.

        For work that takes longer than the lock may be held.

        Inferred (the meaning of ConflictException): one request at a time changes a profile or a
        flow. A second one gets a `ConflictException`.

        Raises:
            ConflictException: another request is changing it.
        """
        with self._lock:
            if name in self._in_work:
                raise ConflictException(f"{self.kind} {name} is being changed by another request.")
            self._in_work.add(name)
        try:
            yield
        finally:
            self._in_work.remove(name)

    def _spelled_like(self, name: str) -> str | None:
        """Return a name in use that differs from this one only in case, or not at all."""
        folded = name.casefold()
        with self._lock:
            return next((used for used in self._by_name if used.casefold() == folded), None)


class Store(Generic[T]):
    """The things of one kind of all accounts and Regions; stores may share a lock."""

    def __init__(self, lock: threading.RLock, kind: str) -> None:
        """Start empty; see `Shelf` for `kind`."""
        self._lock = lock
        self._kind = kind
        self._shelves: dict[Place, Shelf[T]] = {}
        self._user_sources: list[UserSource] = []

    def of(self, place: Place) -> Shelf[T]:
        """Return the things of an account and Region."""
        with self._lock:
            shelf = self._shelves.get(place)
            if shelf is None:
                shelf = Shelf(self._lock, self._kind, lambda name: self._users_of(place, name))
                self._shelves[place] = shelf
            return shelf

    @property
    def changes(self) -> int:
        """How often anything has changed."""
        return sum(shelf.changes for shelf in self.everywhere())

    def everywhere(self) -> list[Shelf[T]]:
        """Return the things of every account and Region."""
        with self._lock:
            return list(self._shelves.values())

    def places(self) -> set[Place]:
        """Return the accounts and Regions that have things."""
        with self._lock:
            return {place for place, shelf in self._shelves.items() if shelf.by_name()}

    def contents(self) -> dict[str, dict[str, dict[str, T]]]:
        """Return everything, by account, Region and name."""
        found: dict[str, dict[str, dict[str, T]]] = {}
        with self._lock:
            for (account, region), shelf in self._shelves.items():
                if things := shelf.by_name():
                    found.setdefault(account, {})[region] = things
        return found

    def fill(self, contents: Mapping[str, Mapping[str, Mapping[str, T]]]) -> None:
        """Keep what `contents` returned."""
        with self._lock:
            for account, regions in contents.items():
                for region, things in regions.items():
                    for name, thing in things.items():
                        self.of((account, region)).put(name, thing)

    def clear(self) -> None:
        """Forget everything, in every account and Region."""
        with self._lock:
            for shelf in self._shelves.values():
                shelf.clear()

    def add_user_source(self, source: UserSource) -> None:
        """Let a part of AppFlow say which of its things use one of these.

        Without a source nothing is ever in use.
        """
        self._user_sources.append(source)

    def _users_of(self, place: Place, name: str) -> list[str]:
        return [user for source in self._user_sources for user in source(place, name)]
