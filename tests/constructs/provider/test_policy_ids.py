"""The logical ids of the provider's policies."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_appflow_connector import CustomConnector, RegistrationProvider
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

LONGEST = 255
"""Characters of a logical id (CloudFormation user guide, quotas)."""


def ids_of(stack: Stack) -> set[str]:
    found = Synthesised(stack)
    return {
        *found.of_type("AWS::IAM::Policy"),
        *found.of_type("AWS::IAM::ManagedPolicy"),
    }


def stack_with(*labels: str) -> Stack:
    stack = Stack(unbundled_app(), "Shop")
    function = connector_function(stack)
    for label in labels:
        CustomConnector(stack, short(label), function=function, label=label)
    return stack


def with_a_function_each(*labels: str) -> Stack:
    stack = Stack(unbundled_app(), "Shop")
    for label in labels:
        function = connector_function(stack, f"{short(label)}Function")
        CustomConnector(stack, short(label), function=function, label=label)
    return stack


def with_a_function_for_three(*labels: str) -> Stack:
    """Which of its connectors is made first is another one in each order."""
    stack = Stack(unbundled_app(), "Shop")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    functions = {
        number: connector_function(stack, f"Function{number}", role=role) for number in range(3)
    }
    for label in labels:
        CustomConnector(stack, short(label), function=functions[len(label) % 3], label=label)
    return stack


def two_stacks_of_one_provider(*labels: str) -> Stack:
    app = unbundled_app()
    stack, other = Stack(app, "Shop"), Stack(app, "Provider")
    provider = RegistrationProvider(other, "Provider")
    function = connector_function(stack)
    for label in labels:
        CustomConnector(stack, short(label), function=function, label=label, provider=provider)
    return stack


def long(name: str, number: int) -> str:
    """A label that takes much room, so that few connectors need several policies."""
    return f"{name}{number}".ljust(248 + number % 3, "x")


def short(label: str) -> str:
    return label.rstrip("x")


FEW = ["Orders", "Stock", "Invoices"]
MANY = [long("Shop", number) for number in range(7, 37)]


@pytest.mark.parametrize("labels", [FEW, MANY], ids=len)
@pytest.mark.parametrize(
    "make",
    [stack_with, with_a_function_each, with_a_function_for_three, two_stacks_of_one_provider],
)
def test_the_order_in_which_connectors_are_made_changes_nothing(
    make: Callable[..., Stack], labels: list[str]
) -> None:
    shuffled = Random(7).sample(labels, len(labels))  # noqa: S311 - the same each time
    template = Synthesised(make(*labels)).json
    kinds = [resource["Type"] for resource in template["Resources"].values()]
    assert ("AWS::IAM::ManagedPolicy" in kinds) == (labels == MANY)
    for order in (labels[::-1], shuffled):
        assert Synthesised(make(*order)).json == template


def labels_in(policy: dict[str, Any]) -> set[str]:
    statement = policy["Properties"]["PolicyDocument"]["Statement"][0]
    return {flat(resource).rpartition("/")[2] for resource in statement["Resource"]}


def granting(stack: Stack) -> dict[str, set[str]]:
    """The labels that each of the provider's policies names."""
    found = Synthesised(stack)
    kinds = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
    policies = {key: each for kind in kinds for key, each in found.of_type(kind).items()}
    return {
        key: labels_in(policy)
        for key, policy in policies.items()
        if key.startswith("AppFlowConnectorRegistration")
    }


@pytest.fixture(scope="module")
def before() -> dict[str, set[str]]:
    found = granting(stack_with(*MANY, *(long("Store", number) for number in range(30))))
    assert len(found) > 3
    return found


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ("add", long("Shop", 30)),
        ("remove", long("Store", 0)),
        ("rename", long("Store", 22)),
        ("rename", long("Shop", 30)),
    ],
    ids=["add", "remove", "rename late", "rename early"],
)
def test_a_change_takes_no_label_out_of_a_policy_and_leaves_most_policies_alone(
    before: dict[str, set[str]], change: str, label: str
) -> None:
    labels = {each for policy in before.values() for each in policy}
    labels -= {label} if change != "add" else set()
    labels |= {f"{label}y"} if change != "remove" else set()
    after = granting(stack_with(*labels))
    assert {key: after[key] for key in after if key in before} == {
        key: before[key] for key in before if key in after
    }
    assert len(before.keys() - after.keys()) <= 2
    assert set.union(*after.values()) == labels


def deep(stack: Stack, depth: int) -> Construct:
    scope: Construct = stack
    for number in range(depth):
        scope = Construct(scope, f"{number}{'Part' * 20}")
    return scope


@pytest.mark.parametrize("depth", [2, 3, 4, 8])
def test_they_have_at_most_255_characters_however_long_the_path_is(depth: int) -> None:
    stack = Stack(unbundled_app(), "Shop")
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
        stack = Stack(unbundled_app(), "Shop")
        scope = deep(stack, 4)
        provider = RegistrationProvider(scope, "Provider")
        function = connector_function(scope)
        CustomConnector(scope, "Connector", function=function, label=label, provider=provider)
        found |= ids_of(stack)
    assert len(found) == 2
