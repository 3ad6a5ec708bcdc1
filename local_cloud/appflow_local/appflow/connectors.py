"""The registered connectors of every account and region. State only; no rules of the API."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .host import Caller

UserSource = Callable[[Caller, str], Iterable[str]]


@dataclass(frozen=True)
class Connector:
    """One registration."""

    label: str
    arn: str
    function_arn: str
    description: str | None
    registered_at: datetime
    registered_by: str
    configuration: Mapping[str, Any]

    def updated(
        self, function_arn: str, description: str | None, configuration: Mapping[str, Any]
    ) -> Connector:
        """Return this registration with what UpdateConnectorRegistration can change."""
        return replace(
            self,
            function_arn=function_arn,
            description=description,
            configuration=configuration,
        )

    def read_configuration(self) -> dict[str, Any]:
        """Return the configuration, free to be changed by whoever asked."""
        return copy.deepcopy(dict(self.configuration))


class Connectors:
    """The connectors of one account and region, by label. Use within `ConnectorStore.of`."""

    def __init__(self) -> None:
        """Start with no connector."""
        self._by_label: dict[str, Connector] = {}

    def get(self, label: str) -> Connector | None:
        """Return the connector of exactly this label."""
        return self._by_label.get(label)

    def spelled_like(self, label: str) -> Connector | None:
        """Return a connector whose label differs from this one only in case, or not at all."""
        folded = label.casefold()
        return next((c for c in self._by_label.values() if c.label.casefold() == folded), None)

    def put(self, connector: Connector) -> None:
        """Keep a connector, in place of one of the same label."""
        self._by_label[connector.label] = connector

    def remove(self, label: str) -> None:
        """Forget a connector."""
        del self._by_label[label]

    def in_order(self) -> list[Connector]:
        """Return all, by label, so that pages stay stable while others come and go."""
        return [self._by_label[label] for label in sorted(self._by_label)]


class ConnectorStore:
    """All accounts and regions, behind one lock that is never held during an invocation."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.RLock()
        self._regions: dict[tuple[str, str], Connectors] = {}
        self._user_sources: list[UserSource] = []

    @contextmanager
    def of(self, caller: Caller) -> Iterator[Connectors]:
        """Hold the lock and give the connectors of the caller's account and region."""
        with self._lock:
            key = (caller.account_id, caller.region)
            yield self._regions.setdefault(key, Connectors())

    def users_of(self, caller: Caller, label: str) -> list[str]:
        """Return the names of all that uses a connector, such as connector profiles."""
        return [user for source in self._user_sources for user in source(caller, label)]

    def add_user_source(self, source: UserSource) -> None:
        """Let a part of AppFlow say, while the lock is held, which of its things use a connector.

        Without a source no connector is ever in use.
        """
        self._user_sources.append(source)
