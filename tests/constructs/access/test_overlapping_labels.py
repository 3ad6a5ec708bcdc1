"""Labels that overlap are warned of unless both connectors have the same function."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:crm"
Pair = tuple[lambda_.IFunction, lambda_.IFunction]


def warned(stack: Stack) -> list[tuple[str, str]]:
    words = Match.string_like_regexp("can also read the secrets of")
    found = Annotations.from_stack(stack).find_warning("*", words)
    return [(each.id, str(each.entry.data)) for each in found]


def connect(stack: Stack, *functions: lambda_.IFunction) -> list[tuple[str, str]]:
    for label, function in zip(("Shop", "Shop-EU"), functions, strict=True):
        CustomConnector(stack, label, function=function, label=label)
    return warned(stack)


def with_alias(stack: Stack) -> Pair:
    function = connector_function(stack)
    return function, function.add_alias("live")


def with_version(stack: Stack) -> Pair:
    function = connector_function(stack)
    return function.current_version, function


def two_aliases(stack: Stack) -> Pair:
    function = connector_function(stack)
    return function.add_alias("live"), function.add_alias("next")


def imported_version(stack: Stack) -> lambda_.IVersion:
    return lambda_.Version.from_version_arn(stack, "Version", f"{ARN}:7")


def imported_with_version(stack: Stack) -> Pair:
    return lambda_.Function.from_function_arn(stack, "Function", ARN), imported_version(stack)


def imported_with_alias(stack: Stack) -> Pair:
    alias = lambda_.Alias.from_alias_attributes(
        stack, "Alias", alias_name="live", alias_version=imported_version(stack)
    )
    return lambda_.Function.from_function_arn(stack, "Function", f"{ARN}:next"), alias


def imported_twice(stack: Stack) -> Pair:
    first, second = (
        lambda_.Function.from_function_name(stack, name, "crm") for name in ("First", "Second")
    )
    return first, second


SAME = [
    with_alias,
    with_version,
    two_aliases,
    imported_with_version,
    imported_with_alias,
    imported_twice,
]


@pytest.mark.parametrize("pair", SAME, ids=lambda pair: pair.__name__)
@pytest.mark.parametrize("is_turned", [False, True])
def test_one_function_by_two_names_is_not_warned_of(
    stack: Stack, pair: Callable[[Stack], Pair], is_turned: bool
) -> None:
    functions = pair(stack)
    assert connect(stack, *(functions[::-1] if is_turned else functions)) == []


def test_an_alias_of_another_function_is(stack: Stack) -> None:
    functions = connector_function(stack), connector_function(stack, "Other").add_alias("live")
    assert [path for path, _ in connect(stack, *functions)] == ["/Stack/Shop"]


def test_two_imported_functions_are(stack: Stack) -> None:
    functions = (
        lambda_.Function.from_function_arn(stack, name, f"{ARN}{name}") for name in ("1", "2")
    )
    assert [path for path, _ in connect(stack, *functions)] == ["/Stack/Shop"]


def test_functions_of_two_stacks_with_one_logical_id_are() -> None:
    app = unbundled_app()
    stacks = [Stack(app, name) for name in ("One", "Two")]
    for stack, label in zip(stacks, ("Shop", "Shop-EU"), strict=True):
        CustomConnector(stack, label, function=connector_function(stack), label=label)
    ((_, text),) = warned(stacks[0])
    # Whether both are in one account is known at deployment only.
    assert "if both stacks are deployed to one account and Region" in text


def test_a_label_of_the_same_function_hides_none_of_another(stack: Stack) -> None:
    function, other = connector_function(stack), connector_function(stack, "Other")
    for label, one in (("Shop-EU", function), ("Shop-US", other), ("Shop", function)):
        CustomConnector(stack, label, function=one, label=label)
    ((_, text),) = warned(stack)
    assert "the secrets of Shop-US" in text
