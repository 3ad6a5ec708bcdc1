"""The area `write`: WriteData, only with `--write`."""

from __future__ import annotations

from collections.abc import Iterator

from appflow_local.check import write_effect_checks
from appflow_local.check.model import JAVA_SDK, Check, Needs
from appflow_local.check.reply import short
from appflow_local.check.retrieve_checks import id_text
from appflow_local.check.subject import Subject, objects
from appflow_local.check.write_requests import (
    applied,
    partly,
    unknown_entity,
    unknown_updated,
    updated,
)
from appflow_local.check.writing import holds, is_taken, results_of, written

_REQUEST = f"{JAVA_SDK}, class WriteDataRequest"
_RESPONSE = f"{JAVA_SDK}, class WriteDataResponse"
_RESULT = f"{JAVA_SDK}, class WriteRecordResult"
_BAD = 1  # its place among the three of a partial failure


def _answered(subject: Subject) -> Iterator[str]:
    _, reply = written(subject).inserted()
    if not reply.is_success and not reply.over_limits:
        yield f"sent {reply.sent}; {reply.reason}"


def _one_each(subject: Subject) -> Iterator[str]:
    found = written(subject)
    records = found.sound()
    _, reply = found.inserted()
    given = (reply.answer or {}).get("writeRecordResults")
    if not isinstance(given, list) or len(given) != len(records):
        count = len(given) if isinstance(given, list) else short(given)
        yield f"sent {reply.sent}; {len(records)} records, results: {count}"
    elif any(each.get("isSuccess") is not True for each in objects(given)):
        yield f"sent {reply.sent}; isSuccess is true, but a result says: {short(given)}"


def _ids(subject: Subject) -> Iterator[str]:
    found = written(subject)
    found.sound()
    records, reply = found.inserted()
    results = results_of(reply)
    if len(results) != len(records):
        raise Needs("a result for each record")
    ids = [each.get("recordId") for each in results]
    has_key = found.entity.key in records[0]  # where the application makes it, it may not tell
    if any(not isinstance(each, str if has_key else str | None) or each == "" for each in ids):
        yield f"sent {reply.sent}; the recordIds are {short(ids)}"
    elif ids[0] is not None and len(set(map(str, ids))) < len(ids):
        yield f"sent {reply.sent}; the recordIds are the same: {short(ids)}"


def _order(subject: Subject) -> Iterator[str]:
    found = written(subject)
    found.sound()
    records, reply = found.inserted()
    ids, key = [str(each.get("recordId")) for each in results_of(reply)], found.entity.key
    keys = [id_text(each.get(key)) for each in records] if key and key in records[0] else []
    if len(set(ids)) != len(records) or key is None:
        raise Needs("a recordId for each record, and a primary key")
    if keys and set(ids) == set(keys):
        if ids != keys:
            yield f"sent {reply.sent}; the recordIds are {short(ids)}"
        return
    stored = {id_text(each.get(key)): each for each in found.stored()}
    if not all(each in stored for each in ids):
        raise Needs("recordIds that are primary keys")
    if not all(
        holds(found.entity, [stored[each]], record)
        for each, record in zip(ids, records, strict=True)
    ):
        yield f"sent {reply.sent}; the recordIds are of other records: {short(ids)}"


def _stored(subject: Subject) -> Iterator[str]:
    found = written(subject)
    records = found.sound()
    stored = found.stored()
    for record in records:
        if not holds(found.entity, stored, record):
            yield f"isSuccess was true for {short(record)}, which QueryData does not give"


def _partial(subject: Subject) -> Iterator[str]:
    records, reply = partly(written(subject), all_or_none=False)
    results = results_of(reply)
    if reply.over_limits:
        raise Needs("an answer within the limits")
    if len(results) != len(records):
        yield f"sent {reply.sent}; {len(results)} results for {len(records)} records"
        return
    outcome = [each.get("isSuccess") for each in results]
    if outcome != [number != _BAD for number in range(len(records))]:
        yield f"sent {reply.sent}; only the second record is bad, the results: {outcome}"


def _partly_stored(subject: Subject) -> Iterator[str]:
    found = written(subject)
    records, reply = partly(found, all_or_none=False)
    results, stored = results_of(reply), found.stored()
    if len(results) != len(records):
        raise Needs("a result for each record")
    for record, result in zip(records, results, strict=True):
        if result.get("isSuccess") is True and not holds(found.entity, stored, record):
            yield f"isSuccess was true for {short(record)}, which QueryData does not give"


def _code(subject: Subject) -> Iterator[str]:
    _, reply = partly(written(subject), all_or_none=False)
    if reply.is_failure and results_of(reply) and reply.code != "PartialWriteFailure":
        yield f"sent {reply.sent}; {reply.reason}"


def _reasons(subject: Subject) -> Iterator[str]:
    _, reply = partly(written(subject), all_or_none=False)
    refused = [each for each in results_of(reply) if each.get("isSuccess") is False]
    if not refused:
        raise Needs("a result of a record that is refused")
    for each in refused:
        message = each.get("errorMessage")
        if not isinstance(message, str) or not message.strip():
            yield f"sent {reply.sent}; a result is {short(each)}"


def _all_or_none(subject: Subject) -> Iterator[str]:
    found = written(subject)
    records, reply = partly(found, all_or_none=True)
    stored = found.stored()
    for number, record in enumerate(records):
        if number != _BAD and holds(found.entity, stored, record):
            yield f"sent {reply.sent} with allOrNone; {short(record)} was written"


def _all_or_none_refused(subject: Subject) -> Iterator[str]:
    _, reply = partly(written(subject), all_or_none=True)
    results = results_of(reply)
    if reply.is_success and not any(each.get("isSuccess") is False for each in results):
        yield f"sent {reply.sent} with allOrNone; isSuccess is true"


def _changed(subject: Subject, operation: str) -> Iterator[str]:
    found = written(subject)
    records, reply = updated(found, operation)
    if reply.over_limits:
        raise Needs("an answer within the limits")
    if not is_taken(reply):
        yield f"sent {reply.sent}; {reply.reason}"
        return
    if applied(found, operation):
        return
    stored, key = found.stored(), str(found.entity.key)
    same = [each for each in stored if id_text(each.get(key)) == id_text(records[0][key])]
    yield f"sent {reply.sent}; QueryData gives {short(same)}"


def _update(subject: Subject) -> Iterator[str]:
    yield from _changed(subject, "UPDATE")


def _update_unknown(subject: Subject) -> Iterator[str]:
    reply = unknown_updated(written(subject))
    results = results_of(reply)
    if reply.is_success and not any(each.get("isSuccess") is False for each in results):
        yield f"sent {reply.sent}, which there is no record for; isSuccess is true"


def _unknown_entity(subject: Subject) -> Iterator[str]:
    reply = unknown_entity(written(subject))
    results = results_of(reply)
    if reply.is_success and not any(each.get("isSuccess") is False for each in results):
        yield f"sent {reply.sent}; isSuccess is true"


def _upsert(subject: Subject) -> Iterator[str]:
    yield from _changed(subject, "UPSERT")


CHECKS = (
    Check("write.answered", "error", "WriteData takes new records", _RESPONSE,
          "Look at what the function printed, and whether the definition says what is needed",
          _answered),
    Check("write.results", "error", "There is a result for each record", _RESPONSE,
          "Answer writeRecordResults with as many results as records", _one_each),
    Check("write.ids", "warning", "Each result has a recordId of its own", _RESULT,
          "Give the application's ID", _ids),
    Check("write.order", "error", "Results are in the order of the records", _RESPONSE,
          "Keep the order", _order),
    Check("write.stored", "error", "What was written can be read", _RESPONSE,
          "Say isSuccess only of what was written, with all its values", _stored),
    Check("write.partial", "error", "A bad record fails alone", f"{_REQUEST}, allOrNone",
          "Write the others, and say of each record what came of it", _partial),
    Check("write.partly-stored", "error", "Beside a bad record the others are written", _RESULT,
          "Say isSuccess only of what was written", _partly_stored),
    Check("write.partial-code", "error", "A partial failure is PartialWriteFailure",
          f"{JAVA_SDK}, enumeration ErrorCode", "Use the errorCode PartialWriteFailure", _code),
    Check("write.reasons", "warning", "A refused record has its reason", _RESULT,
          "Say why in errorMessage", _reasons),
    Check("write.all-or-none", "error", "With allOrNone, a bad record keeps all out",
          f"{_REQUEST}, allOrNone", "Write all records in one transaction, or none", _all_or_none),
    Check("write.all-or-none-refused", "error", "With allOrNone, a bad record is told",
          f"{_REQUEST}, allOrNone", "Answer with isSuccess false", _all_or_none_refused),
    Check("write.update", "error", "UPDATE changes the record", _REQUEST,
          "Find the record by idFieldNames, and change it", _update),
    Check("write.update-unknown", "error", "UPDATE of what isn't there is refused", _REQUEST,
          "Say of that record that it failed, and write none", _update_unknown),
    Check("write.unknown-entity", "error", "An unknown entity can't be written to", _REQUEST,
          "Answer with errorDetails, such as InvalidArgument", _unknown_entity),
    Check("write.upsert", "error", "UPSERT changes a record that exists", _REQUEST,
          "Find the record by idFieldNames, and add none", _upsert),
    *write_effect_checks.CHECKS,
)  # fmt: skip
