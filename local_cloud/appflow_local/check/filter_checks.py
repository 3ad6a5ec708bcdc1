"""The filters of QueryData: every advertised operator, on every page, and of incremental pulls.

A filter is tried with values of the entity's own records, whose right answer is known. Where
applications rightly differ (the case of letters, null beside `!=`), either answer is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from appflow_local.appflow.transfer.data_types import Kind, kind_of
from appflow_local.appflow.transfer.errors import TaskError
from appflow_local.appflow.transfer.filters import Condition, expression, matcher
from appflow_local.appflow.transfer.incremental import incremental_filter
from appflow_local.appflow.transfer.values import to_instant
from appflow_local.check.expected_records import Verdict, condition_for, judge, operators
from appflow_local.check.model import JAVA_SDK, Check, Look, Needs
from appflow_local.check.reading import SMALL, Reading, all_records, disagreement, read, text
from appflow_local.check.reply import short
from appflow_local.check.subject import Subject

_MOST_OF_A_KIND = 2
_SAME_DAY = (("GREATER_THAN_OR_EQUAL_TO", 1), ("LESS_THAN_OR_EQUAL_TO", -1))
GRAMMAR = "AppFlow Custom Connector SDK, grammar CustomConnectorQueryFilter"


def _filterable(subject: Subject, operator: str) -> Iterator[tuple[Reading, Condition]]:
    """Yield conditions with the operator, for two fields of each kind, so that AND can be tried."""
    found_in = 0
    for reading in all_records(subject):
        kinds: Counter[Kind] = Counter()
        for field in reading.entity.fields:
            kind = kind_of(field.data_type)
            # Filters are written once for all entities: after the first, one field is enough.
            if kinds[kind] == _MOST_OF_A_KIND or not field.supports(operator):
                continue
            if kinds and found_in > 0:
                continue
            condition = condition_for(reading, field, operator)
            if condition is None or operator not in operators(subject.configuration):
                continue
            kinds[kind] += 1
            yield reading, condition
        found_in += bool(kinds)
    if not found_in:
        raise Needs(f"a field with values that supports {operator}")


def verdict_of(
    subject: Subject, reading: Reading, conditions: Sequence[Condition], where: str | None = None
) -> Verdict:
    """Filter by conditions, or by a text that means the same; see `judge`."""
    return judge(subject, reading, conditions, where or expression(conditions) or "")


def operator_look(operator: str) -> Look:
    """Return a look whether filters with the operator are honoured."""

    def look(subject: Subject) -> Iterator[str]:
        for reading, condition in _filterable(subject, operator):
            yield from verdict_of(subject, reading, [condition]).problems

    return look


def sound(subject: Subject, operator: str) -> Iterator[tuple[Reading, Condition]]:
    """Yield conditions that the connector honours.

    Raises:
        Needs: there is none.
    """
    found = False
    for reading, condition in _filterable(subject, operator):
        if not list(verdict_of(subject, reading, [condition]).problems):
            found = True
            yield reading, condition
    if not found:
        raise Needs(f"a filter with {operator} that is honoured")


def _paged(subject: Subject) -> Iterator[str]:
    """A filter that leaves more than a page; each of its pages must be filtered."""
    for reading, condition in sound(subject, "NOT_EQUAL_TO"):
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
    for reading, condition in sound(subject, "EQUAL_TO"):
        key = reading.entity.key
        if key is None or condition.field == key:
            continue
        tried = True
        verdict = judge(subject, reading, [condition], expression([condition]) or "", fields=[key])
        yield from verdict.problems
    if not tried:
        raise Needs("a primary key, and another field that supports EQUAL_TO")


def _times(subject: Subject) -> Iterator[str]:
    """Filters a second before and after a record's time, which a comparison of days misses."""
    tried = False
    for reading in all_records(subject):
        for field in reading.entity.fields:
            for operator, seconds in (("GREATER_THAN", -1), ("LESS_THAN", 1), *_SAME_DAY):
                condition = condition_for(reading, field, operator)
                if condition is None or condition.kind is not Kind.DATETIME:
                    continue
                if not field.supports(operator) or operator not in operators(subject.configuration):
                    continue
                moment = condition.operands[0]
                if not isinstance(moment, datetime) or not _has_times(reading, field.name):
                    continue
                if verdict_of(subject, reading, [condition]).problems:
                    continue
                tried = True
                shifted = moment.replace(microsecond=0) + timedelta(seconds=seconds)
                other = Condition(field.name, operator, (shifted,), condition.kind)
                yield from verdict_of(subject, reading, [other]).problems
    if not tried:
        raise Needs("a DateTime field with times of the day, which can be compared")


def _bounds(subject: Subject) -> Iterator[str]:
    for reading, condition in sound(subject, "BETWEEN"):
        found = read(subject, reading.entity, where=expression([condition]))
        known = {text(each) for each in found.records}
        matches = matcher([condition])
        lost = [each for each in reading.records if matches(each) and text(each) not in known]
        if found.is_complete and lost:
            yield f"sent {found.replies[-1].sent}; {short(lost[0])} is missing"


def _has_times(reading: Reading, name: str) -> bool:
    found = [each for record in reading.records if (each := to_instant(record.get(name)))]
    return any(each.time() != time.min for each in found)


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
                 f"{JAVA_SDK}, class QueryDataRequest; {GRAMMAR}",
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
    Check("query.filter-times", "error", "Filters compare the time of the day, too", GRAMMAR,
          "Compare the whole time, in UTC", _times),
    Check("query.filter-bounds", "warning", "BETWEEN includes its bounds",
          "inferred from SQL; AWS's own example of a connector leaves them out",
          "Compare with >= and <=, so that no record falls between two incremental pulls", _bounds),
    Check("query.filter-pages", "error", "Every page is filtered", GRAMMAR,
          "Apply filterExpression to the pages after the first, too", _paged),
    Check("query.filter-unselected", "error", "A filter may name a field that isn't selected",
          GRAMMAR, "Filter by all fields, before those that aren't selected are left out",
          _unselected),
    Check("query.filter-incremental", "error", "Incremental pulls get what has changed",
          "AppFlow Custom Connector SDK, README of the grammar",
          "Honour `field <= TIME` and `field between TIME and TIME`", _incremental),
)  # fmt: skip
