"""The right to read secrets stays in a role, whatever else an app does to its policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_iam as iam

from cdk_appflow_connector import CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.creation_order import awaited_by
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

READ = "secretsmanager:GetSecretValue"
OTHER = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}


@pytest.fixture
def role(stack: Stack) -> iam.Role:
    return iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def resource_of(role: iam.Role) -> iam.CfnRole:
    resource = role.node.default_child
    assert isinstance(resource, iam.CfnRole)
    return resource


def connect(stack: Stack, role: iam.Role, label: str = "Orders") -> None:
    function = connector_function(stack, f"{label}Function", role=role)
    CustomConnector(stack, label, function=function, label=label)


def named(name: str) -> iam.CfnRole.PolicyProperty:
    return iam.CfnRole.PolicyProperty(policy_name=name, policy_document=OTHER)


def policies_of(stack: Stack) -> dict[str, list[str]]:
    """The actions of the role's own policies and what they are on, by name."""
    policies = Synthesised(stack).the("AWS::IAM::Role", "Role")["Properties"]["Policies"]
    found = {
        policy["PolicyName"]: [_shown(each) for each in policy["PolicyDocument"]["Statement"]]
        for policy in policies
    }
    assert len(found) == len(policies)  # IAM admits a name once in a role
    return found


def _shown(statement: dict[str, Any]) -> str:
    resources = statement["Resource"]
    listed = resources if isinstance(resources, list) else [resources]
    return f"{statement['Action']} {[flat(each).rpartition('-')[0][-6:] for each in listed]}"


ORDERS, BOTH = [f"{READ} ['Orders']"], [f"{READ} ['Orders', '-Stock']"]


@pytest.mark.parametrize(
    ("name", "ours"), [("Other", "AppFlowSecrets"), ("AppFlowSecrets", "AppFlowSecrets1")]
)
def test_policies_that_are_set_after_the_connector_is_made_leave_it_its_right(
    stack: Stack, role: iam.Role, name: str, ours: str
) -> None:
    connect(stack, role)
    resource_of(role).policies = [named(name)]
    assert policies_of(stack) == {name: ["s3:GetObject ['']"], ours: ORDERS}


@pytest.mark.parametrize(
    "theirs",
    [
        named("AppFlowSecrets"),
        {"policyName": "AppFlowSecrets", "policyDocument": OTHER},
    ],
    ids=["property", "mapping"],
)
def test_a_policy_of_the_same_name_stays_beside_it(
    stack: Stack,
    role: iam.Role,
    theirs: Any,  # noqa: ANN401 - what the CDK admits
) -> None:
    resource_of(role).policies = [theirs]
    connect(stack, role)
    connect(stack, role, "Stock")
    found = policies_of(stack)
    assert found == {"AppFlowSecrets": ["s3:GetObject ['']"], "AppFlowSecrets1": BOTH}


def test_a_documents_object_of_the_same_name_is_no_error(stack: Stack) -> None:
    statement = iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"])
    role = iam.Role(
        stack,
        "Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={"AppFlowSecrets": iam.PolicyDocument(statements=[statement])},
    )
    connect(stack, role)
    assert policies_of(stack) == {
        "AppFlowSecrets": ["s3:GetObject ['']"],
        "AppFlowSecrets1": ORDERS,
    }


def test_policies_that_are_taken_out_leave_it_its_right(stack: Stack, role: iam.Role) -> None:
    connect(stack, role)
    resource_of(role).policies = None
    connect(stack, role, "Stock")
    resource_of(role).policies = []
    assert policies_of(stack) == {"AppFlowSecrets": BOTH}


def test_another_roles_policies_are_looked_at_too(stack: Stack, role: iam.Role) -> None:
    principal = iam.ServicePrincipal("lambda.amazonaws.com")
    connect(stack, iam.Role(stack, "First", assumed_by=principal), "Stock")
    connect(stack, role)
    resource_of(role).policies = []
    assert policies_of(stack) == {"AppFlowSecrets": ORDERS}


def test_policies_that_become_a_parameter_are_left_and_the_right_is_beside_them(
    stack: Stack, role: iam.Role
) -> None:
    connect(stack, role)
    resource_of(role).policies = CfnParameter(stack, "Own", type="CommaDelimitedList").value
    template = Synthesised(stack)
    assert template.the("AWS::IAM::Role", "Role")["Properties"]["Policies"] == {"Ref": "Own"}
    policy = template.id_of("AWS::IAM::Policy", "Role")
    assert READ in str(template.json["Resources"][policy])
    assert policy in awaited_by(template, template.id_of("Custom::AppFlowConnector"))


def test_the_template_is_the_same_when_it_is_made_twice(stack: Stack, role: iam.Role) -> None:
    connect(stack, role)
    resource_of(role).policies = [named("AppFlowSecrets")]
    assert policies_of(stack) == policies_of(stack)


OVERRIDES: dict[str, Callable[[iam.CfnRole], None]] = {
    "replaced": lambda role: role.add_property_override(
        "Policies", [{"PolicyName": "Own", "PolicyDocument": OTHER}]
    ),
    "emptied": lambda role: role.add_property_override("Policies", []),
    "deleted": lambda role: role.add_property_deletion_override("Policies"),
    "deleted by path": lambda role: role.add_deletion_override("Properties.Policies"),
    "other secrets": lambda role: role.add_property_override(
        "Policies.0.PolicyDocument.Statement.0.Resource", "arn:aws:secretsmanager:::secret:own"
    ),
}


@pytest.mark.parametrize("override", OVERRIDES.values(), ids=OVERRIDES)
@pytest.mark.parametrize("is_before", [True, False], ids=["before", "after"])
def test_an_override_that_takes_the_right_away_is_an_error(
    stack: Stack, role: iam.Role, override: Callable[[iam.CfnRole], None], is_before: bool
) -> None:
    if is_before:
        override(resource_of(role))
    connect(stack, role)
    if not is_before:
        override(resource_of(role))
    with pytest.raises(RuntimeError, match=rf"\[Stack/Role\] .*{READ} on .*cfn_role\.policies"):
        Synthesised(stack)


def test_a_role_of_another_stack_keeps_its_right_too() -> None:
    app = unbundled_app()
    owner, stack = (Stack(app, name) for name in ("Owner", "Stack"))
    role = iam.Role(owner, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    function = connector_function(owner, role=role)
    CustomConnector(stack, "Orders", function=function, label="Orders")
    resource_of(role).add_property_deletion_override("Policies")
    with pytest.raises(RuntimeError, match=r"\[Owner/Role\] .*without_policy_updates"):
        Synthesised(stack)


def test_an_override_that_keeps_the_right_is_admitted(stack: Stack, role: iam.Role) -> None:
    connect(stack, role)
    resource_of(role).add_property_override("Policies.0.PolicyName", "Renamed")
    resource_of(role).add_property_override("MaxSessionDuration", 7200)
    assert policies_of(stack) == {"Renamed": ORDERS}


def test_the_rights_of_labels_that_end_alike_are_told_apart(stack: Stack) -> None:
    principal = iam.ServicePrincipal("lambda.amazonaws.com")
    roles = [iam.Role(stack, name, assumed_by=principal) for name in ("Role", "Other")]
    for role, label in zip(roles, ("EU", "Shop-EU"), strict=True):
        connect(stack, role, label)
    resource_of(roles[0]).add_property_deletion_override("Policies")
    with pytest.raises(RuntimeError, match=r"\[Stack/Role\] ") as caught:
        Synthesised(stack)
    assert "Stack/Other" not in str(caught.value)
