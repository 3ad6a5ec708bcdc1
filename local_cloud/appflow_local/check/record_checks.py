"""The records of QueryData: the selected fields, with values of their types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from appflow_local.check.model import JAVA_SDK, Check
from appflow_local.check.reading import all_records, query_request, records_of
from appflow_local.check.reply import short
from appflow_local.check.subject import Subject
from appflow_local.check.value_checks import breaches, fits

_REQUEST = f"{JAVA_SDK}, class QueryDataRequest"
_FIELD = f"{JAVA_SDK}, class FieldDefinition"


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
        f"'{each.entity.name}.{one.name}'": one.name != each.entity.key
        and (one.nullable or one.default is not None)
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
)  # fmt: skip
