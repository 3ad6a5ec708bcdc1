"""The area `retrieve`: RetrieveData, which must agree with QueryData."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from appflow_local.check.model import JAVA_SDK, Check, Needs
from appflow_local.check.reading import Entity, Reading, Record, all_records, records_of
from appflow_local.check.reply import Reply, short
from appflow_local.check.subject import Subject

_REQUEST = f"{JAVA_SDK}, class RetrieveDataRequest"
_RESPONSE = f"{JAVA_SDK}, class RetrieveDataResponse"
_MOST_IDS = 3
INJECTION = "appflow-check' OR 'a'='a"
"""A text that, where it isn't quoted, is true of all records."""


def retrieve(
    subject: Subject, entity: Entity, ids: Sequence[str], fields: Sequence[str] | None = None
) -> Reply:
    """Ask for records by their IDs, which are values of the entity's key."""
    return subject.ask(
        {
            "type": "RetrieveDataRequest",
            "entityIdentifier": entity.name,
            "connectorContext": {**subject.context, "entityDefinition": entity.definition},
            "selectedFieldNames": list(entity.retrievable if fields is None else fields),
            "idFieldName": entity.key,
            "ids": list(ids),
        }
    )


def id_text(value: object) -> str:
    """A key's value as an ID."""
    return value if isinstance(value, str) else json.dumps(value)


def _asked(subject: Subject) -> Iterator[tuple[Reading, str, list[Record]]]:
    """Yield readings with their key and some of their records."""
    found = False
    for reading in all_records(subject):
        key = reading.entity.key
        known = [each for each in reading.records if key and each.get(key) is not None]
        if key and known:
            found = True
            yield reading, key, known[:_MOST_IDS]
    if not found:
        raise Needs("records with a primary key")


def _replies(subject: Subject) -> Iterator[tuple[Reading, str, list[Record], Reply]]:
    for reading, key, known in _asked(subject):
        yield reading, key, known, retrieve(
            subject, reading.entity, [id_text(each[key]) for each in known]
        )  # fmt: skip


def _answered(subject: Subject) -> Iterator[str]:
    for _, _, _, reply in _replies(subject):
        if not reply.is_success and not reply.over_limits:
            yield f"sent {reply.sent}; {reply.reason}"


def _retrieved(
    subject: Subject,
) -> Iterator[tuple[Reading, str, list[Record], Reply, list[Record]]]:
    found = False
    for reading, key, known, reply in _replies(subject):
        records = records_of(reply)
        if records is not None:
            found = True
            yield reading, key, known, reply, records
    if not found:
        raise Needs("a successful answer to RetrieveData, with records")


def _format(subject: Subject) -> Iterator[str]:
    found = [reply for _, _, _, reply in _replies(subject) if reply.is_success]
    if not found:
        raise Needs("a successful answer to RetrieveData")
    for reply in found:
        if records_of(reply) is None:
            yield f"sent {reply.sent}; records are not a list of the texts of JSON objects"


def _complete(subject: Subject) -> Iterator[str]:
    for _, key, known, reply, records in _retrieved(subject):
        wanted, got = ([id_text(each.get(key)) for each in some] for some in (known, records))
        if missing := [each for each in wanted if each not in got]:
            yield f"sent {reply.sent}; {', '.join(missing)} did not come"
        if len(set(got)) < len(got):
            yield f"sent {reply.sent}; a record came twice"


def _only_asked(subject: Subject) -> Iterator[str]:
    for _, key, known, reply, records in _retrieved(subject):
        wanted = {id_text(each[key]) for each in known}
        if others := sorted({id_text(each.get(key)) for each in records} - wanted):
            yield f"sent {reply.sent}; {', '.join(others[:3])} came, too"


def _agrees(subject: Subject) -> Iterator[str]:
    for reading, key, known, reply, records in _retrieved(subject):
        queried = {id_text(each[key]): each for each in known}
        for record in records:
            other = queried.get(id_text(record.get(key)))
            if other is None:
                continue
            for name in reading.entity.retrievable:
                if record.get(name) != other.get(name):
                    yield (
                        f"sent {reply.sent}; '{name}' is {short(record.get(name))}, "
                        f"QueryData has {short(other.get(name))}"
                    )


def _selected(subject: Subject) -> Iterator[str]:
    for reading, key, known, _, _ in _retrieved(subject):
        reply = retrieve(subject, reading.entity, [id_text(known[0][key])], [key])
        for record in records_of(reply) or []:
            names = [each for each in reading.entity.retrievable if each != key]
            if others := [each for each in names if record.get(each) is not None]:
                yield f"sent {reply.sent}; {', '.join(others)} came, too"


def _unknown(subject: Subject) -> Iterator[str]:
    for reading, key, known, _, _ in _retrieved(subject):
        is_number = not isinstance(known[0][key], str)
        unknown = "2147480000" if is_number else "appflow-check-no-such-id"
        yield from _found_by(subject, reading, unknown)


def _injection(subject: Subject) -> Iterator[str]:
    tried = False
    for reading, key, known, _, _ in _retrieved(subject):
        if isinstance(known[0][key], str):
            tried = True
            yield from _found_by(subject, reading, INJECTION)
    if not tried:
        raise Needs("records whose primary key is a text")


def _found_by(subject: Subject, reading: Reading, unknown: str) -> Iterator[str]:
    reply = retrieve(subject, reading.entity, [unknown])
    if records_of(reply):
        yield f"sent {reply.sent}; {len(records_of(reply) or [])} records came back"


CHECKS = (
    Check("retrieve.answered", "warning", "RetrieveData succeeds for IDs that QueryData gave",
          _RESPONSE, "Answer it: the SDK's RecordHandler has it", _answered),
    Check("retrieve.format", "error", "Records are the texts of JSON objects", _RESPONSE,
          "Write them as QueryData does", _format),
    Check("retrieve.complete", "error", "Every record that was asked for comes once", _REQUEST,
          "Answer for each of ids", _complete),
    Check("retrieve.only-asked", "error", "No other record comes", _REQUEST, "Heed ids",
          _only_asked),
    Check("retrieve.agrees", "error", "Records are as QueryData gives them", _RESPONSE,
          "Make both from the same code", _agrees),
    Check("retrieve.selected-fields", "error", "Only the selected fields come back", _REQUEST,
          "Heed selectedFieldNames", _selected),
    Check("retrieve.unknown-id", "error", "An unknown ID gives no record", _REQUEST,
          "Leave it out, or answer with errorDetails", _unknown),
    Check("retrieve.injection", "warning", "A text of an ID stays a text",
          "CWE-89, improper neutralisation of special elements in a query",
          "Escape what stands in quotes, or pass it as a parameter", _injection),
)  # fmt: skip
