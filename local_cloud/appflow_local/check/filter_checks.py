"""The filters of QueryData: every advertised operator, and the language they are written in.

A filter is tried with values of the entity's own records, whose right answer is known. Where
applications rightly differ (the case of letters, null beside `!=`), either answer is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from appflow_local.appflow.transfer.data_types import Kind, kind_of
from appflow_local.appflow.transfer.errors import TaskError
from appflow_local.appflow.transfer.filters import Condition, expression
from appflow_local.appflow.transfer.incremental import incremental_filter
from appflow_local.appflow.transfer.literals import identifier, literal
from appflow_local.appflow.transfer.values import to_instant
from appflow_local.check.expected_records import Verdict, condition_for, judge, operators, value_of
from appflow_local.check.model import JAVA_SDK, Check, Look, Needs
from appflow_local.check.reading import SMALL, Reading, all_records, disagreement, read
from appflow_local.check.subject import Subject

_GRAMMAR = "AppFlow Custom Connector SDK, grammar CustomConnectorQueryFilter"
_INJECTION = "appflow-check' OR 'a'='a"
_MOST_PAIRS = 4
_NOTHING = "appflow check: no such text"


def _filterable(subject: Subject, operator: str) -> Iterator[tuple[Reading, Condition]]:
    """Yield conditions with the operator, one for each kind of field of each entity."""
    found_in = 0
    for reading in all_records(subject):
        kinds: set[Kind] = set()
        for field in reading.entity.fields:
            kind = kind_of(field.data_type)
            # Filters are written once for all entities: after the first, one field is enough.
            if not field.supports(operator) or kind in kinds or (kinds and found_in > 0):
                continue
            condition = condition_for(reading, field, operator)
            if condition is None or operator not in operators(subject.configuration):
                continue
            kinds.add(kind)
            yield reading, condition
        found_in += bool(kinds)
    if not found_in:
        raise Needs(f"a field with values that supports {operator}")


def _verdict(
    subject: Subject, reading: Reading, conditions: Sequence[Condition], where: str | None = None
) -> Verdict:
    return judge(subject, reading, conditions, where or expression(conditions) or "")


def operator_look(operator: str) -> Look:
    """Return a look whether filters with the operator are honoured."""

    def look(subject: Subject) -> Iterator[str]:
        for reading, condition in _filterable(subject, operator):
            yield from _verdict(subject, reading, [condition]).problems

    return look


def _sound(subject: Subject, operator: str) -> Iterator[tuple[Reading, Condition]]:
    """Yield conditions that the connector honours.

    Raises:
        Needs: there is none.
    """
    found = False
    for reading, condition in _filterable(subject, operator):
        if not list(_verdict(subject, reading, [condition]).problems):
            found = True
            yield reading, condition
    if not found:
        raise Needs(f"a filter with {operator} that is honoured")


def _and(subject: Subject) -> Iterator[str]:
    pairs = list(_sound(subject, "EQUAL_TO"))
    tried = 0
    for reading, first in pairs:
        others = [c for r, c in pairs if r.entity.name == reading.entity.name]
        for second in others:
            if second.field == first.field or value_of(reading, first, second):
                continue
            tried += 1
            if tried <= _MOST_PAIRS:
                yield from _verdict(subject, reading, [first, second]).problems
    if not tried:
        raise Needs("two fields that support EQUAL_TO, with different records")


def _or(subject: Subject) -> Iterator[str]:
    tried = False
    for reading, condition in _sound(subject, "EQUAL_TO"):
        other = condition_for(reading, _field(reading, condition), "EQUAL_TO", other=True)
        if other is None or other.operands == condition.operands:
            continue
        tried = True
        both = Condition(
            condition.field, "EQUAL_TO", (*condition.operands, *other.operands), condition.kind
        )
        yield from _verdict(subject, reading, [both]).problems
    if not tried:
        raise Needs("a field with two values that supports EQUAL_TO")


def _field(reading: Reading, condition: Condition) -> Any:  # noqa: ANN401 - a Field
    return next(each for each in reading.entity.fields if each.name == condition.field)


def _in(subject: Subject) -> Iterator[str]:
    for reading, condition in _sound(subject, "EQUAL_TO"):
        if condition.kind is not Kind.BOOLEAN:
            where = f"{identifier(condition.field)} in ({literal(condition.operands[0])})"
            verdict = _verdict(subject, reading, [condition], where)
            if verdict.is_answered:  # AppFlow never writes it, so it may be refused
                yield from verdict.problems


def _not(subject: Subject) -> Iterator[str]:
    for reading, condition in _sound(subject, "EQUAL_TO"):
        where = f"not ({expression([condition])})"
        opposite = Condition(condition.field, "NOT_EQUAL_TO", condition.operands, condition.kind)
        verdict = _verdict(subject, reading, [opposite], where)
        if verdict.is_answered:
            yield from verdict.problems


def _text_conditions(subject: Subject) -> Iterator[tuple[Reading, Condition]]:
    found = False
    for reading, condition in _sound(subject, "EQUAL_TO"):
        if condition.kind is Kind.TEXT:
            found = True
            yield reading, condition
    if not found:
        raise Needs("a String field that supports EQUAL_TO")


def _other_text(condition: Condition, text: str) -> Condition:
    return Condition(condition.field, condition.operator, (text,), condition.kind)


def _nothing(subject: Subject) -> Iterator[str]:
    for reading, condition in _text_conditions(subject):
        yield from _verdict(subject, reading, [_other_text(condition, _NOTHING)]).problems


def _quotes(subject: Subject) -> Iterator[str]:
    for reading, condition in _text_conditions(subject):
        verdict = _verdict(subject, reading, [_other_text(condition, "appflow's check")])
        if not verdict.is_answered:
            yield from verdict.problems


def _injection(subject: Subject) -> Iterator[str]:
    for reading, condition in _text_conditions(subject):
        verdict = _verdict(subject, reading, [_other_text(condition, _INJECTION)])
        if verdict.is_answered:
            yield from verdict.problems


def _paged(subject: Subject) -> Iterator[str]:
    """A filter that leaves more than a page; each of its pages must be filtered."""
    for reading, condition in _sound(subject, "NOT_EQUAL_TO"):
        where = expression([condition])
        whole = read(subject, reading.entity, where=where)
        small = read(subject, reading.entity, where=where, size=SMALL)
        if not whole.is_complete or len(small.pages) < 2 or small.endless:
            continue
        if disagreement(subject, reading):
            raise Needs("pages that are complete without a filter, too")
        known = [dict(each) for each in whole.records]
        wrong = [each for each in small.records if dict(each) not in known]
        if wrong:
            yield f"sent {small.replies[-1].sent}; {len(wrong)} records don't match the filter"
        elif small.is_complete and len(small.records) < len(known):
            lost = len(known) - len(small.records)
            yield f"sent {small.replies[-1].sent}; {lost} records that match are missing"


def _unselected(subject: Subject) -> Iterator[str]:
    tried = False
    for reading, condition in _sound(subject, "EQUAL_TO"):
        key = reading.entity.key
        if key is None or condition.field == key:
            continue
        tried = True
        verdict = judge(subject, reading, [condition], expression([condition]) or "", fields=[key])
        yield from verdict.problems
    if not tried:
        raise Needs("a primary key, and another field that supports EQUAL_TO")


def _incremental(subject: Subject) -> Iterator[str]:
    tried = False
    for reading in all_records(subject):
        for field in reading.entity.fields:
            if not field.is_timestamp_for_incremental or not field.retrievable:
                continue
            if kind_of(field.data_type) not in (Kind.DATE, Kind.DATETIME):
                continue
            middle, last = condition_for(reading, field, "EQUAL_TO"), _latest(reading, field.name)
            if middle is None or last is None:
                continue
            tried = True
            after = _start(middle.operands[0])
            until = last + timedelta(days=2)
            try:
                whole = incremental_filter(None, field, None, until)
                part = incremental_filter(None, field, after, until)
            except TaskError as error:
                yield str(error)
                continue
            low: Any = after.replace(tzinfo=None) if middle.kind is Kind.DATETIME else after.date()
            high: Any = until.replace(tzinfo=None) if middle.kind is Kind.DATETIME else until.date()
            start = Condition(field.name, "GREATER_THAN_OR_EQUAL_TO", (low,), middle.kind)
            end = Condition(field.name, "LESS_THAN_OR_EQUAL_TO", (high,), middle.kind)
            yield from judge(subject, reading, [end], whole).problems
            yield from judge(subject, reading, [start, end], part).problems
    if not tried:
        raise Needs("a field for incremental queries, with values")


def _latest(reading: Reading, name: str) -> datetime | None:
    found = [each for record in reading.records if (each := to_instant(record.get(name)))]
    return max(found).replace(tzinfo=timezone.utc) if found else None


def _start(value: object) -> datetime:
    if isinstance(value, datetime):
        whole = value.replace(microsecond=value.microsecond // 1000 * 1000)
        return whole.replace(tzinfo=timezone.utc)
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no date")
    return datetime(value.year, value.month, value.day, tzinfo=timezone.utc)


def _operator_check(name: str, operator: str) -> Check:
    return Check(f"query.filter-{name}", "error", f"Filters with {operator} are honoured",
                 f"{JAVA_SDK}, class QueryDataRequest; {_GRAMMAR}",
                 f"Filter by filterExpression, or don't advertise {operator}",
                 operator_look(operator))  # fmt: skip


CHECKS = (
    _operator_check("equal", "EQUAL_TO"),
    _operator_check("not-equal", "NOT_EQUAL_TO"),
    _operator_check("less", "LESS_THAN"),
    _operator_check("less-or-equal", "LESS_THAN_OR_EQUAL_TO"),
    _operator_check("greater", "GREATER_THAN"),
    _operator_check("greater-or-equal", "GREATER_THAN_OR_EQUAL_TO"),
    _operator_check("between", "BETWEEN"),
    _operator_check("contains", "CONTAINS"),
    Check("query.filter-and", "error", "Two filters of a flow are both honoured", _GRAMMAR,
          "Join the conditions with AND", _and),
    Check("query.filter-or", "error", "Several values of a filter are alternatives", _GRAMMAR,
          "Heed OR, and parentheses", _or),
    Check("query.filter-in", "warning", "A list of values is honoured or refused", _GRAMMAR,
          "Honour IN, or answer InvalidArgument", _in),
    Check("query.filter-not", "warning", "A negation is honoured or refused", _GRAMMAR,
          "Honour NOT, or answer InvalidArgument", _not),
    Check("query.filter-nothing", "error", "A filter that nothing matches gives no records",
          _GRAMMAR, "Answer with isSuccess and no records", _nothing),
    Check("query.filter-quotes", "warning", "A text with a quote in it is understood", _GRAMMAR,
          "Read texts in single and in double quotes", _quotes),
    Check("query.filter-injection", "error", "A text of a filter stays a text",
          "CWE-89, improper neutralisation of special elements in a query",
          "Escape what stands in quotes, or pass it as a parameter", _injection),
    Check("query.filter-pages", "error", "Every page is filtered", _GRAMMAR,
          "Apply filterExpression to the pages after the first, too", _paged),
    Check("query.filter-unselected", "error", "A filter may name a field that isn't selected",
          _GRAMMAR, "Filter by all fields, before those that aren't selected are left out",
          _unselected),
    Check("query.filter-incremental", "error", "Incremental pulls get what has changed",
          "AppFlow Custom Connector SDK, README of the grammar",
          "Honour `field <= TIME` and `field between TIME and TIME`", _incremental),
)  # fmt: skip
