"""The area `query`: QueryData's answers; pages, records and filters have files of their own."""

from __future__ import annotations

from collections.abc import Iterator

from appflow_local.check import filter_checks, filter_language_checks, paging_checks, record_checks
from appflow_local.check.model import JAVA_SDK, Check, Needs
from appflow_local.check.reading import Entity, entities, query_request, records_of
from appflow_local.check.reply import Reply, short
from appflow_local.check.subject import Subject

_RESPONSE = f"{JAVA_SDK}, class QueryDataResponse"


def _first(subject: Subject) -> Iterator[tuple[Entity, Reply]]:
    for entity in entities(subject):
        yield entity, subject.ask(query_request(subject, entity))


def _answered(subject: Subject) -> Iterator[str]:
    for _, reply in _first(subject):
        if not reply.is_success and not reply.over_limits:
            yield f"sent {reply.sent}; {reply.reason}"


def _succeeded(subject: Subject) -> Iterator[Reply]:
    found = [reply for _, reply in _first(subject) if reply.is_success]
    if not found:
        raise Needs("a successful answer to QueryData")
    return iter(found)


def _texts(subject: Subject) -> Iterator[str]:
    for reply in _succeeded(subject):
        records = (reply.answer or {}).get("records")
        if records is None:
            continue
        if not isinstance(records, list):
            yield f"sent {reply.sent}; records is {short(records)}, not a list"
        elif wrong := [each for each in records if not isinstance(each, str)]:
            yield f"sent {reply.sent}; a record is {short(wrong[0])}, not a JSON text"


def _objects(subject: Subject) -> Iterator[str]:
    for reply in _succeeded(subject):
        records = (reply.answer or {}).get("records") or []
        if isinstance(records, list) and all(isinstance(each, str) for each in records):
            for each in records:
                if records_of(Reply(reply.request, {"isSuccess": True, "records": [each]})) is None:
                    yield f"sent {reply.sent}; a record is {short(each)}"


def _token(subject: Subject) -> Iterator[str]:
    for reply in _succeeded(subject):
        token = (reply.answer or {}).get("nextToken")
        if token is not None and not isinstance(token, str):
            yield f"sent {reply.sent}; nextToken is {short(token)}"


CHECKS = (
    Check("query.answered", "error", "QueryData succeeds", _RESPONSE,
          "Look at what the function printed", _answered),
    Check("query.texts", "error", "Records are a list of texts", _RESPONSE,
          "Write each record with json.dumps or the like", _texts),
    Check("query.objects", "error", "Each record is the text of a JSON object", _RESPONSE,
          "Write one object for each record, without NaN or infinity", _objects),
    Check("query.token", "error", "nextToken is a text", _RESPONSE,
          "Write it as a text, or leave it out", _token),
    *paging_checks.CHECKS,
    *record_checks.CHECKS,
    *filter_checks.CHECKS,
    *filter_language_checks.CHECKS,
)  # fmt: skip
