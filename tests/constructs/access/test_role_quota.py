"""Whatever shares a role, IAM's quotas of the role are kept, or synthesis says that they aren't."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import CfnParameter, Environment, Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector, RegistrationProvider
from harness.synth.apps import unbundled_app
from harness.synth.creation_order import awaited_by
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat
from tests.constructs.provider.role_quotas import (
    ATTACHED_POLICIES,
    INLINE_CHARACTERS,
    MANAGED_CHARACTERS,
    Held,
    held,
)

LONG = 256
POLICIES = ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")


def role_of(stack: Stack, *, own: int = 0, attached: int = 0) -> iam.Role:
    """A role for functions, with policies of its own.

    Args:
        stack: the stack.
        own: about so many characters of inline policies.
        attached: so many managed policies.
    """
    resources = [f"arn:aws:s3:::{number:040}/*" for number in range(own // 60)]
    statement = iam.PolicyStatement(actions=["s3:GetObject"], resources=resources)
    document = iam.PolicyDocument(statements=[statement])
    principal = iam.ServicePrincipal("lambda.amazonaws.com")
    policies = {"Own": document} if own else None
    role = iam.Role(stack, "Shared", assumed_by=principal, inline_policies=policies)
    for number in range(attached):
        arn = f"arn:aws:iam::123456789012:policy/Own{number}"
        role.add_managed_policy(iam.ManagedPolicy.from_managed_policy_arn(stack, arn[-5:], arn))
    return role


def label(number: int, length: int) -> str:
    return f"Shop{number:03}".ljust(length, "x")


def connect(
    stack: Stack, role: iam.IRole, labels: list[str], provider: RegistrationProvider | None = None
) -> None:
    function = connector_function(stack, role=role)
    for number, each in enumerate(labels):
        CustomConnector(
            stack, f"Connector{number}", function=function, label=each, provider=provider
        )


def labels(count: int, length: int = 20) -> list[str]:
    return [label(number, length) for number in range(count)]


def assert_kept(found: Held) -> None:
    assert found.own + sum(found.inline.values()) <= INLINE_CHARACTERS
    assert len(found.managed) < ATTACHED_POLICIES
    assert max(found.managed.values(), default=0) <= MANAGED_CHARACTERS


def readers(template: Synthesised) -> Iterator[tuple[str, str]]:
    """Each secret that a role may read, with the logical id of the resource that grants it."""
    for kind in POLICIES:
        for key, resource in template.of_type(kind).items():
            for statement in statements_of(resource["Properties"]):
                if statement["Action"] == "secretsmanager:GetSecretValue":
                    resources = statement["Resource"]
                    listed = resources if isinstance(resources, list) else [resources]
                    yield from ((flat(each), key) for each in listed)


def statements_of(properties: dict[str, Any]) -> list[dict[str, Any]]:
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
    return [statement for document in documents for statement in document["Statement"]]


def assert_each_may_read_its_secrets(template: Synthesised, wanted: list[str]) -> None:
    found = list(readers(template))
    assert len(found) == len(wanted)
    granted_by = {secret.partition("!${AWS::AccountId}-")[2]: key for secret, key in found}
    for name, registration in template.of_type("Custom::AppFlowConnector").items():
        key = granted_by[f"{registration['Properties']['ConnectorLabel']}-*"]
        assert key in awaited_by(template, name)


@pytest.mark.parametrize(
    ("count", "length", "own"),
    [(100, 20, 0), (100, LONG, 0), (32, LONG, 0), (60, 64, 9_000), (5, 20, 10_100)],
    ids=["many", "with long labels", "a few with long labels", "with policies", "nearly full"],
)
def test_functions_that_share_a_role_keep_to_its_quotas(
    stack: Stack, count: int, length: int, own: int
) -> None:
    wanted = labels(count, length)
    connect(stack, role_of(stack, own=own), wanted)
    template = Synthesised(stack)
    assert_kept(held(template, "Shared"))
    assert_each_may_read_its_secrets(template, wanted)


def test_a_connector_of_a_managed_policy_is_registered_after_it(stack: Stack) -> None:
    connect(stack, role_of(stack), labels(60, LONG))
    template = Synthesised(stack)
    last = template.of_type("Custom::AppFlowConnector")
    (registration,) = [key for key in last if key.startswith("Connector59")]
    (reading,) = [key for secret, key in readers(template) if label(59, LONG) in secret]
    assert template.json["Resources"][reading]["Type"] == "AWS::IAM::ManagedPolicy"
    assert reading in awaited_by(template, registration)


def test_a_role_is_written_after_its_managed_policies_which_follow_their_labels() -> None:
    """A right moves by one update of the role, between the policies that are new and the old."""
    found = []
    for added in ([], [f"A{label(0, LONG - 1)}"]):
        stack = Stack(unbundled_app(), "Stack")
        connect(stack, role_of(stack), [*added, *labels(60, LONG)])
        template = Synthesised(stack)
        policies = {
            key: each["Properties"]["PolicyDocument"]
            for key, each in template.of_type("AWS::IAM::ManagedPolicy").items()
            if "AppFlowSecrets" in key
        }
        assert len(policies) > 2
        assert policies.keys() <= awaited_by(template, template.id_of("AWS::IAM::Role", "Shared"))
        found.append(policies)
    before, after = found
    assert before.keys() - after.keys()
    assert all(after[key] == before[key] for key in before.keys() & after.keys())


@pytest.mark.parametrize("length", [20, LONG])
def test_labels_that_are_known_at_deployment_keep_to_the_quotas(stack: Stack, length: int) -> None:
    imported = [Fn.import_value(f"{label(number, length)}") for number in range(15)]
    connect(stack, role_of(stack, own=5_000), imported)
    assert_kept(held(Synthesised(stack), "Shared"))


def test_a_role_of_functions_and_provider_keeps_to_its_quotas(stack: Stack) -> None:
    role = role_of(stack, own=2_000)
    provider = RegistrationProvider(stack, "Provider", role=role)
    connect(stack, role, labels(60, 64), provider)
    found = held(Synthesised(stack), "Shared")
    # A deployment may have to create a new policy of the provider before it deletes the old one.
    replaced = max(size for key, size in found.inline.items() if key.startswith("ProviderPolicy"))
    assert found.own + sum(found.inline.values()) + replaced <= INLINE_CHARACTERS
    assert_kept(found)


def test_providers_that_share_a_role_keep_to_its_quotas(stack: Stack) -> None:
    role = role_of(stack)
    function = connector_function(stack)
    for number in range(4):
        provider = RegistrationProvider(stack, f"Provider{number}", role=role)
        for each in range(18):
            name = f"Connector{number}x{each:02}"
            CustomConnector(stack, name, function=function, label=name, provider=provider)
    assert_kept(held(Synthesised(stack), "Shared"))


def test_stacks_that_import_a_role_count_its_policies_together() -> None:
    app = unbundled_app()
    stacks = []
    for number in range(4):
        env = Environment(account="123456789012", region="eu-west-1")
        stack = Stack(app, f"Stack{number}", env=env)
        role = iam.Role.from_role_name(stack, "Theirs", "theirs")
        wanted = [f"S{number}{each}" for each in labels(12, LONG)]
        connect(stack, role, [each[:LONG] for each in wanted])
        stacks.append(stack)
    sizes = [
        len(json.dumps(policy["Properties"]["PolicyDocument"], separators=(",", ":")))
        for stack in stacks
        for policy in Synthesised(stack).of_type("AWS::IAM::Policy").values()
        if policy["Properties"]["Roles"] == ["theirs"]
    ]
    assert 0 < sum(sizes) <= INLINE_CHARACTERS


def test_more_managed_policies_than_iam_attaches_by_default_are_warned_of(stack: Stack) -> None:
    connect(stack, role_of(stack, attached=8), labels(56, LONG))
    words = Match.string_like_regexp("has 11 managed policies. IAM attaches at most 10 to a role")
    assert len(Annotations.from_stack(stack).find_warning("*", words)) == 1


def test_more_managed_policies_than_iam_can_attach_are_refused(stack: Stack) -> None:
    with pytest.raises(ValueError, match="more than the 20 managed policies that IAM attaches"):
        connect(stack, role_of(stack, attached=18), labels(75, LONG))


def test_as_many_managed_policies_as_iam_attaches_by_default_are_not_warned_of(
    stack: Stack,
) -> None:
    connect(stack, role_of(stack, attached=8), labels(32, LONG))
    assert Annotations.from_stack(stack).find_warning("*", Match.any_value()) == []


def test_rights_that_the_app_adds_by_other_ways_count_too(stack: Stack) -> None:
    role = role_of(stack, own=5_000)
    connect(stack, role, labels(2))
    for number in range(100):
        resource = f"arn:aws:s3:::{number:050}/*"
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[resource]))
    with pytest.raises(RuntimeError, match=r"'Stack/Shared' have at least [0-9,]+ characters"):
        Synthesised(stack)


def test_a_role_with_room_for_the_apps_other_rights_is_said_nothing_of(stack: Stack) -> None:
    role = role_of(stack, own=2_000)
    connect(stack, role, labels(3))
    parameter = CfnParameter(stack, "Bucket").value_as_string
    role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[parameter]))
    assert_kept(held(Synthesised(stack), "Shared"))


def test_a_function_with_a_role_of_its_own_gets_no_further_policy(stack: Stack) -> None:
    function = connector_function(stack)
    assert isinstance(function, lambda_.Function)
    CustomConnector(stack, "Orders", function=function, label="Orders")
    assert Synthesised(stack).of_type("AWS::IAM::ManagedPolicy") == {}
