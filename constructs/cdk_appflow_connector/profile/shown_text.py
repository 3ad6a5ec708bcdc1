"""Says whether a template shows a text that should be secret, or only refers to it.

Shown is what those can see who may read the template or describe the stack: text, mappings,
outputs, exports, parameters that are echoed. What an attribute of a resource, or its Ref, stands
for counts as hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

Value: TypeAlias = Any
"""A value in a template, as JSON."""

_NO_VALUE: Final = {"Ref": "AWS::NoValue"}
_HIDDEN: Final = re.compile(r"\{\{resolve:(?:secretsmanager|ssm-secure):[^{}]+\}\}")
_PLAIN_PARAMETER: Final = "{{resolve:ssm:"
_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
SSM_TYPE: Final = "AWS::SSM::Parameter::Value<"
"""A parameter of such a type has the name of one in Parameter Store as its Default."""
# Private characters, each of which stands for what one intrinsic function returns.
_FIRST_MARK, _LAST_MARK = 0xF0000, 0xFFFFD
_MARKS: Final = re.compile(f"[{chr(_FIRST_MARK)}-{chr(_LAST_MARK)}]")


@dataclass(frozen=True)
class Surroundings:
    """The sections of a template that a text may refer to; what isn't in them counts as hidden."""

    parameters: Mapping[str, Value] = field(default_factory=dict)
    mappings: Mapping[str, Value] = field(default_factory=dict)
    resources: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, template: Mapping[str, Value]) -> Surroundings:
        """Those of a template."""
        sections = ("Parameters", "Mappings", "Resources")
        return cls(*(template.get(each) or {} for each in sections))


def is_intrinsic(value: object) -> bool:
    """Whether a value is an intrinsic function."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    name = str(next(iter(value)))
    return name == "Ref" or name.startswith("Fn::")


def problem_of(value: Value, around: Surroundings) -> str | None:
    """Say how the template shows a value, without the value; None if it doesn't.

    Source: CloudFormation user guide, "Intrinsic function reference" and "Get values stored in
    other services using dynamic references".

    Returns:
        the end of a sentence that begins with the value's name.
    """
    spelling = _Spelling(around)
    text = spelling.of(value)
    # A function inside a reference to a secret is a part of the secret's name.
    left = _HIDDEN.sub("", text)
    if problem := spelling.problem_in(left):
        return problem
    if _PLAIN_PARAMETER in left:
        return "is a parameter of Parameter Store that isn't encrypted"
    if literal := _MARKS.sub("", left):
        return "is plain text" if literal == text else "has plain text beside its reference"
    return None


class _Spelling:
    """Spells a value out, with a mark for each intrinsic function that isn't text."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._problems: list[str | None] = []
        self._functions: Mapping[str, Callable[[Value], str]] = {
            "Ref": lambda name: self._mark(_reference(name, around)),
            "Fn::Base64": lambda given: self._mark(_first([given], around)),
            "Fn::FindInMap": lambda given: self._mark(_mapping(given, around)),
            "Fn::GetAtt": lambda given: self._mark(_attribute(given, around)),
            "Fn::If": lambda given: self._mark(_first(given[1:], around)),
            "Fn::ImportValue": lambda _: self._mark("is an export, which CloudFormation shows"),
            "Fn::Join": self._join,
            "Fn::Select": lambda given: self._mark(_selected(given, around)),
            "Fn::Split": lambda given: self._mark(_first(given[1:], around)),
            "Fn::Sub": self._substituted,
            "Fn::ToJsonString": lambda given: self._mark(_first([given], around)),
        }

    def of(self, value: Value) -> str:
        """The text of a value."""
        if value is None or value == _NO_VALUE:
            return ""
        if is_intrinsic(value):
            ((name, given),) = value.items()
            try:
                return self._functions[name](given)
            except (AttributeError, IndexError, KeyError, TypeError, ValueError):
                return self._mark(f"is made by {name}, which isn't known to hide it")
        if isinstance(value, (Mapping, list)):
            several = value.values() if isinstance(value, Mapping) else value
            return self._mark(_first(several, self._around))
        return _MARKS.sub("?", str(value))

    def problem_in(self, left: str) -> str | None:
        """The problem of the first mark in a text that has one."""
        found = (self._problems[ord(mark) - _FIRST_MARK] for mark in _MARKS.findall(left))
        return next(filter(None, found), None)

    def _mark(self, problem: str | None) -> str:
        self._problems.append(problem)
        return chr(_FIRST_MARK + len(self._problems) - 1)

    def _join(self, given: Sequence[Value]) -> str:
        delimiter, parts = given
        if not isinstance(parts, list):
            return self._mark(_first([parts], self._around))
        return str(delimiter).join(map(self.of, parts))

    def _substituted(self, given: Value) -> str:
        text, variables = (given, {}) if isinstance(given, str) else given

        def value_of(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in variables:
                return self.of(variables[name])
            return self.of({"Fn::GetAtt": name} if "." in name else {"Ref": name})

        return _VARIABLE.sub(value_of, text)


def _first(values: Iterable[Value], around: Surroundings) -> str | None:
    return next(filter(None, (problem_of(each, around) for each in values)), None)


def _reference(name: str, around: Surroundings) -> str | None:
    parameter = around.parameters.get(name)
    if parameter is None:  # a resource, or a pseudo parameter
        return None
    if str(parameter.get("NoEcho")).lower() != "true":
        return f"is the parameter {name!r}, whose value CloudFormation shows, for lack of NoEcho"
    is_name = str(parameter.get("Type")).startswith(SSM_TYPE)
    if not is_name and problem_of(parameter.get("Default"), around):
        return f"is the parameter {name!r}, whose Default the template shows"
    return None


def _attribute(given: str | Sequence[str], around: Surroundings) -> str | None:
    name, _, attribute = (given if isinstance(given, str) else ".".join(given)).partition(".")
    kind = around.resources.get(name, {}).get("Type")
    if kind == "AWS::SSM::Parameter" and attribute == "Value":
        return f"is the value of the parameter {name!r}, which isn't encrypted"
    if kind == "AWS::CloudFormation::Stack":
        return f"is an output of the stack {name!r}, which CloudFormation shows"
    return None


def _mapping(given: Sequence[Value], around: Surroundings) -> str | None:
    name, *keys = given[:3]
    found: Value = around.mappings.get(name) if isinstance(name, str) else None
    for key in keys:
        found = found.get(key) if isinstance(key, str) and isinstance(found, Mapping) else found
    defaults = [each.get("DefaultValue") for each in given[3:]]
    if found is None or _first([found, *defaults], around):
        return f"is in the mapping {name!r}, which is plain text"
    return None


def _selected(given: Sequence[Value], around: Surroundings) -> str | None:
    index, several = given
    if isinstance(several, list) and not isinstance(index, Mapping):
        return _first([several[int(index)]], around)
    return _first([several], around)
