"""The SDK's filter language, read and evaluated by a connector of the tests."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Test = Callable[[Mapping[str, Any]], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'[^']*'|"[^"]*")
    |(?P<time>\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?)
    |(?P<number>-?\d+(?:\.\d+)?)
    |(?P<word>[a-zA-Z][\w.-]*)
    |(?P<sign><=|>=|!=|[<>=(),]))""",
    re.VERBOSE,
)
_SIGNS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class FilterError(Exception):
    """A text is no filter."""


class Filter:
    """A filter; raises FilterError if the text is none."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at, text = 0, text.strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise FilterError(f"{text!r} is no filter")
            self._tokens.append((str(found.lastgroup), str(found[str(found.lastgroup)])))
            at = found.end()
        self._test = self._any()
        if self._tokens:
            raise FilterError(f"{text!r} goes on after its end")

    def accepts(self, record: Mapping[str, Any]) -> bool:
        """Whether a record meets the filter."""
        return self._test(record)

    def _next(self) -> tuple[str, str]:
        if not self._tokens:
            raise FilterError("the filter ends too early")
        return self._tokens.pop(0)

    def _take(self, word: str) -> bool:
        if self._tokens and self._tokens[0][1].lower() == word:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise FilterError(f"{word} is missing")

    def _any(self) -> Test:
        tests = [self._all()]
        while self._take("or"):
            tests.append(self._all())
        return lambda record: any(test(record) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return lambda record: all(test(record) for test in tests)

    def _one(self) -> Test:
        if self._take("not"):
            inner = self._one()
            return lambda record: not inner(record)
        if self._take("("):
            inner = self._any()
            self._expect(")")
            return inner
        kind, name = self._next()
        if kind != "word":
            raise FilterError(f"{name} is no field")
        return self._condition(name)

    def _condition(self, name: str) -> Test:
        if self._take("between"):
            low = self._value()
            self._expect("and")
            high = self._value()
            return _comparing(name, lambda value: low <= value <= high)
        if self._take("contains"):
            part = self._value()
            return _comparing(name, lambda value: part in value)
        if self._take("in"):
            self._expect("(")
            values = [self._value()]
            while self._take(","):
                values.append(self._value())
            self._expect(")")
            return _comparing(name, lambda value: value in values)
        kind, sign = self._next()
        if sign not in _SIGNS:
            raise FilterError(f"{kind} {sign} is no operator")
        compare, other = _SIGNS[sign], self._value()
        return _comparing(name, lambda value: bool(compare(value, other)))

    def _value(self) -> Any:  # noqa: ANN401 - of any type
        kind, text = self._next()
        if kind == "text":
            return text[1:-1]
        if kind == "number":
            return float(text)
        if kind == "word" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if kind == "time":
            return text.replace(".000Z", "Z")
        raise FilterError(f"{text} is no value")


def _comparing(name: str, test: Callable[[Any], bool]) -> Test:
    def accepts(record: Mapping[str, Any]) -> bool:
        value = record.get(name)
        return value is not None and test(value)

    return accepts
