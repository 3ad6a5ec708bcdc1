"""A warning is heard where it is acknowledged, on every aws-cdk-lib that is supported.

`make test-floor` runs this on the oldest one, which forgets what was acknowledged on a construct
before the construct is warned of.
"""

from __future__ import annotations

import pytest
from aws_cdk import Annotations, Stack
from aws_cdk.assertions import Annotations as Found
from aws_cdk.assertions import Match
from constructs import Construct

from cdk_appflow_connector import CustomConnector
from cdk_appflow_connector.synth_warnings import PREFIX, WarningId, inform, warn
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function

OVERLAP = f"{PREFIX}{WarningId.OVERLAPPING_LABELS.value}"
LABELS = ("Shop", "Shop-EU")
BOTH_ORDERS = pytest.mark.parametrize("labels", [LABELS, LABELS[::-1]], ids=["short", "long"])


def connect(stack: Stack, label: str) -> CustomConnector:
    function = connector_function(stack, f"{label}Function")
    return CustomConnector(stack, label, function=function, label=label)


def acknowledge(construct: Construct, warning_id: str = OVERLAP) -> None:
    Annotations.of(construct).acknowledge_warning(warning_id, "the same team owns both")


def warned(stack: Stack) -> list[str]:
    return [found.id for found in Found.from_stack(stack).find_warning("*", Match.any_value())]


@BOTH_ORDERS
def test_a_pair_is_warned_of_once_whichever_is_made_first(
    stack: Stack, labels: tuple[str, str]
) -> None:
    for label in labels:
        connect(stack, label)
    assert warned(stack) == ["/Stack/Shop"]


@BOTH_ORDERS
@pytest.mark.parametrize("heard", LABELS)
def test_a_pair_is_acknowledged_on_either_once_both_are_made(
    stack: Stack, labels: tuple[str, str], heard: str
) -> None:
    made = {label: connect(stack, label) for label in labels}
    acknowledge(made[heard])
    assert warned(stack) == []


@BOTH_ORDERS
@pytest.mark.parametrize("heard", LABELS)
def test_a_pair_is_acknowledged_on_either_where_that_one_is_made(
    stack: Stack, labels: tuple[str, str], heard: str
) -> None:
    for label in labels:
        connector = connect(stack, label)
        if label == heard:
            acknowledge(connector)
    assert warned(stack) == []


@pytest.mark.parametrize("heard", LABELS)
def test_an_id_of_before_it_was_renamed_is_heard_too(stack: Stack, heard: str) -> None:
    made = {label: connect(stack, label) for label in LABELS}
    acknowledge(made[heard], f"{PREFIX}alikeLabels")
    assert warned(stack) == []


@pytest.mark.parametrize("is_before", [True, False], ids=["before", "after"])
def test_a_pair_is_acknowledged_on_its_stack(stack: Stack, is_before: bool) -> None:
    if is_before:
        acknowledge(stack)
    for label in LABELS:
        connect(stack, label)
    if not is_before:
        acknowledge(stack)
    assert warned(stack) == []


def test_a_pair_in_two_stacks_is_acknowledged_in_either() -> None:
    app = unbundled_app()
    stacks = [Stack(app, name) for name in ("One", "Two")]
    connectors = [connect(stack, label) for stack, label in zip(stacks, LABELS, strict=True)]
    acknowledge(connectors[1])
    assert [warned(stack) for stack in stacks] == [[], []]


def test_an_acknowledgement_of_one_pair_is_not_one_of_another(stack: Stack) -> None:
    for label in (*LABELS, "Store"):
        connect(stack, label)
    acknowledge(connect(stack, "Store-EU"))
    assert warned(stack) == ["/Stack/Shop"]


def test_another_warnings_acknowledgement_silences_nothing(stack: Stack) -> None:
    for label in LABELS:
        other = connect(stack, label)
        Annotations.of(other).acknowledge_warning(f"{PREFIX}preflight", "as meant")
    assert warned(stack) == ["/Stack/Shop"]


def test_a_construct_that_is_warned_of_later_is_heard(stack: Stack) -> None:
    """As a provider is, of too many connectors."""
    construct = Construct(stack, "Provider")
    Annotations.of(construct).acknowledge_warning(f"{PREFIX}preflight", "as meant")
    warn(construct, WarningId.PREFLIGHT, "AppFlow may refuse it")
    assert warned(stack) == []
    assert construct.node.children == []


@pytest.mark.parametrize("is_before", [True, False], ids=["before", "after"])
def test_an_information_is_acknowledged_as_a_warning_is(stack: Stack, is_before: bool) -> None:
    constructs = [Construct(stack, name) for name in ("Heard", "Other")]
    full_id = f"{PREFIX}{WarningId.APPFLOW_NOT_IN_REGION.value}"
    if is_before:
        Annotations.of(constructs[0]).acknowledge_warning(full_id, "as meant")
    for construct in constructs:
        inform(construct, WarningId.APPFLOW_NOT_IN_REGION, "no AppFlow")
    if not is_before:
        Annotations.of(constructs[0]).acknowledge_warning(full_id, "as meant")
    found = Found.from_stack(stack).find_info("*", Match.any_value())
    assert [(each.id, each.entry.data) for each in found] == [
        ("/Stack/Other", f"no AppFlow [ack: {full_id}]")
    ]
