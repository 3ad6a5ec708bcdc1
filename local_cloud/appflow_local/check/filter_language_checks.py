"""The language of QueryData's filters: AND, OR, IN, NOT, and what stands in quotes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from appflow_local.appflow.transfer.data_types import Kind
from appflow_local.appflow.transfer.filters import Condition, expression, matcher
from appflow_local.appflow.transfer.literals import identifier, literal
from appflow_local.check.expected_records import condition_for, value_of
from appflow_local.check.filter_checks import GRAMMAR, sound, verdict_of
from appflow_local.check.model import Check, Needs
from appflow_local.check.reading import Reading
from appflow_local.check.retrieve_checks import INJECTION
from appflow_local.check.subject import Subject

_MOST_PAIRS = 4
_NOTHING = "appflow check: no such text"


def _and(subject: Subject) -> Iterator[str]:
    pairs = list(sound(subject, "EQUAL_TO"))
    tried = 0
    for reading, first in pairs:
        others = [c for r, c in pairs if r.entity.name == reading.entity.name]
        for second in others:
            if second.field == first.field or value_of(reading, first, second):
                continue
            tried += 1
            if tried <= _MOST_PAIRS:
                yield from verdict_of(subject, reading, [first, second]).problems
    if not tried:
        raise Needs("two fields that support EQUAL_TO, with different records")


def _or(subject: Subject) -> Iterator[str]:
    tried = False
    for reading, condition in sound(subject, "EQUAL_TO"):
        other = condition_for(reading, _field(reading, condition), "EQUAL_TO", other=True)
        if other is None or other.operands == condition.operands:
            continue
        tried = True
        both = Condition(
            condition.field, "EQUAL_TO", (*condition.operands, *other.operands), condition.kind
        )
        yield from verdict_of(subject, reading, [both]).problems
    if not tried:
        raise Needs("a field with two values that supports EQUAL_TO")


def _field(reading: Reading, condition: Condition) -> Any:  # noqa: ANN401 - a Field
    return next(each for each in reading.entity.fields if each.name == condition.field)


def _parentheses(subject: Subject) -> Iterator[str]:
    """Alternatives of one field beside a condition on another, which must hold for both."""
    tried = 0
    if list(_or(subject)):
        raise Needs("alternatives that are honoured")
    pairs = list(sound(subject, "EQUAL_TO"))
    for reading, first in pairs:
        other = condition_for(reading, _field(reading, first), "EQUAL_TO", other=True)
        for same, second in pairs:
            if other is None or same.entity.name != reading.entity.name or tried == _MOST_PAIRS:
                continue
            either = Condition(
                first.field, "EQUAL_TO", (*first.operands, *other.operands), first.kind
            )
            if second.field == first.field or _is_any(reading, either, second):
                continue
            tried += 1
            yield from verdict_of(subject, reading, [either, second]).problems
    if not tried:
        raise Needs("fields that support EQUAL_TO, with records that meet one of two filters")


def _is_any(reading: Reading, either: Condition, second: Condition) -> bool:
    """Whether the filter means the same without its parentheses: `a OR (b AND second)`."""
    first = matcher([Condition(either.field, "EQUAL_TO", either.operands[:1], either.kind)])
    beside = matcher([second])
    return all(beside(each) for each in reading.records if first(each))


def _wildcards(subject: Subject) -> Iterator[str]:
    """Texts that LIKE takes for any character, which no record has."""
    tried = False
    for operator in ("EQUAL_TO", "CONTAINS"):
        try:
            found = list(sound(subject, operator))
        except Needs:
            continue
        for reading, condition in found:
            text = str(condition.operands[0])
            if condition.kind is not Kind.TEXT or len(text) < 2:
                continue
            tried = True
            for sign in "%_*":
                other = _other_text(condition, text[:-1] + sign)
                verdict = verdict_of(subject, reading, [other])
                if verdict.is_answered:
                    yield from verdict.problems
    if not tried:
        raise Needs("a String field that supports EQUAL_TO or CONTAINS")


def _in(subject: Subject) -> Iterator[str]:
    for reading, condition in sound(subject, "EQUAL_TO"):
        if condition.kind is not Kind.BOOLEAN:
            where = f"{identifier(condition.field)} in ({literal(condition.operands[0])})"
            verdict = verdict_of(subject, reading, [condition], where)
            if verdict.is_answered:  # AppFlow never writes it, so it may be refused
                yield from verdict.problems


def _not(subject: Subject) -> Iterator[str]:
    for reading, condition in sound(subject, "EQUAL_TO"):
        where = f"not ({expression([condition])})"
        opposite = Condition(condition.field, "NOT_EQUAL_TO", condition.operands, condition.kind)
        verdict = verdict_of(subject, reading, [opposite], where)
        if verdict.is_answered:
            yield from verdict.problems


def _text_conditions(subject: Subject) -> Iterator[tuple[Reading, Condition]]:
    found = False
    for reading, condition in sound(subject, "EQUAL_TO"):
        if condition.kind is Kind.TEXT:
            found = True
            yield reading, condition
    if not found:
        raise Needs("a String field that supports EQUAL_TO")


def _other_text(condition: Condition, text: str) -> Condition:
    return Condition(condition.field, condition.operator, (text,), condition.kind)


def _nothing(subject: Subject) -> Iterator[str]:
    for reading, condition in _text_conditions(subject):
        yield from verdict_of(subject, reading, [_other_text(condition, _NOTHING)]).problems


def _quotes(subject: Subject) -> Iterator[str]:
    for reading, condition in _text_conditions(subject):
        verdict = verdict_of(subject, reading, [_other_text(condition, "appflow's check")])
        if not verdict.is_answered:
            yield from verdict.problems


def _injection(subject: Subject) -> Iterator[str]:
    for reading, condition in _text_conditions(subject):
        verdict = verdict_of(subject, reading, [_other_text(condition, INJECTION)])
        if verdict.is_answered:
            yield from verdict.problems


CHECKS = (
    Check("query.filter-and", "error", "Two filters of a flow are both honoured", GRAMMAR,
          "Join the conditions with AND", _and),
    Check("query.filter-or", "error", "Several values of a filter are alternatives", GRAMMAR,
          "Heed OR, and parentheses", _or),
    Check("query.filter-parentheses", "warning", "Alternatives are joined before AND", GRAMMAR,
          "Keep the parentheses", _parentheses),
    Check("query.filter-wildcards", "warning", "Signs such as % stand for themselves", GRAMMAR,
          "Escape what the application takes for any character", _wildcards),
    Check("query.filter-in", "warning", "A list of values is honoured or refused", GRAMMAR,
          "Honour IN, or answer InvalidArgument", _in),
    Check("query.filter-not", "warning", "A negation is honoured or refused", GRAMMAR,
          "Honour NOT, or answer InvalidArgument", _not),
    Check("query.filter-nothing", "error", "A filter that nothing matches gives no records",
          GRAMMAR, "Answer with isSuccess and no records", _nothing),
    Check("query.filter-quotes", "warning", "A text with a quote in it is understood", GRAMMAR,
          "Read texts in single and in double quotes", _quotes),
    Check("query.filter-injection", "error", "A text of a filter stays a text",
          "CWE-89, improper neutralisation of special elements in a query",
          "Escape what stands in quotes, or pass it as a parameter", _injection),
)  # fmt: skip
