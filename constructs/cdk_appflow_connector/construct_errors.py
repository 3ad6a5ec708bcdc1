"""Errors about an argument name it, and end with the path of the construct that it was given to.

What a construct passes on is checked by jsii and by the CDK, in words of their own: some of those
are said again here, with the argument, its value and the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import isclass, signature
from typing import Any, Final, TypeVar, cast

from constructs import Construct

from cdk_appflow_connector.argument_types import check_given_type
from cdk_appflow_connector.construct_repr import is_made
from cdk_appflow_connector.validation import check_known

_Call = TypeVar("_Call", bound=Callable[..., Any])
_NAMED = "names_its_construct"
# What typeguard, which jsii pins, says of a value of another type.
_OF_JSII: Final = re.compile(r"type of argument (\w+) must be (?:one of \()?(.+?)\)?; got (\S+) .*")
_OF_STRUCT: Final = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(.+)'")
_TYPES: Final = {"str": "a text", "int": "a number", "float": "a number", "bool": "True or False"}
_IDS: Final = {"construct_id", "id"}  # the second in methods of the CDK's and its libraries'
_NO_STACK: Final = "should be created in the scope of a Stack"
_TAKEN: Final = "There is already a Construct with name "


def names_construct(call: _Call) -> _Call:
    """Let the errors about a call's arguments end with the path of what it makes, or belongs to.

    RuntimeErrors are the CDK's own, about arguments that are passed on to its constructs.

    Args:
        call: a construct's ``__init__`` or method, or a function with the argument ``scope`` or
            ``flow``; if it makes a construct, with the argument ``construct_id`` or ``id``.
    """
    names = tuple(signature(call).parameters)

    @wraps(call)
    def named(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the call's own
        given = dict(zip(names, args, strict=False)) | kwargs
        try:
            _check_place(given)
            return call(*args, **kwargs)
        except (RuntimeError, TypeError, ValueError) as error:
            if problem := _in_our_words(error, given):
                _name(problem, given)
                raise problem from error
            _name(error, given)
            raise

    return cast("_Call", named)


def _check_place(given: Mapping[str, Any]) -> None:
    if "scope" in given:
        advice = "give a stack, or a construct in one"
        check_given_type("scope", given["scope"], Construct, advice)
    for name in _IDS & given.keys():
        check_given_type(name, given[name], str, "give a text, such as 'Orders'")
        check_known(name, given[name], "it names the construct in the tree")
        if not given[name]:
            raise ValueError(f"{name} '' is empty: give a text, such as 'Orders'")


def _in_our_words(error: Exception, given: Mapping[str, Any]) -> Exception | None:
    """The error, if jsii or the CDK said it without the value or the remedy."""
    if hasattr(error, _NAMED):
        return None
    text = str(error)
    if found := _OF_JSII.fullmatch(text):
        return _of_type(given, *found.groups())
    if found := _OF_STRUCT.search(text):
        return _of_member(given, *found.groups())
    owner = _owner(given)
    if _NO_STACK in text and "scope" in given:
        return ValueError(
            f"scope {given['scope']!r} is in no stack: give a stack, or what is in one"
        )
    for name in _IDS & given.keys():
        if f"{_TAKEN}'{given[name]}' in" in text and owner is not None:
            return ValueError(
                f"{name} {given[name]!r} is taken: {owner.node.path!r} has a construct of that id "
                f"already: give another {name}"
            )
    return None


def _of_type(given: Mapping[str, Any], name: str, types: str, got: str) -> TypeError | None:
    value = given.get(name)
    kind = value if isclass(value) else type(value)
    # An argument of the same name may belong to something that was made on the way.
    if name not in given or got.rpartition(".")[2] != kind.__name__:
        return None
    wanted = [_TYPES.get(each, each) for each in types.split(", ") if each != "NoneType"]
    advice = " or ".join(dict.fromkeys(wanted))
    return TypeError(f"{name} {value!r} has another type than expected: give {advice}")


def _of_member(given: Mapping[str, Any], struct: str, member: str) -> TypeError | None:
    """For a mapping that stands for one of the CDK's structs."""
    for name, value in given.items():
        if isinstance(value, dict) and member in value:
            return TypeError(f"{name} {value!r} has a member {member!r}, which {struct} has not")
    return None


def _owner(given: Mapping[str, Any]) -> Construct | None:
    """The construct that the call makes something in, or that the call belongs to."""
    for name in ("scope", "flow", "self"):
        if name in given:
            return given[name] if is_made(given[name]) else None
    return None


def _name(error: Exception, given: Mapping[str, Any]) -> None:
    is_text = len(error.args) == 1 and isinstance(error.args[0], str)
    # What was raised further inside names its construct already, also by way of Node.js.
    if is_text and not hasattr(error, _NAMED) and (place := _place(given)):
        path, ending = place
        text = error.args[0]
        error.args = (text if repr(path) in text or ending in text else f"{text} {ending}",)
        setattr(error, _NAMED, True)


def _place(given: Mapping[str, Any]) -> tuple[str, str] | None:
    """The path that an error tells, and how it ends with it."""
    owner = _owner(given)
    if owner is not None:
        # An id of another type is what some of these errors are about.
        parts = (owner.node.path, *(given[name] for name in _IDS & given.keys()))
        path = "/".join(str(part) for part in parts if part)
        return (path, f"(at {path})") if path else None
    # What is no construct has no path, but the profile that it uses has.
    profile = given.get("profile")
    if not is_made(profile) or not hasattr(profile, "profile_name"):
        return None
    return profile.node.path, f"(with the profile {profile.node.path})"
