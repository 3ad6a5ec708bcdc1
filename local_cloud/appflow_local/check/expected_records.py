"""Which records a filter must give, and which it may."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.metadata.entity_format import DATA_TYPES, FILTER_OPERATORS
from appflow_local.appflow.transfer.data_types import Kind, kind_of
from appflow_local.appflow.transfer.errors import TaskError
from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.filters import Condition, Matcher, expression, matcher
from appflow_local.appflow.transfer.values import to_boolean, to_day, to_instant, to_number
from appflow_local.check.reading import Reading, Record, read, text
from appflow_local.check.reply import short
from appflow_local.check.subject import Subject

_SHORTEST_PART = 2
_LONGEST_TEXT = 100
_ORDERING = ("LESS_THAN", "LESS_THAN_OR_EQUAL_TO", "GREATER_THAN", "GREATER_THAN_OR_EQUAL_TO",
             "BETWEEN")  # fmt: skip
_ALL = frozenset(each for operators in FILTER_OPERATORS.values() for each in operators)


def _plain(value: object) -> object:
    return value if isinstance(value, str) and value.strip() == value and value else None


_READERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _plain,
    Kind.NUMBER: to_number,
    Kind.BOOLEAN: to_boolean,
    Kind.DATE: to_day,
    Kind.DATETIME: to_instant,
}


def is_same(data_type: str | None, one: object, other: object) -> bool:
    """Tell whether two values of a type mean the same, however they are written."""
    if one == other:
        return True
    read = _READERS.get(kind_of(data_type)) if data_type in DATA_TYPES else None
    return read is not None and read(one) is not None and read(one) == read(other)


@dataclass(frozen=True)
class Verdict:
    """What came of a filter."""

    is_answered: bool
    problems: Sequence[str]


def operators(configuration: Mapping[str, Any]) -> frozenset[str]:
    """The operators that a connector advertises: all if it names none."""
    given = configuration.get("operatorsSupported")
    return _ALL if given is None else frozenset(map(str, given))


def condition_for(
    reading: Reading, field: Field, operator: str, *, other: bool = False
) -> Condition | None:
    """Return a condition that some records meet; None if no value serves.

    The value is in the middle, so that a wrong comparison shows; `other` takes another one.
    """
    kind = kind_of(field.data_type)
    if not field.retrievable or kind not in _READERS:
        return None
    found = _sayable(reading, field, kind)
    if not found:
        return None
    middle = found[len(found) // 2]
    if other:
        middle = found[0] if middle != found[0] else found[-1]
    if operator == "CONTAINS":
        part = _part(middle) if kind is Kind.TEXT else None
        return Condition(field.name, operator, (part,), kind) if part else None
    if operator == "BETWEEN":
        at = len(found) // 2
        low, high = found[max(0, at - 1)], found[min(len(found) - 1, at + 1)]
        return Condition(field.name, operator, (low, high), kind)
    return Condition(field.name, operator, (middle,), kind)


def _sayable(reading: Reading, field: Field, kind: Kind) -> list[Any]:
    """Return the values that a filter can name, in their order; many checks ask for them."""
    if field not in reading.sayable:
        values = {each for each in _values(reading, field, kind) if _can_be_said(field, each)}
        reading.sayable[field] = sorted(values)
    return reading.sayable[field]


def _values(reading: Reading, field: Field, kind: Kind) -> Iterator[Any]:
    for record in reading.records:
        value = _READERS[kind](record.get(field.name))
        if value is not None:
            yield value


def _can_be_said(field: Field, value: Any) -> bool:  # noqa: ANN401 - an Operand
    try:
        expression([Condition(field.name, "EQUAL_TO", (value,), kind_of(field.data_type))])
    except TaskError:
        return False
    return not isinstance(value, str) or (value.isprintable() and len(value) <= _LONGEST_TEXT)


def _part(value: str) -> str | None:
    """The longest word, without its first letter: neither the beginning nor the end of all."""
    words = "".join(each if each.isalnum() else " " for each in value).split()
    longest = max(words, key=len, default="")
    if len(longest) < _SHORTEST_PART:
        return None
    return longest[1:] if len(longest) > _SHORTEST_PART else longest


def value_of(reading: Reading, first: Condition, second: Condition) -> bool:
    """Tell whether two conditions are met by the same records."""
    one, two = matcher([first]), matcher([second])
    return all(one(each) == two(each) for each in reading.records)


def judge(
    subject: Subject,
    reading: Reading,
    conditions: Sequence[Condition],
    where: str,
    *,
    fields: Sequence[str] | None = None,
) -> Verdict:
    """Filter, and compare with what the records of the entity say; or recall the verdict."""
    found = read(subject, reading.entity, where=where, fields=fields)
    key = ("verdict", reading, found, tuple(conditions))
    return subject.conclude(key, lambda: _judge(reading, conditions, found))


def _judge(reading: Reading, conditions: Sequence[Condition], found: Reading) -> Verdict:
    last = found.replies[-1]
    if last.over_limits:
        return Verdict(False, [])
    if found.pages and (len(found.pages) < len(found.replies) or found.endless):
        return Verdict(False, [])  # checks of the pages tell why
    if not found.pages:
        return Verdict(False, [f"sent {last.sent}; {last.reason}"])
    key = reading.entity.key

    def name(record: Record) -> str:
        return text({key: record.get(key)}) if key else text(record)

    got = {name(each) for each in found.records}
    named = [(name(each), each) for each in reading.records]
    tests = [(each, _meeting(each)) for each in conditions]
    must = {one for one, each in named if all(_must(c, each, meets) for c, meets in tests)}
    may = {one for one, each in named if all(_may(c, each, meets) for c, meets in tests)}
    known = {one for one, _ in named}
    wrong = (got - may) if reading.is_complete else (got & known) - may
    problems = []
    if wrong:
        problems.append(f"sent {last.sent}; {len(wrong)} records came that don't match, such as "
                        f"{short(min(wrong))}")  # fmt: skip
    if found.is_complete and (lost := must - got):
        problems.append(f"sent {last.sent}; {len(lost)} records that match are missing, such as "
                        f"{short(min(lost))}")  # fmt: skip
    return Verdict(True, problems)


def _must(condition: Condition, record: Record, meets: Matcher) -> bool:
    value = record.get(condition.field)
    if value is None:
        return False
    if condition.operator == "BETWEEN" and _is_bound(condition, value):
        return False  # AWS's own example leaves the bounds out
    if condition.kind is Kind.TEXT:
        if condition.operator in _ORDERING:
            return False
        if condition.operator == "NOT_EQUAL_TO":
            return not _alike(condition, value)
    return meets(record)


def _may(condition: Condition, record: Record, meets: Matcher) -> bool:
    value = record.get(condition.field)
    if value is None:
        return condition.operator == "NOT_EQUAL_TO"
    if condition.kind is Kind.TEXT:
        if condition.operator in _ORDERING:
            return True
        if condition.operator != "NOT_EQUAL_TO":
            return _alike(condition, value)
    return meets(record)


def _is_bound(condition: Condition, value: object) -> bool:
    read = _READERS.get(condition.kind)
    return read is not None and read(value) in condition.operands


def _meeting(condition: Condition) -> Matcher:
    if condition.operator == "CONTAINS":  # which the emulator leaves to connectors
        return lambda record: str(condition.operands[0]) in str(record.get(condition.field))
    return matcher([condition])


def _alike(condition: Condition, value: object) -> bool:
    """Whether a text meets a condition when case and outer spaces don't count."""
    folded = str(value).casefold().strip()
    operands = [str(each).casefold().strip() for each in condition.operands]
    if condition.operator == "CONTAINS":
        return any(each in folded for each in operands)
    return folded in operands
