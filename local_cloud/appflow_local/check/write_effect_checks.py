"""What WriteData leaves behind: values as they were sent, and other records as they were."""

from __future__ import annotations

from collections.abc import Iterator

from appflow_local.check.model import JAVA_SDK, Check, Look, Needs
from appflow_local.check.reply import short
from appflow_local.check.retrieve_checks import id_text
from appflow_local.check.subject import Subject
from appflow_local.check.write_requests import (
    changed_alone,
    deleted,
    inserted_again,
    upserted,
    with_nulls,
    with_texts,
)
from appflow_local.check.writing import Sent, Written, holds, is_taken, results_of, written

_REQUEST = f"{JAVA_SDK}, class WriteDataRequest"
_WRITE = f"{JAVA_SDK}, class WriteOperationProperty"
_FLOWS = "AppFlow User Guide, mapping of fields: a flow sends those that it maps"


def _others_kept_by(operation: str) -> Look:
    def look(subject: Subject) -> Iterator[str]:
        found = written(subject)
        wanted, (_, reply) = changed_alone(found, operation)
        if reply.over_limits:
            raise Needs("an answer within the limits")
        if not is_taken(reply):
            yield f"sent {reply.sent}; {reply.reason}"
        elif not holds(found.entity, stored := found.stored(), wanted):
            key = str(found.entity.key)
            same = [each for each in stored if id_text(each.get(key)) == id_text(wanted[key])]
            yield f"sent {reply.sent}; QueryData gives {short(same)}, wanted {short(wanted)}"

    return look


def _upsert_new(subject: Subject) -> Iterator[str]:
    found = written(subject)
    yield from _stored_as_sent(found, upserted(found))


def _stored_as_sent(found: Written, sent: Sent) -> Iterator[str]:
    (record,), reply = sent
    if reply.over_limits:
        raise Needs("an answer within the limits")
    if not is_taken(reply):
        yield f"sent {reply.sent}; {_refusal(sent)}"
    elif not holds(found.entity, found.stored(), record):
        yield f"sent {reply.sent}; no record that QueryData gives has these values"


def _refusal(sent: Sent) -> str:
    _, reply = sent
    told = [each.get("errorMessage") for each in results_of(reply)]
    return short(told[0]) if told and told[0] else reply.reason


def _insert_existing(subject: Subject) -> Iterator[str]:
    found = written(subject)
    (record,), reply = inserted_again(found)
    if is_taken(reply) and holds(found.entity, found.stored(), record):
        yield f"sent {reply.sent}, whose key is taken; the record has the new values"


def _texts_taken(subject: Subject) -> Iterator[str]:
    sent = with_texts(written(subject))
    if not sent[1].over_limits and not is_taken(sent[1]):
        yield f"sent {sent[1].sent}; {_refusal(sent)}"


def _texts_kept(subject: Subject) -> Iterator[str]:
    found = written(subject)
    sent = with_texts(found)
    if not is_taken(sent[1]):
        raise Needs("a record with such a text that was taken")
    yield from _stored_as_sent(found, sent)


def _nulls(subject: Subject) -> Iterator[str]:
    sent = with_nulls(written(subject))
    if not sent[1].over_limits and not is_taken(sent[1]):
        yield f"sent {sent[1].sent}; {_refusal(sent)}"


def _delete(subject: Subject) -> Iterator[str]:
    found = written(subject)
    records, reply = deleted(found)
    if not is_taken(reply):
        yield f"sent {reply.sent}; {reply.reason}"
        return
    stored, key = found.stored(), str(found.entity.key)
    gone = {id_text(each[key]) for each in records}
    left = sorted(gone & {id_text(each.get(key)) for each in stored})
    if left:
        yield f"sent {reply.sent}; QueryData still gives {', '.join(left[:3])}"


def _others(subject: Subject) -> Iterator[str]:
    found = written(subject)
    found.sound()
    key = found.entity.key
    if key is None or not found.before:
        raise Needs("records that were there before, with a primary key")
    now = {id_text(each.get(key)): each for each in found.stored()}
    before = {id_text(each.get(key)): each for each in found.before}
    if lost := [each for each in before if each not in now]:
        yield f"{len(lost)} of {len(before)} other records are gone, such as {short(lost[0])}"
    for name, record in before.items():
        if name in now and now[name] != record:
            yield f"another record was {short(record)}, and is {short(now[name])}"


CHECKS = (
    Check("write.update-alone", "error", "UPDATE leaves the fields that it isn't given", _FLOWS,
          "Change only the fields that are in the record", _others_kept_by("UPDATE")),
    Check("write.upsert-alone", "error", "UPSERT leaves the fields that it isn't given", _FLOWS,
          "Change only the fields that are in the record", _others_kept_by("UPSERT")),
    Check("write.upsert-new", "error", "UPSERT adds a record that isn't there", _REQUEST,
          "Add it if no record has the values of idFieldNames", _upsert_new),
    Check("write.insert-existing", "warning", "INSERT changes no record that exists", _REQUEST,
          "Refuse the record whose key is taken", _insert_existing),
    Check("write.texts-taken", "warning", "Quotes and letters outside ASCII can be written",
          "CWE-89, improper neutralisation of special elements in a query",
          "Pass values as parameters, and encode requests in UTF-8", _texts_taken),
    Check("write.texts-kept", "error", "Texts are stored as they were sent", _REQUEST,
          "Pass values as parameters, and encode requests in UTF-8", _texts_kept),
    Check("write.nulls", "error", "Null can be written where isNullable says so", _WRITE,
          "Take null, or set isNullable to false in writeProperties", _nulls),
    Check("write.delete", "error", "DELETE removes records", _REQUEST,
          "Find the records by idFieldNames", _delete),
    Check("write.others", "error", "Records that weren't written to stay as they were", _REQUEST,
          "Find records by idFieldNames, and touch no other", _others),
)  # fmt: skip
