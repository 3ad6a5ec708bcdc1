"""Writes to the entity that the user gave, once, and remembers what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from appflow_local.check.model import Needs
from appflow_local.check.reading import Entity, Record, read, sound_entities
from appflow_local.check.reply import Reply
from appflow_local.check.retrieve_checks import id_text
from appflow_local.check.sample_records import changed, sample, spoilt
from appflow_local.check.subject import NO_ENTITY, Subject, objects

_HOW = "--write ENTITY, to write to it and take back what can be deleted"


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
        self._replies: dict[str, tuple[list[Record], Reply]] = {}
        self._made: list[Record] = []

    @property
    def operations(self) -> list[str]:
        """What the connector supports; all if it doesn't say."""
        given = self._subject.configuration.get("supportedWriteOperations")
        return ["INSERT", "UPSERT", "UPDATE", "DELETE"] if given is None else list(map(str, given))

    def inserted(self) -> tuple[list[Record], Reply]:
        """Two new records, and what came of them."""
        operation = next((each for each in ("INSERT", "UPSERT") if each in self.operations), None)
        if operation is None:
            raise Needs("INSERT or UPSERT among supportedWriteOperations")
        return self._once("inserted", lambda: [self._new(operation) for _ in range(2)], operation)

    def sound(self) -> list[Record]:
        """The two records, which were written.

        Raises:
            Needs: they weren't.
        """
        records, reply = self.inserted()
        if not reply.is_success:
            raise Needs("records that could be written")
        return records

    def partly(self, *, all_or_none: bool) -> tuple[list[Record], Reply]:
        """A good record, one that the connector must refuse, and a good one.

        Raises:
            Needs: the connector takes whatever it is given.
        """
        self.sound()
        if "INSERT" not in self.operations:
            raise Needs("INSERT among supportedWriteOperations")
        bad = self._bad()

        def make() -> list[Record]:
            return [self._new("INSERT"), bad, self._new("INSERT")]

        return self._once(f"partly {all_or_none}", make, "INSERT", all_or_none=all_or_none)

    def updated(self, operation: str) -> tuple[list[Record], Reply]:
        """One of the records, with another value."""
        if operation not in self.operations:
            raise Needs(f"{operation} among supportedWriteOperations")
        first = self.sound()[0]
        if self.entity.key is None or self.entity.key not in first:
            raise Needs("a primary key that can be written")
        after = changed(self.entity, first, operation)
        if after is None:
            raise Needs(f"a field that {operation} may change")
        return self._once(operation, lambda: [after], operation)

    def unknown_updated(self) -> Reply:
        """An UPDATE of a record whose key nobody has."""
        records, _ = self.updated("UPDATE")
        key = str(self.entity.key)
        fresh = self._new("INSERT").get(key)
        if fresh is None:
            raise Needs("a primary key that can be written")
        return self._once("unknown", lambda: [{**records[0], key: fresh}], "UPDATE")[1]

    def unknown_entity(self) -> Reply:
        """Two records for an entity that doesn't exist."""
        records = self.sound()
        request = self._request(records, "INSERT", all_or_none=False)
        return self._subject.ask({**request, "entityIdentifier": NO_ENTITY})

    def deleted(self) -> tuple[list[Record], Reply]:
        """All records that were made, and what came of deleting them."""
        if "DELETE" not in self.operations:
            raise Needs("DELETE among supportedWriteOperations")
        self.sound()
        key = self.entity.key
        if key is None or not self._made or key not in self._made[0]:
            raise Needs("written records with a primary key")
        known = {id_text(each.get(key)) for each in self.stored()}
        keys = {id_text(each[key]): each[key] for each in self._made}
        made: list[Record] = [{key: value} for text, value in keys.items() if text in known]
        return self._once("deleted", lambda: made, "DELETE")

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

    def _new(self, operation: str) -> Record:
        return sample(self.entity, operation)

    def _bad(self) -> Record:
        """A record that the connector refuses, tried by itself first."""
        first = self.sound()[0]
        candidates = [spoilt(self.entity, self._new("INSERT"))]
        if self.entity.key in first:
            candidates.insert(0, dict(first))
        for number, each in enumerate(filter(None, candidates)):
            _, reply = self._once(f"bad {number}", partial(list[Record], [each]), "INSERT")
            results = objects((reply.answer or {}).get("writeRecordResults"))
            if not reply.is_success or any(one.get("isSuccess") is False for one in results):
                return each
        raise Needs("a record that the connector refuses: a second one with the same key, or one "
                    "with a text in a field of another type, was taken")  # fmt: skip

    def _once(
        self,
        name: str,
        make: Callable[[], list[Record]],
        operation: str,
        *,
        all_or_none: bool = False,
    ) -> tuple[list[Record], Reply]:
        if name not in self._replies:
            records = make()
            if operation in ("INSERT", "UPSERT"):
                self._made += records
            request = self._request(records, operation, all_or_none=all_or_none)
            self._replies[name] = records, self._subject.ask(request, again=True)
        return self._replies[name]

    def _request(
        self, records: Sequence[Record], operation: str, *, all_or_none: bool
    ) -> dict[str, Any]:
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


def holds(stored: Iterable[Record], record: Mapping[str, Any]) -> bool:
    """Tell whether a record is there with these values, as far as it shows them."""
    return any(
        all(each.get(name) == value for name, value in record.items() if name in each)
        and any(name in each for name in record)
        for each in stored
    )
