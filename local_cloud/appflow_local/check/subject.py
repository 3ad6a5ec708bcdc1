"""The connector under check: what is asked of it, and what it answered so far.

An answer is remembered, so that checks that look at the same thing cost one call.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from appflow_local.appflow.connectors.configuration import DESCRIBE_REQUEST
from appflow_local.appflow.metadata.entities import DEFAULT_SIZE
from appflow_local.check.bench import Connection
from appflow_local.check.model import Needs
from appflow_local.check.reply import Reply

MOST_PAGES = 50
MOST_ENTITIES = 3
_MOST_DESCRIBED = 20
_MOST_TIMEOUTS = 2
NO_ENTITY = f"appflow_check_no_such_entity_{secrets.token_hex(3)}"

Ask = Callable[[Mapping[str, Any]], Reply]
_T = TypeVar("_T")


@dataclass
class Plan:
    """What the user asked for.

    Attributes:
        entities: The entities to look at; empty for the first few.
        write_entity: The entity to write to; None to write nothing.
        settings: The connector runtime settings.
    """

    entities: Sequence[str] = ()
    write_entity: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


class Subject:
    """A connector, asked as AppFlow asks it.

    Args:
        ask: sends a request.
        plan: what to look at.
    """

    def __init__(self, ask: Ask, plan: Plan) -> None:
        self._ask = ask
        self._known: dict[str, Reply] = {}
        self._concluded: dict[Hashable, Any] = {}
        self._timeouts = 0
        self.plan = plan
        self.replies: list[Reply] = []
        self.connected: Connection | None = None
        self.unconnected = "a connection"
        self.refusals: dict[str, str] = {}
        self.written: Any = None  # what `writing` has done

    def ask(self, request: Mapping[str, Any], *, again: bool = False) -> Reply:
        """Send a request, or recall what came of it; `again` sends it in any case.

        Raises:
            Needs: the connector has been too slow too often.
        """
        key = json.dumps(request, sort_keys=True)
        if again or key not in self._known:
            if self._timeouts >= _MOST_TIMEOUTS:
                raise Needs("a connector that answers in time")
            reply = self._ask(request)
            self.replies.append(reply)
            self._timeouts += reply.timed_out
            self._known.setdefault(key, reply)
            return reply
        return self._known[key]

    def conclude(self, key: Hashable, conclusion: Callable[[], _T]) -> _T:
        """Draw a conclusion from answers, or recall it: many checks read the same records.

        Args:
            key: what else the conclusion depends on, besides the answers.
            conclusion: draws it; what it raises is not remembered.
        """
        if key not in self._concluded:
            self._concluded[key] = conclusion()
        found: _T = self._concluded[key]
        return found

    def forget(self, operation: str) -> None:
        """Ask again for what an operation answers: something has changed."""
        self._concluded.clear()
        kind = json.dumps(f"{operation}Request")
        self._known = {key: reply for key, reply in self._known.items() if kind not in key}

    def answered(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the successful answer to a request.

        Raises:
            Needs: there is none.
        """
        reply = self.ask(request)
        if not reply.is_success or reply.answer is None:
            raise Needs(f"a successful answer to {reply.operation}")
        return reply.answer

    @property
    def described(self) -> Reply:
        """The answer about the connector's configuration."""
        return self.ask(DESCRIBE_REQUEST)

    @property
    def configuration(self) -> Mapping[str, Any]:
        """The connector's configuration, in its own terms."""
        return self.answered(DESCRIBE_REQUEST)

    def has_mode(self, mode: str) -> bool:
        """Whether the connector is a SOURCE or a DESTINATION."""
        return mode in (self.configuration.get("connectorModes") or [])

    @property
    def context(self) -> dict[str, Any]:
        """The connectorContext without an entity.

        Raises:
            Needs: there is no profile.
        """
        if self.connected is None:
            raise Needs(self.unconnected)
        return dict(self.connected.context)

    @property
    def wrong_context(self) -> dict[str, Any]:
        """A connectorContext with wrong credentials."""
        if self.connected is None:
            raise Needs(self.unconnected)
        if self.connected.wrong_context is None:
            raise Needs("credentials, which this connector was not given")
        return dict(self.connected.wrong_context)

    # Entities

    def list_request(
        self, path: str | None = None, token: str | None = None, size: int = DEFAULT_SIZE
    ) -> dict[str, Any]:
        """A request for a page of entities."""
        return {
            "type": "ListEntitiesRequest",
            "entitiesPath": path,
            "maxResult": size,
            "nextToken": token,
            "connectorContext": self.context,
        }

    def entity_pages(self, path: str | None = None) -> list[Mapping[str, Any]]:
        """The pages of entities, as far as they could be read."""
        pages: list[Mapping[str, Any]] = []
        token, seen = None, set()
        while len(pages) < MOST_PAGES:
            pages.append(self.answered(self.list_request(path, token)))
            token = pages[-1].get("nextToken")
            if not isinstance(token, str) or not token or token in seen:
                break
            seen.add(token)
        return pages

    @property
    def entities(self) -> list[Mapping[str, Any]]:
        """The well-formed entities of the top level."""
        return [each for page in self.entity_pages() for each in objects(page.get("entities"))]

    @property
    def chosen(self) -> list[str]:
        """The entities to look at.

        Raises:
            Needs: there is none.
        """
        return self.to_describe[:MOST_ENTITIES] if not self.plan.entities else self.to_describe

    @property
    def to_describe(self) -> list[str]:
        """The entities whose definitions to look at: those given, or all, up to a limit.

        Raises:
            Needs: there is none.
        """
        if self.plan.entities:
            return list(self.plan.entities)
        # One that only holds others has no records.
        found = [str(each.get("entityIdentifier")) for each in self._leaves()]
        if not found:
            raise Needs("an entity: name one with --entity")
        return found[:_MOST_DESCRIBED]

    def _leaves(self) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for each in self.entities:
            name = each.get("entityIdentifier")
            if each.get("hasNestedEntities") is not True:
                found.append(each)
            elif isinstance(name, str):
                found += [
                    nested
                    for page in self._pages_of(name)
                    for nested in objects(page.get("entities"))
                    if nested.get("hasNestedEntities") is not True
                ]
            if len(found) >= _MOST_DESCRIBED:
                break
        return [each for each in found if isinstance(each.get("entityIdentifier"), str)]

    def _pages_of(self, path: str) -> list[Mapping[str, Any]]:
        try:
            return self.entity_pages(path)
        except Needs:
            return []

    def describe_request(
        self, entity: str, context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """A request for an entity's definition."""
        return {
            "type": "DescribeEntityRequest",
            "entityIdentifier": entity,
            "connectorContext": self.context if context is None else context,
        }

    def described_entities(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield each entity that could be described, with its definition.

        Raises:
            Needs: none could.
        """
        count = 0
        for entity in self.to_describe:
            reply = self.ask(self.describe_request(entity))
            definition = (reply.answer or {}).get("entityDefinition")
            if reply.is_success and isinstance(definition, Mapping):
                count += 1
                yield entity, definition
        if not count:
            raise Needs("a successful answer to DescribeEntity")

    def fields(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield each well-formed field of the described entities, with its entity."""
        for entity, definition in self.described_entities():
            for each in objects(definition.get("fields")):
                if isinstance(each.get("fieldName"), str):
                    yield entity, each


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list; none if it isn't one."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
