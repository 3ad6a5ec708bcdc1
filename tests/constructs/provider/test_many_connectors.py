"""Many connectors of one provider: the cost of each, and IAM's quotas of the provider's role."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector, RegistrationProvider
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised
from tests.constructs.provider.role_quotas import (
    ATTACHED_POLICIES,
    INLINE_CHARACTERS,
    MANAGED_CHARACTERS,
    held,
)

PROVIDER = "AppFlowConnectorRegistration"
NATIVE = 4  # a function, its role, AppFlow's permission to invoke it, AWS::AppFlow::Connector


def with_a_function_each(connectors: int) -> Stack:
    stack = Stack(unbundled_app(), "Shop")
    for number in range(connectors):
        function = connector_function(stack, f"Function{number}")
        CustomConnector(stack, f"Connector{number}", function=function)
    return stack


def with_one_role(connectors: int, functions: int) -> Stack:
    """Connectors whose functions share a role, so that more of them fit into a stack."""
    stack = Stack(unbundled_app(), "Shop")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    shared = [
        connector_function(stack, f"Function{number}", role=role) for number in range(functions)
    ]
    for number in range(connectors):
        CustomConnector(stack, f"Connector{number}", function=shared[number % functions])
    return stack


def with_labels(*labels: str) -> Synthesised:
    stack = Stack(unbundled_app(), "Shop")
    function = connector_function(stack)
    for label in labels:
        CustomConnector(stack, label, function=function, label=label)
    return Synthesised(stack)


def policies(template: Synthesised) -> dict[str, Any]:
    kinds = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
    return {
        key: resource
        for kind in kinds
        for key, resource in template.of_type(kind).items()
        if "appflow:DescribeConnector" in json.dumps(resource)
    }


@pytest.fixture(scope="module")
def hundred() -> Stack:
    return with_one_role(connectors=100, functions=100)


@pytest.fixture(scope="module")
def four_hundred() -> Stack:
    stack = Stack(unbundled_app(), "Shop")
    functions = [connector_function(stack, f"Function{number}") for number in range(20)]
    for number in range(400):
        CustomConnector(stack, f"Connector{number}", function=functions[number % 20])
    return stack


@pytest.fixture(scope="module")
def template_of_hundred(hundred: Stack) -> Synthesised:
    return Synthesised(hundred)


@pytest.fixture(scope="module")
def template_of_four_hundred(four_hundred: Stack) -> Synthesised:
    return Synthesised(four_hundred)


def test_the_first_connector_costs_four_resources_more_than_the_native_one() -> None:
    template = Synthesised(with_a_function_each(1))
    assert len(template.json["Resources"]) == NATIVE + 4


def test_each_further_connector_costs_no_resource_more_than_a_native_one() -> None:
    sizes = [len(Synthesised(with_a_function_each(n)).json["Resources"]) for n in (1, 18)]
    assert sizes[1] - sizes[0] == 17 * NATIVE


def test_a_further_connector_of_a_function_costs_its_registration_alone() -> None:
    sizes = [
        len(with_labels(*labels).json["Resources"]) for labels in (["Orders"], ["Orders", "Stock"])
    ]
    assert sizes[1] - sizes[0] == 1


def test_a_hundred_connectors_can_all_be_changed_in_one_deployment(
    hundred: Stack, template_of_hundred: Synthesised
) -> None:
    provider = held(template_of_hundred, PROVIDER)
    # CloudFormation creates the new policies before it deletes the old ones.
    assert provider.own + 2 * sum(provider.inline.values()) <= INLINE_CHARACTERS
    assert 2 * len(provider.managed) <= ATTACHED_POLICIES
    assert max(provider.managed.values()) <= MANAGED_CHARACTERS
    assert warnings_of(hundred) == []


def test_a_hundred_connectors_fit_into_their_functions_role(
    template_of_hundred: Synthesised,
) -> None:
    functions = held(template_of_hundred, "Role")
    assert functions.own + sum(functions.inline.values()) <= INLINE_CHARACTERS
    assert len(functions.managed) < ATTACHED_POLICIES
    assert max(functions.managed.values()) <= MANAGED_CHARACTERS


def test_four_hundred_connectors_fit_into_their_providers_role(
    template_of_four_hundred: Synthesised,
) -> None:
    provider = held(template_of_four_hundred, PROVIDER)
    assert provider.own + 2 * sum(provider.inline.values()) <= INLINE_CHARACTERS
    assert len(provider.managed) < ATTACHED_POLICIES
    assert max(provider.managed.values()) <= MANAGED_CHARACTERS


@pytest.mark.parametrize("number", [0, 19])
def test_four_hundred_connectors_fit_into_their_functions_roles(
    template_of_four_hundred: Synthesised, number: int
) -> None:
    function = held(template_of_four_hundred, f"Function{number}ServiceRole")
    assert 0 < function.own <= INLINE_CHARACTERS


def test_more_connectors_than_one_deployment_can_change_are_warned_of(four_hundred: Stack) -> None:
    provider = four_hundred.node.find_child(PROVIDER)
    assert warnings_of(four_hundred) == [f"/{provider.node.path}"]


def warnings_of(stack: Stack) -> list[str]:
    words = Match.string_like_regexp("need more than 5 managed policies")
    return [found.id for found in Annotations.from_stack(stack).find_warning("*", words)]


@pytest.mark.parametrize("stack", ["hundred", "four_hundred"])
def test_each_connector_waits_for_the_policies_that_name_it_and_its_function(
    stack: str, request: pytest.FixtureRequest
) -> None:
    template: Synthesised = request.getfixturevalue(f"template_of_{stack}")
    granting = policies(template)
    for registration in template.of_type("Custom::AppFlowConnector").values():
        awaited = set(registration["DependsOn"]) & set(granting)
        assert len(awaited) <= 2
        wanted = registration["Properties"]
        assert names(granting, wanted["ConnectorLabel"]) <= awaited
        assert {key for key in granting if wanted["LambdaArn"] in invoked(granting[key])} <= awaited


def names(granting: dict[str, Any], label: str) -> set[str]:
    """The one policy that names a connector."""
    found = [key for key, policy in granting.items() if f'connector/{label}"' in json.dumps(policy)]
    assert len(found) == 1
    return set(found)


def invoked(policy: dict[str, Any]) -> list[Any]:
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    return [each for found in statements for each in listed(found)]


def listed(statement: dict[str, Any]) -> list[Any]:
    resources = statement["Resource"]
    return resources if isinstance(resources, list) else [resources]


@pytest.mark.parametrize(
    "labels",
    [("Orders",), ("Orders", "Returns"), ("Orders", "Stock", "Invoices")],
    ids=["removed", "renamed", "added"],
)
def test_other_labels_make_another_policy(labels: Sequence[str]) -> None:
    # An update would take an old label out of the policy before it is unregistered.
    before, after = with_labels("Orders", "Stock"), with_labels(*labels)
    assert not set(policies(before)) & set(policies(after))
    # Under one name, the new inline policy would overwrite the old one, and be deleted with it.
    assert not names_of_policies(before) & names_of_policies(after)


def names_of_policies(template: Synthesised) -> set[str]:
    return {policy["Properties"]["PolicyName"] for policy in policies(template).values()}


def test_the_same_labels_keep_their_policy() -> None:
    assert set(policies(with_labels("Orders"))) == set(policies(with_labels("Orders")))


def test_a_policy_may_be_referred_to_before_all_its_connectors_are_known() -> None:
    stack = Stack(unbundled_app(), "Shop")
    function = connector_function(stack)
    first = CustomConnector(stack, "Orders", function=function, label="Orders")
    policy = first.provider.node.find_child("Policy").node.default_child
    assert isinstance(policy, iam.CfnPolicy)
    assert stack.resolve(policy.ref) == {"Ref": next(iter(policies(with_labels("Orders"))))}
    CustomConnector(stack, "Stock", function=function, label="Stock")
    assert set(policies(Synthesised(stack))) == set(policies(with_labels("Orders", "Stock")))


def test_a_connector_added_last_changes_the_last_policy_only() -> None:
    labels = [f"Shop{number}".ljust(250, "x") for number in range(10, 60)]
    before, after = policies(with_labels(*labels)), policies(with_labels(*labels, "Stock"))
    assert len(before) > 2
    assert len(set(before) - set(after)) == 1


def test_each_stack_grants_what_its_connectors_need() -> None:
    app = unbundled_app()
    shop, stock = Stack(app, "Shop"), Stack(app, "Stock")
    provider = RegistrationProvider(shop, "Provider")
    for stack in (shop, stock):
        function = connector_function(stack)
        for label in ("Orders", "Returns"):
            CustomConnector(stack, label, function=function, provider=provider)
    for stack in (shop, stock):
        (policy,) = policies(Synthesised(stack)).values()
        assert len(listed(policy["Properties"]["PolicyDocument"]["Statement"][0])) == 2
    assert len(policies(Synthesised(shop))) == 1


def test_a_provider_of_twenty_stacks_keeps_to_its_roles_quotas() -> None:
    app = unbundled_app()
    provider = RegistrationProvider(Stack(app, "Shop"), "Provider")
    stacks = [Stack(app, f"Stack{number}") for number in range(20)]
    for stack in stacks:
        CustomConnector(stack, "Orders", function=connector_function(stack), provider=provider)
    found = [policies(Synthesised(stack)) for stack in stacks]
    kinds = [policy["Type"] for each in found for policy in each.values()]
    assert len(kinds) == 20
    assert 0 < kinds.count("AWS::IAM::ManagedPolicy") <= ATTACHED_POLICIES // 2


@pytest.mark.parametrize("grown", [3, 18])
def test_another_stacks_connectors_change_no_policys_type(grown: int) -> None:
    app = unbundled_app()
    shop, stock = Stack(app, "Shop"), Stack(app, "Stock")
    provider = RegistrationProvider(shop, "Provider")
    for number in range(grown):
        function = connector_function(shop, f"Function{number}")
        CustomConnector(shop, f"Connector{number}", function=function, provider=provider)
    CustomConnector(stock, "Orders", function=connector_function(stock), provider=provider)
    ((logical_id, policy),) = policies(Synthesised(stock)).items()
    # CloudFormation refuses to change the type of a resource.
    is_managed = policy["Type"] == "AWS::IAM::ManagedPolicy"
    assert is_managed == (grown == 18)
    assert is_managed == ("ManagedPolicy" in logical_id)


def test_aliases_with_the_longest_names_fit_into_the_providers_role() -> None:
    stack = Stack(unbundled_app(), "Shop")
    for number in range(30):
        function = connector_function(stack, f"Function{number}")
        alias = lambda_.Alias(
            stack,
            f"Alias{number}",
            alias_name="a" * 125 + f"{number:03}",
            version=function.current_version,
        )
        CustomConnector(stack, f"Connector{number}", function=alias)
    provider = held(Synthesised(stack), PROVIDER)
    assert provider.own + 2 * sum(provider.inline.values()) <= INLINE_CHARACTERS
    assert max(provider.managed.values()) <= MANAGED_CHARACTERS
