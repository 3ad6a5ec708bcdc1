"""Keeps texts that are known at deployment only from widening a policy.

A label, or an ARN, may be a parameter, an import or another resource's attribute. If its value
were ``*``, a policy that names it would cover everything of its kind, whether or not AppFlow ever
registers the label: the stack's policies are created before the registration.
"""

from __future__ import annotations

import json
import re
from typing import Final

import jsii
from aws_cdk import CfnParameter, Fn, Reference, Stack, Tokenization
from constructs import IConstruct, IValidation

from appflow_connector_provider import contract
from cdk_appflow_connector.tokens import is_token

# What has a meaning in a policy's Resource. Source: IAM User Guide, "IAM policy elements: Variables
# and tags": ${$}, ${*} and ${?} stand for the characters themselves. The dollar sign comes first,
# because the others' spelling has one.
_SPECIAL: Final = ("$", "*", "?")
_DYNAMIC_REFERENCE: Final = "{{resolve:"
# contract.LABEL_PATTERN with \w spelled out, because regular expressions in Java and in Python
# disagree about which letters it covers.
_LABEL: Final = f"[a-zA-Z0-9][a-zA-Z0-9_!@#.-]{{1,{contract.LABEL_MAX_LENGTH - 1}}}"
_PART_OF_LABEL: Final = "[a-zA-Z0-9_!@#.-]*"
_WIDENING: Final = (
    "*",
    "?",
    "a*",
    "ab*",
    "*ab",
    "ab?",
    "A-*",
    "1*",
    "$",
    "${*}",
    "{{resolve:ssm:a}}",
)
_EXPECTED: Final = "a connector's label: letters a-z and A-Z, digits and _ ! @ # . -"


def literal(scope: IConstruct, text: str) -> str:
    """Escape a text for a policy's Resource, so that its deployed value can't act as a wildcard.

    Plain text is returned as it is, because it is checked at synth, and so are parameters with a
    pattern of `check_label_from_deployment`. In anything else, the characters that have a meaning
    to IAM are replaced at deployment, by Fn::Split and Fn::Join.
    """
    if not is_token(text) or _has_no_wildcard(Stack.of(scope).resolve(text), _checked(text)):
        return text
    for character in _SPECIAL:
        text = Fn.join(f"${{{character}}}", Fn.split(character, text))
    return text


def check_label_from_deployment(scope: IConstruct, label: str) -> None:
    """Have CloudFormation refuse a parameter's value that can't be a label, or part of one.

    A parameter without ``allowed_pattern`` and ``allowed_values`` is given a pattern. A pattern
    can't be given to parameters that name a parameter of Parameter Store (it would apply to the
    name), nor to other tokens: for these, see `literal`.

    Raises:
        ValueError: the label is a dynamic reference, which CloudFormation resolves too late for
            `literal`, or the parameter admits what can't be a label.
    """
    if not is_token(label):
        return
    resolved = Stack.of(scope).resolve(label)
    if _DYNAMIC_REFERENCE in json.dumps(resolved):
        raise ValueError(
            "label holds a dynamic reference ({{resolve:…}}), which could become a wildcard in the "
            "stack's policies: give a parameter, such as "
            "aws_ssm.StringParameter.value_for_string_parameter(…)"
        )
    is_whole = isinstance(resolved, dict) and [*resolved] == ["Ref"]
    parameters = _parameters(label)
    if is_whole:
        named = Stack.of(scope).node.try_find_child(resolved["Ref"])  # as by Fn.ref
        parameters += [named] if isinstance(named, CfnParameter) else []
    for parameter in parameters:
        if parameter.type == "String":
            _check_parameter(parameter, _LABEL if is_whole else _PART_OF_LABEL)


def _parameters(text: str) -> list[CfnParameter]:
    """The parameters that a text holds, of any stack."""
    tokens = Tokenization.reverse_string(text).tokens
    targets = [token.target for token in tokens if isinstance(token, Reference)]
    return [target for target in targets if isinstance(target, CfnParameter)]


def _checked(text: str) -> set[str]:
    """The names of those that have a pattern of ours."""
    return {
        Stack.of(each).resolve(each.logical_id)
        for each in _parameters(text)
        if each.allowed_pattern in (_LABEL, _PART_OF_LABEL)
    }


def _has_no_wildcard(resolved: object, checked: set[str]) -> bool:
    match resolved:
        case str():
            return True
        case {"Ref": str(name)}:
            return name in checked or name.startswith("AWS::")
        case {"Fn::Join": [str(), [*parts]]}:
            return all(_has_no_wildcard(part, checked) for part in parts)
    return False


def _check_parameter(parameter: CfnParameter, pattern: str) -> None:
    name = f"label is the parameter {parameter.node.id!r}, "
    values = [*(parameter.allowed_values or [])]
    if parameter.default is not None:
        values.append(parameter.default)
    for value in values:
        if not re.fullmatch(pattern, str(value)):
            raise ValueError(f"{name}whose default or allowed value {value!r} isn't {_EXPECTED}")
    given = parameter.allowed_pattern
    if given is not None:
        if admitted := [text for text in _WIDENING if _admits(given, text)]:
            raise ValueError(
                f"{name}whose allowed_pattern {given!r} admits {admitted[0]!r}, which isn't "
                f"{_EXPECTED}. Give a narrower pattern, or none: then it gets AppFlow's own"
            )
    elif not parameter.allowed_values:
        parameter.allowed_pattern = pattern
        parameter.constraint_description = (
            parameter.constraint_description or f"must be {_EXPECTED}"
        )
        parameter.node.add_validation(_Kept(parameter, pattern))


@jsii.implements(IValidation)
class _Kept:
    """The check that a parameter still has our pattern, on which policies rely, at synth."""

    def __init__(self, parameter: CfnParameter, pattern: str) -> None:
        self._parameter = parameter
        self._pattern = pattern

    def validate(self) -> list[str]:
        parameter = self._parameter
        if (parameter.allowed_pattern, parameter.type) == (self._pattern, "String"):
            return []
        return [
            f"The parameter {parameter.node.id!r} is a connector's label, and was changed after "
            "the connector was made: it could become a wildcard in the stack's policies. Set its "
            "type and allowed_pattern before"
        ]


def _admits(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:  # Java's patterns are not all Python's
        return False
