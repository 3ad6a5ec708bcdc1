"""What AppFlow keeps, by account, region and name. State only; no rules of the API."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from appflow_local.appflow.host import Caller
from appflow_local.appflow.protocol.errors import ResourceNotFoundException

UserSource = Callable[[Caller, str], Iterable[str]]

T = TypeVar("T")


class Shelf(Generic[T]):
    """The things of one kind in one account and region, by name. Use within `Store.of`."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_name: dict[str, T] = {}

    def get(self, name: str) -> T | None:
        """Return the thing of exactly this name."""
        return self._by_name.get(name)

    def spelled_like(self, name: str) -> str | None:
        """Return a name in use that differs from this one only in case, or not at all."""
        folded = name.casefold()
        return next((used for used in self._by_name if used.casefold() == folded), None)

    def put(self, name: str, thing: T) -> None:
        """Keep a thing, in place of one of the same name."""
        self._by_name[name] = thing

    def remove(self, name: str) -> None:
        """Forget a thing."""
        del self._by_name[name]

    def in_order(self) -> list[T]:
        """Return all, by name, so that pages stay stable while others come and go."""
        return [self._by_name[name] for name in sorted(self._by_name)]

    def by_name(self) -> dict[str, T]:
        """Return all under their names."""
        return dict(self._by_name)


class Store(Generic[T]):
    """The things of one kind of all accounts and regions.

    Stores that share a lock change as one. It is never held during an invocation.
    """

    def __init__(self, lock: threading.RLock) -> None:
        """Start empty."""
        self._lock = lock
        self._shelves: dict[tuple[str, str], Shelf[T]] = {}
        self._user_sources: list[UserSource] = []
        self._claims: set[tuple[str, str, str]] = set()

    @contextmanager
    def of(self, caller: Caller) -> Iterator[Shelf[T]]:
        """Hold the lock and give the things of the caller's account and region."""
        with self._lock:
            key = (caller.account_id, caller.region)
            yield self._shelves.setdefault(key, Shelf())

    @contextmanager
    def everywhere(self) -> Iterator[list[Shelf[T]]]:
        """Hold the lock and give the things of every account and region."""
        with self._lock:
            yield list(self._shelves.values())

    def contents(self) -> dict[str, dict[str, dict[str, T]]]:
        """Return everything, by account, region and name."""
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
                    shelf = self._shelves.setdefault((account, region), Shelf())
                    for name, thing in things.items():
                        shelf.put(name, thing)

    def find(self, caller: Caller, name: str, otherwise: str) -> T:
        """Return the thing of this name in the caller's account and region.

        Raises:
            ResourceNotFoundException: there is none; `otherwise` is the message.
        """
        with self.of(caller) as shelf:
            thing = shelf.get(name)
        if thing is None:
            raise ResourceNotFoundException(otherwise)
        return thing

    @contextmanager
    def claim(self, caller: Caller, name: str) -> Iterator[bool]:
        """Keep a name for one piece of work that takes longer than the lock may be held.

        Gives False, and keeps nothing, while another piece of work has the name.
        """
        key = (caller.account_id, caller.region, name)
        with self._lock:
            ours = key not in self._claims
            self._claims.add(key)
        try:
            yield ours
        finally:
            if ours:
                self._claims.remove(key)

    def users_of(self, caller: Caller, name: str) -> list[str]:
        """Return what uses a thing, such as the flows of a connector profile."""
        return [user for source in self._user_sources for user in source(caller, name)]

    def add_user_source(self, source: UserSource) -> None:
        """Let a part of AppFlow say, while the lock is held, which of its things use one of these.

        Without a source nothing is ever in use.
        """
        self._user_sources.append(source)
