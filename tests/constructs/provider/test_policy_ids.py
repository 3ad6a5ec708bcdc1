"""The logical ids of the provider's policies."""

from __future__ import annotations

from itertools import permutations

import pytest
from aws_cdk import App, Stack
from constructs import Construct

from cdk_appflow_connector import CustomConnector, RegistrationProvider
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised

LONGEST = 255
"""Characters of a logical id (CloudFormation user guide, quotas)."""


def ids_of(stack: Stack) -> set[str]:
    found = Synthesised(stack)
    return {
        *found.of_type("AWS::IAM::Policy"),
        *found.of_type("AWS::IAM::ManagedPolicy"),
    }


def stack_with(*labels: str) -> Stack:
    stack = Stack(App(), "Shop")
    function = connector_function(stack)
    for label in labels:
        CustomConnector(stack, label, function=function, label=label)
    return stack


def test_they_do_not_depend_on_the_order_in_which_connectors_are_made() -> None:
    orders = permutations(("Orders", "Stock", "Invoices"))
    assert len({tuple(sorted(ids_of(stack_with(*labels)))) for labels in orders}) == 1


def deep(stack: Stack, depth: int) -> Construct:
    scope: Construct = stack
    for number in range(depth):
        scope = Construct(scope, f"{number}{'Part' * 20}")
    return scope


@pytest.mark.parametrize("depth", [2, 3, 4, 8])
def test_they_have_at_most_255_characters_however_long_the_path_is(depth: int) -> None:
    stack = Stack(App(), "Shop")
    around = deep(stack, depth)
    scopes = [Construct(around, name) for name in ("One", "Two")]
    for number, scope in enumerate(scopes):
        provider = RegistrationProvider(scope, "Provider")
        function = connector_function(scope)
        CustomConnector(scope, "Orders", function=function, label=f"L{number}", provider=provider)
    resources = Synthesised(stack).json["Resources"]
    assert max(map(len, resources)) <= LONGEST
    assert all(key.isalnum() for key in resources)
    assert len(ids_of(stack)) == 2


def test_ids_that_are_cut_still_follow_the_labels() -> None:
    found = set()
    for label in ("Orders", "Stock"):
        stack = Stack(App(), "Shop")
        scope = deep(stack, 4)
        provider = RegistrationProvider(scope, "Provider")
        function = connector_function(scope)
        CustomConnector(scope, "Connector", function=function, label=label, provider=provider)
        found |= ids_of(stack)
    assert len(found) == 2
