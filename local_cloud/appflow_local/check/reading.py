"""Reads an entity's records as a flow does, page by page, and remembers the pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from appflow_local.appflow.execution.record_texts import record_reader
from appflow_local.appflow.execution.sources.connector_source import PAGE_SIZE
from appflow_local.appflow.metadata.entity_answers import read_definition
from appflow_local.appflow.protocol.errors import AppFlowError
from appflow_local.appflow.transfer.fields import Field, read_fields
from appflow_local.check.model import Needs
from appflow_local.check.reply import Reply, short
from appflow_local.check.subject import Subject

SMALL = 2
"""The maxResults with which even a few records make more than one page."""

_MOST_PAGES = {PAGE_SIZE: 20, SMALL: 8}
_MOST_RECORDS = 10_000
_MOST_BYTES = 8 * 1024 * 1024
_MOST_EMPTY = 5

Record = Mapping[str, Any]
_read = record_reader(frozenset())


@dataclass(frozen=True)
class Entity:
    """An entity that can be queried.

    Attributes:
        name: Its identifier.
        definition: As AppFlow sends it along.
        fields: Its fields.
    """

    name: str
    definition: Mapping[str, Any]
    fields: tuple[Field, ...]

    @property
    def retrievable(self) -> list[str]:
        """The fields to select for all."""
        return [each.name for each in self.fields if each.retrievable]

    @property
    def key(self) -> str | None:
        """The field that tells records apart; None if there isn't exactly one."""
        given = [each for each in self.definition["fields"] if each.get("isPrimaryKey") is True]
        found = [each["fieldName"] for each in given]
        if not found:
            found = [each.name for each in self.fields if each.name.lower() == "id"]
        return found[0] if len(found) == 1 and found[0] in self.retrievable else None


@dataclass(eq=False)
class Reading:
    """The pages that were read of an entity.

    `endless` says why no more could be; `sayable` is what `expected_records` found in them.
    """

    entity: Entity
    replies: list[Reply] = field(default_factory=list)
    pages: list[list[Record]] = field(default_factory=list)
    is_complete: bool = False
    endless: str | None = None
    sayable: dict[Field, list[Any]] = field(default_factory=dict)

    @property
    def records(self) -> list[Record]:
        """All records."""
        return [record for page in self.pages for record in page]


def entities(subject: Subject) -> Iterator[Entity]:
    """Yield the chosen entities that have a sound definition.

    Raises:
        Needs: the connector is no source, or there is none.
    """
    if not subject.has_mode("SOURCE"):
        raise Needs("a connector with the mode SOURCE")
    found = [each for each in sound_entities(subject) if each.retrievable]
    if not found:
        raise Needs("an entity with a field to retrieve")
    yield from found


def sound_entities(subject: Subject, names: Sequence[str] = ()) -> Iterator[Entity]:
    """Yield the entities, or the chosen ones, that have a sound definition.

    Raises:
        Needs: there is none.
    """
    found = False
    for name in names or subject.chosen:
        entity = subject.conclude(("entity", name), partial(_sound_entity, subject, name))
        if entity is not None:
            found = True
            yield entity
    if not found:
        raise Needs("an entity with a sound definition")


def _sound_entity(subject: Subject, name: str) -> Entity | None:
    answer = subject.ask(subject.describe_request(name)).answer
    try:
        definition = read_definition(answer or {})
    except AppFlowError:
        return None
    return Entity(name, definition, read_fields(definition)) if definition["fields"] else None


def query_request(
    subject: Subject,
    entity: Entity,
    *,
    where: str | None = None,
    fields: Sequence[str] | None = None,
    token: str | None = None,
    size: int = PAGE_SIZE,
    context: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A request for a page of records, like those of a flow."""
    found = subject.context if context is None else context
    return {
        "type": "QueryDataRequest",
        "entityIdentifier": entity.name,
        "connectorContext": {**found, "entityDefinition": entity.definition},
        "selectedFieldNames": list(entity.retrievable if fields is None else fields),
        "filterExpression": where,
        "nextToken": token,
        "maxResults": size,
    }


def read(
    subject: Subject,
    entity: Entity,
    *,
    where: str | None = None,
    fields: Sequence[str] | None = None,
    size: int = PAGE_SIZE,
) -> Reading:
    """Read pages until there are no more, or enough; or recall what came of it."""
    selected = None if fields is None else tuple(fields)
    request = partial(query_request, subject, entity, where=where, fields=selected, size=size)
    key = ("reading", entity.name, where, selected, size)
    return subject.conclude(key, lambda: _read_pages(subject, entity, request, _MOST_PAGES[size]))


def _read_pages(
    subject: Subject, entity: Entity, request: Callable[..., dict[str, Any]], most: int
) -> Reading:
    reading, token = Reading(entity), None
    seen: set[str] = set()
    while len(reading.pages) < most and not _is_enough(reading):
        reply = subject.ask(request(token=token))
        reading.replies.append(reply)
        page = records_of(reply)
        if page is None:
            return reading
        reading.pages.append(page)
        token = (reply.answer or {}).get("nextToken")
        if not token:
            reading.is_complete = True
            return reading
        if not isinstance(token, str):
            return reading
        reading.endless = _endless(reading, token, seen)
        if reading.endless:
            return reading
        seen.add(token)
    return reading


def _is_enough(reading: Reading) -> bool:
    size = sum(reply.size for reply in reading.replies)
    return len(reading.records) >= _MOST_RECORDS or size >= _MOST_BYTES


def _endless(reading: Reading, token: str, seen: set[str]) -> str | None:
    if token in seen:
        return f"the nextToken '{token}' comes again"
    if len(reading.pages) >= _MOST_EMPTY and not any(reading.pages[-_MOST_EMPTY:]):
        return f"{_MOST_EMPTY} empty pages follow each other"
    if len(reading.pages) > 2 and reading.pages[-1] == reading.pages[-2] == reading.pages[-3]:
        return "the same page comes again and again, with new tokens"
    return None


def records_of(reply: Reply) -> list[Record] | None:
    """Return the records of a successful answer, as AppFlow reads them; None if it can't."""
    texts = (reply.answer or {}).get("records")
    if not reply.is_success or not isinstance(texts, list | None):
        return None
    try:
        return [_read(text) for text in texts or []]
    except (ValueError, RecursionError):
        return None


def all_records(subject: Subject) -> Iterator[Reading]:
    """Yield what was read of each entity, of which at least one has records.

    Raises:
        Needs: none has.
    """
    found = False
    for entity in entities(subject):
        reading = read(subject, entity)
        if reading.records:
            found = True
            yield reading
    if not found:
        raise Needs("an entity with records")


def disagreement(subject: Subject, reading: Reading) -> list[str]:
    """Return how small pages differ from the large ones of a reading."""
    small = read(subject, reading.entity, size=SMALL)
    if not reading.is_complete or small.endless or not small.pages:
        return []
    whole, parts = ({text(each) for each in one.records} for one in (reading, small))
    name, found = reading.entity.name, []
    if invented := parts - whole:
        found.append(f"'{name}': with maxResults {SMALL} comes {short(min(invented))}, else not")
    if small.is_complete and (lost := whole - parts):
        found.append(
            f"'{name}': with maxResults {SMALL}, {len(lost)} of {len(whole)} records are "
            f"missing, such as {short(min(lost))}"
        )
    return found


def text(record: Record) -> str:
    """A record as a text, to compare it."""
    return json.dumps(record, sort_keys=True, default=str)
