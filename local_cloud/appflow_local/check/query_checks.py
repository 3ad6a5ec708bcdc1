"""The area `query`: pages, fields and values of QueryData; filters are in `filter_checks`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from appflow_local.appflow.execution.sources.connector_source import PAGE_SIZE
from appflow_local.check import filter_checks
from appflow_local.check.model import JAVA_SDK, Check, Needs
from appflow_local.check.reading import (
    SMALL,
    Entity,
    Reading,
    all_records,
    disagreement,
    entities,
    query_request,
    read,
    records_of,
    text,
)
from appflow_local.check.reply import Reply, short
from appflow_local.check.subject import Subject
from appflow_local.check.value_checks import breaches, fits

_REQUEST = f"{JAVA_SDK}, class QueryDataRequest"
_RESPONSE = f"{JAVA_SDK}, class QueryDataResponse"
_FIELD = f"{JAVA_SDK}, class FieldDefinition"


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


def _readings(subject: Subject) -> Iterator[Reading]:
    for entity in entities(subject):
        for size in (PAGE_SIZE, SMALL):
            yield read(subject, entity, size=size)


def _paging_ends(subject: Subject) -> Iterator[str]:
    for reading in _readings(subject):
        if reading.endless:
            yield f"'{reading.entity.name}': {reading.endless}"


def _later_pages(subject: Subject) -> Iterator[str]:
    for reading in _readings(subject):
        for reply in reading.replies[1:]:
            if not reply.is_success and not reply.over_limits:
                yield f"sent {reply.sent}; {reply.reason}"


def _same_page(subject: Subject) -> Iterator[str]:
    for reading in _readings(subject):
        for reply in reading.replies[:2]:
            page = records_of(reply)
            if page is None:
                continue
            again = subject.ask(reply.request, again=True)
            if again.over_limits:
                continue
            second = records_of(again)
            if second != page:
                shown = again.reason if second is None else short(second[:1])
                yield f"sent {reply.sent} twice; came back: {short(page[:1])}, then {shown}"


def _keys(reading: Reading) -> list[list[str]]:
    key = reading.entity.key
    return [[text({key: each.get(key)} if key else each) for each in page] for page in
            reading.pages]  # fmt: skip


def _no_duplicates(subject: Subject) -> Iterator[str]:
    for reading in _readings(subject):
        name, pages = reading.entity.name, _keys(reading)
        if reading.endless:
            continue
        if reading.entity.key:
            counted = Counter(each for page in pages for each in page)
            for key, count in counted.items():
                if count > 1:
                    yield f"'{name}' has {short(key)} {count} times, in {len(pages)} pages"
            continue
        for before, after in pairwise(pages):
            if before and after and (before[-1] == after[0] or before == after):
                yield f"'{name}': {short(after[0])} is on two pages"


def _pages_agree(subject: Subject) -> Iterator[str]:
    for reading in all_records(subject):
        yield from disagreement(subject, reading)


def _max_results(subject: Subject) -> Iterator[str]:
    for reading in all_records(subject):
        reply = subject.ask(query_request(subject, reading.entity, size=SMALL))
        page = records_of(reply)
        if page is not None and len(page) > SMALL:
            yield f"sent {reply.sent}; {len(page)} records came back"


def _selected(subject: Subject) -> Iterator[str]:
    for reading in all_records(subject):
        names = reading.entity.retrievable
        if len(names) < 2:
            continue
        name = reading.entity.key or names[0]
        reply = subject.ask(query_request(subject, reading.entity, fields=[name]))
        for record in (records_of(reply) or [])[:1]:
            if others := [each for each in names if each != name and record.get(each) is not None]:
                yield f"sent {reply.sent}; {', '.join(others)} came, too"
            if record.get(name) is None and any(each.get(name) for each in reading.records):
                yield f"sent {reply.sent}; it came without {name}"


def _undeclared(subject: Subject) -> Iterator[str]:
    for reading in all_records(subject):
        known = {each.name for each in reading.entity.fields}
        others = {
            name
            for record in reading.records
            for name, value in record.items()
            # Objects describe the record itself, such as Salesforce's `attributes`.
            if name not in known and not isinstance(value, dict)
        }
        if others:
            yield f"'{reading.entity.name}' has no field {', '.join(sorted(others))}"


def _values(subject: Subject) -> Iterator[tuple[str, object, dict[str, Any]]]:
    """Yield each value's place, the value, and the definition of its field."""
    for reading in all_records(subject):
        for record in reading.records:
            for field in reading.entity.definition["fields"]:
                name = field["fieldName"]
                if name in reading.entity.retrievable:
                    yield f"'{reading.entity.name}.{name}'", record.get(name), field


def _one_each(found: Iterator[tuple[str, str]]) -> Iterator[str]:
    seen = set()
    for place, sentence in found:
        if place not in seen:
            seen.add(place)
            yield f"{place} {sentence}"


def _is_dated(field: dict[str, Any]) -> bool:
    """Whether a field's dates have a format of their own."""
    return bool((field.get("constraints") or {}).get("allowedDateFormat"))


def _types(subject: Subject) -> Iterator[str]:
    yield from _one_each(
        (place, f"is {field['dataType']}, but a record has {short(value)}")
        for place, value, field in _values(subject)
        if value is not None and not _is_dated(field) and not fits(value, str(field["dataType"]))
    )


def _nulls(subject: Subject) -> Iterator[str]:
    nullable = {
        f"'{each.entity.name}.{one.name}'": one.nullable or one.default is not None
        for each in all_records(subject)
        for one in each.entity.fields
    }
    yield from _one_each(
        (place, "is not nullable, but null or missing in a record")
        for place, value, _ in _values(subject)
        if value is None and not nullable[place]
    )


def _constraints(subject: Subject) -> Iterator[str]:
    def found() -> Iterator[tuple[str, str]]:
        for place, value, field in _values(subject):
            constraints = field.get("constraints")
            if value is not None and isinstance(constraints, dict):
                yield from ((place, sentence) for sentence in breaches(value, constraints))

    yield from _one_each((place, f": {sentence}") for place, sentence in found())


CHECKS = (
    Check("query.answered", "error", "QueryData succeeds", _RESPONSE,
          "Look at what the function printed", _answered),
    Check("query.texts", "error", "Records are a list of texts", _RESPONSE,
          "Write each record with json.dumps or the like", _texts),
    Check("query.objects", "error", "Each record is the text of a JSON object", _RESPONSE,
          "Write one object for each record, without NaN or infinity", _objects),
    Check("query.token", "error", "nextToken is a text", _RESPONSE,
          "Write it as a text, or leave it out", _token),
    Check("query.later-pages", "error", "Every page can be fetched by its token", _REQUEST,
          "Accept the tokens that you give", _later_pages),
    Check("query.paging-ends", "error", "The pages come to an end", _RESPONSE,
          "Leave nextToken out of the last page", _paging_ends),
    Check("query.same-page", "error", "The same token gives the same page",
          f"{_REQUEST}; AppFlow repeats a request after a failure",
          "Put the position into the token, keep none in the function, and order the records",
          _same_page),
    Check("query.no-duplicates", "error", "No record is on two pages", _RESPONSE,
          "Begin each page after the end of the one before, in a fixed order", _no_duplicates),
    Check("query.pages-agree", "error", "Small pages and large ones have the same records",
          _REQUEST, "Begin each page after the end of the one before, in a fixed order",
          _pages_agree),
    Check("query.max-results", "warning", "No page is larger than asked for", _REQUEST,
          "Cut pages at maxResults", _max_results),
    Check("query.selected-fields", "error", "Only the selected fields come back", _REQUEST,
          "Heed selectedFieldNames: flows of all fields move the others, too", _selected),
    Check("query.undeclared-fields", "warning", "No record has a field that isn't described",
          _FIELD, "Describe it, or leave it out", _undeclared),
    Check("query.types", "error", "Values have their field's type", _FIELD,
          "Convert the value, or correct dataType", _types),
    Check("query.nulls", "error", "Fields that aren't nullable have values",
          f"{JAVA_SDK}, class ReadOperationProperty", "Fill them in, or set isNullable", _nulls),
    Check("query.constraints", "warning", "Values keep their field's constraints",
          f"{JAVA_SDK}, class FieldConstraints", "Correct the constraints", _constraints),
    *filter_checks.CHECKS,
)  # fmt: skip
