"""What is written after the first two records: changes, bad records, and what is deleted."""

from __future__ import annotations

from functools import partial

from appflow_local.check.model import Needs
from appflow_local.check.reading import Record
from appflow_local.check.reply import Reply
from appflow_local.check.retrieve_checks import id_text
from appflow_local.check.sample_records import changed, nulled, spoilt, with_text
from appflow_local.check.subject import NO_ENTITY
from appflow_local.check.writing import Sent, Written, holds, is_taken

TEXT = 'O\'Neill "é" 50% a\\b 日'
"""What is written to see whether a text is kept: quotes, a wildcard, letters outside ASCII."""


def partly(found: Written, *, all_or_none: bool) -> Sent:
    """A good record, one that the connector must refuse, and a good one.

    Raises:
        Needs: the connector accepts any value.
    """
    found.sound()
    found.need("INSERT")
    bad = _bad(found)

    def make() -> list[Record]:
        return [found.new("INSERT"), bad, found.new("INSERT")]

    return found.once(f"partly {all_or_none}", make, "INSERT", all_or_none=all_or_none)


def _bad(found: Written) -> Record:
    """A record that the connector refuses, tried by itself first."""
    found.sound()
    first = found.inserted()[0][0]  # as it was sent: some applications make the keys
    candidates = [spoilt(found.entity, found.new("INSERT"))]
    if found.entity.key in first:
        candidates.insert(0, dict(first))
    for number, each in enumerate(filter(None, candidates)):
        _, reply = found.once(f"bad {number}", partial(list[Record], [each]), "INSERT")
        if not is_taken(reply):
            return each
    raise Needs("a record that the connector refuses: a second one with the same key, or one "
                "with a text in a field of another type, was taken")  # fmt: skip


def updated(found: Written, operation: str) -> Sent:
    """One of the records, with another value."""
    found.need(operation)
    _, (first, _) = found.keyed()
    after = changed(found.entity, first, operation)
    if after is None:
        raise Needs(f"a field that {operation} may change")
    return found.once(operation, lambda: [after], operation)


def applied(found: Written, operation: str) -> bool:
    """Tell whether a change was taken, and could be read when it was made."""
    (record,), reply = updated(found, operation)
    if operation not in found.applied:
        key = str(found.entity.key)
        same = [each for each in found.stored() if id_text(each.get(key)) == id_text(record[key])]
        is_there = len(same) == 1 and holds(found.entity, same, record)
        found.applied[operation] = is_taken(reply) and is_there
    return found.applied[operation]


def changed_alone(found: Written, operation: str) -> tuple[Record, Sent]:
    """The other record, of which only the key and another value of one field are sent.

    Returns it as it must be then, and what was sent.
    """
    if not applied(found, operation):
        raise Needs(f"{operation} that changes a record")
    key, (_, second) = found.keyed()
    stored = [each for each in found.stored() if id_text(each.get(key)) == id_text(second[key])]
    if len(stored) != 1:
        raise Needs("records that were written, and can be read")
    second = {name: stored[0].get(name) for name in second}
    after = changed(found.entity, second, operation)
    if after is None or len(second) < 3:
        raise Needs(f"a field that {operation} may change, and another one")
    part = {name: value for name, value in after.items() if name == key or value != second[name]}
    sent = found.once(f"{operation} alone", lambda: [part], operation)
    return {**second, **sent[0][0]}, sent


def upserted(found: Written) -> Sent:
    """A record with a key that nobody has, for UPSERT."""
    found.need("INSERT")
    if not applied(found, "UPSERT"):
        raise Needs("UPSERT that changes a record")
    record = found.new("UPSERT")
    if found.entity.key not in record:
        raise Needs("a primary key that can be written")
    return found.once("upserted", lambda: [record], "UPSERT")


def unknown_updated(found: Written) -> Reply:
    """An UPDATE of a record whose key nobody has."""
    records, _ = updated(found, "UPDATE")
    key = str(found.entity.key)
    fresh = found.new("INSERT").get(key)
    if fresh is None:
        raise Needs("a primary key that can be written")
    return found.once("unknown", lambda: [{**records[0], key: fresh}], "UPDATE")[1]


def unknown_entity(found: Written) -> Reply:
    """The records for an entity that doesn't exist."""
    return found.ask(found.sound(), found.inserting, NO_ENTITY)


def inserted_again(found: Written) -> Sent:
    """A record with the key of another one, and another value."""
    found.need("INSERT")
    _, (first, _) = found.keyed()
    after = changed(found.entity, first, "INSERT")
    if found.entity.key not in found.inserted()[0][0] or after is None:
        raise Needs("a primary key that can be written, and a field that may be changed")
    return found.once("inserted again", lambda: [after], "INSERT")


def with_texts(found: Written) -> Sent:
    """A record with a text that is hard to quote and to encode."""
    found.sound()
    record = with_text(found.entity, found.new(found.inserting), TEXT)
    if record is None:
        raise Needs("a String field that takes any text")
    return found.once("texts", lambda: [record], found.inserting)


def with_nulls(found: Written) -> Sent:
    """A record with null in each field that says that it takes it."""
    found.sound()
    record = nulled(found.entity, found.new(found.inserting))
    if record is None:
        raise Needs("a field with isNullable among its writeProperties")
    return found.once("nulls", lambda: [record], found.inserting)


def deleted(found: Written) -> Sent:
    """All records that were made, and what came of deleting them."""
    found.need("DELETE")
    key, _ = found.keyed()
    known = {id_text(each.get(key)) for each in found.stored()}
    keys = {id_text(each[key]): each[key] for each in found.made if key in each}
    made: list[Record] = [{key: value} for text, value in keys.items() if text in known]
    return found.once("deleted", lambda: made, "DELETE")
