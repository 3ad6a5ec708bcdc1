"""Writes to the entity that the user gave, each request once, and remembers what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from appflow_local.check.expected_records import is_same
from appflow_local.check.model import Needs
from appflow_local.check.reading import Entity, Record, read, sound_entities
from appflow_local.check.reply import Reply
from appflow_local.check.sample_records import sample
from appflow_local.check.subject import Subject, objects

_HOW = "--write ENTITY, to write to it and take back what can be deleted"
_ADDING = ("INSERT", "UPSERT")
WHOLE = ("Short", "Integer", "Long", "BigInteger")

Sent = tuple[list[Record], Reply]
"""Records that were sent, and what came of them."""


def written(subject: Subject) -> Written:
    """Return what came of the writing so far.

    Raises:
        Needs: the user has not asked for it, or the connector can't be written to.
    """
    if subject.plan.write_entity is None:
        raise Needs(_HOW)
    if not subject.has_mode("DESTINATION"):
        raise Needs("a connector with the mode DESTINATION")
    if subject.written is None:
        subject.written = Written(subject, _entity(subject))
    found: Written = subject.written
    return found


def _entity(subject: Subject) -> Entity:
    name = subject.plan.write_entity
    for entity in sound_entities(subject, [name] if name else ()):
        return entity
    raise Needs(f"a sound definition of '{name}'")


class Written:
    """The requests to write to one entity, each made when it is first looked at.

    Args:
        subject: the connector.
        entity: where to write.
    """

    def __init__(self, subject: Subject, entity: Entity) -> None:
        self._subject = subject
        self.entity = entity
        self._sent: dict[str, Sent] = {}
        self.made: list[Record] = []
        """The records that were written, with their keys as far as those are known."""
        self.applied: dict[str, bool] = {}
        """Whether a change of each operation, once made, could be read."""
        self.before = self._before()
        """The records that were there before; None if they can't be read."""

    @property
    def operations(self) -> list[str]:
        """What the connector supports; all if it doesn't say."""
        given = self._subject.configuration.get("supportedWriteOperations")
        return ["INSERT", "UPSERT", "UPDATE", "DELETE"] if given is None else list(map(str, given))

    @property
    def inserting(self) -> str:
        """The operation that adds records.

        Raises:
            Needs: there is none.
        """
        operation = next((each for each in _ADDING if each in self.operations), None)
        if operation is None:
            raise Needs("INSERT or UPSERT among supportedWriteOperations")
        return operation

    def need(self, *operations: str) -> None:
        """Go on only if the connector supports the operations.

        Raises:
            Needs: it doesn't.
        """
        for each in operations:
            if each not in self.operations:
                raise Needs(f"{each} among supportedWriteOperations")

    def inserted(self) -> Sent:
        """Two new records, as they were sent."""
        operation = self.inserting
        return self.once("inserted", lambda: [self.new(operation) for _ in range(2)], operation)

    def sound(self) -> list[Record]:
        """The two records, which were written, with the keys that the application gave them.

        Raises:
            Needs: they weren't.
        """
        records, reply = self.inserted()
        if not reply.is_success:
            raise Needs("records that could be written")
        return self._identified(records, reply)

    def keyed(self) -> tuple[str, list[Record]]:
        """The primary key, and the two records.

        Raises:
            Needs: there is no key, or nobody knows theirs.
        """
        records, key = self.sound(), self.entity.key
        if key is None or not all(key in each for each in records):
            raise Needs("a primary key that can be written, or that recordId tells")
        return key, records

    def stored(self) -> list[Record]:
        """The records of the entity as they are now.

        Raises:
            Needs: they can't be read.
        """
        if not self._subject.has_mode("SOURCE"):
            raise Needs("a connector with the mode SOURCE, to read what was written")
        if not self.entity.retrievable:
            raise Needs("an entity with a field to retrieve")
        self._subject.forget("QueryData")
        reading = read(self._subject, self.entity)
        if not reading.is_complete:
            raise Needs("an entity that can be read to its end")
        return reading.records

    def new(self, operation: str) -> Record:
        """A record that nobody has."""
        return sample(self.entity, operation)

    def once(
        self,
        name: str,
        make: Callable[[], list[Record]],
        operation: str,
        *,
        all_or_none: bool = False,
    ) -> Sent:
        """Write records, or recall what came of it the first time."""
        if name not in self._sent:
            records = make()
            request = self.request(records, operation, all_or_none=all_or_none)
            reply = self._subject.ask(request, again=True)
            self._sent[name] = records, reply
            if operation in _ADDING:
                self.made += self._identified(records, reply)
        return self._sent[name]

    def ask(self, records: Sequence[Record], operation: str, entity: str) -> Reply:
        """Write records to another entity."""
        request = self.request(records, operation, all_or_none=False)
        return self._subject.ask({**request, "entityIdentifier": entity})

    def request(
        self, records: Sequence[Record], operation: str, *, all_or_none: bool
    ) -> dict[str, Any]:
        """A request to write records."""
        context = {**self._subject.context, "entityDefinition": self.entity.definition}
        key = self.entity.key
        return {
            "type": "WriteDataRequest",
            "entityIdentifier": self.entity.name,
            "connectorContext": context,
            "operation": operation,
            "idFieldNames": [key] if key and operation != "INSERT" else [],
            "records": [json.dumps(each) for each in records],
            "allOrNone": all_or_none,
        }

    def _before(self) -> list[Record] | None:
        try:
            return self.stored()
        except Needs:
            return None

    def _identified(self, records: list[Record], reply: Reply) -> list[Record]:
        """The records with the keys that their results tell, where they have none."""
        results = results_of(reply)
        if len(results) != len(records):
            return records
        return [self._with_key(each, one) for each, one in zip(records, results, strict=True)]

    def _with_key(self, record: Record, result: Mapping[str, Any]) -> Record:
        key, told = self.entity.key, result.get("recordId")
        if key is None or key in record or not isinstance(told, str) or not told:
            return record
        kinds = {each.name: each.data_type for each in self.entity.fields}
        is_whole = kinds[key] in WHOLE and told.lstrip("-").isdecimal()
        return {**record, key: int(told) if is_whole else told}


def results_of(reply: Reply) -> list[Mapping[str, Any]]:
    """The results of the records, as far as they are objects."""
    return objects((reply.answer or {}).get("writeRecordResults"))


def is_taken(reply: Reply) -> bool:
    """Whether the connector says that it has written all records."""
    return reply.is_success and not any(
        each.get("isSuccess") is False for each in results_of(reply)
    )


def holds(entity: Entity, stored: Iterable[Record], record: Mapping[str, Any]) -> bool:
    """Tell whether a record is there with these values, as far as it shows them.

    A value may be written in another way than it was sent, such as a time with milliseconds.
    """
    types = {each.name: each.data_type for each in entity.fields}
    return any(
        all(
            is_same(types.get(name), value, each.get(name))
            for name, value in record.items()
            if name in each
        )
        and any(name in each for name in record)
        for each in stored
    )
