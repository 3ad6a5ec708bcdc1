"""How a connector's function gets the right to read its secrets."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

READ = "secretsmanager:GetSecretValue"
SECRETS = (
    "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}"
    ":secret:appflow!${AWS::AccountId}-"
)


def policies_of(stack: Stack, role: str) -> dict[str, list[dict[str, Any]]]:
    """The statements of a role's own policies, by name."""
    properties = Synthesised(stack).the("AWS::IAM::Role", role)["Properties"]
    return {
        policy["PolicyName"]: policy["PolicyDocument"]["Statement"]
        for policy in properties.get("Policies", [])
    }


def lambda_role(stack: Stack, construct_id: str, **policies: iam.PolicyDocument) -> iam.Role:
    principal = iam.ServicePrincipal("lambda.amazonaws.com")
    return iam.Role(stack, construct_id, assumed_by=principal, inline_policies=policies)


def test_the_right_is_in_the_functions_role_and_adds_no_resource(stack: Stack) -> None:
    CustomConnector(stack, "Orders", function=connector_function(stack), label="Orders")
    ((statement,),) = policies_of(stack, "FunctionServiceRole").values()
    assert statement["Action"] == READ
    assert flat(statement["Resource"]) == f"{SECRETS}Orders-*"
    policies = Synthesised(stack).of_type("AWS::IAM::Policy")
    assert [name for name in policies if name.startswith("Function")] == []


def test_connectors_whose_functions_share_a_role_share_one_policy(stack: Stack) -> None:
    role = lambda_role(stack, "Shared")
    for name in ("Orders", "Invoices"):
        function = connector_function(stack, f"{name}Function", role=role)
        CustomConnector(stack, name, function=function, label=name)
    ((statement,),) = policies_of(stack, "Shared").values()
    assert [flat(arn) for arn in statement["Resource"]] == [
        f"{SECRETS}Invoices-*",
        f"{SECRETS}Orders-*",
    ]


def test_a_roles_other_policies_stay(stack: Stack) -> None:
    statement = iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"])
    role = lambda_role(stack, "Role", Own=iam.PolicyDocument(statements=[statement]))
    CustomConnector(stack, "Orders", function=connector_function(stack, role=role))
    role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=["*"]))
    actions = [each["Action"] for each in Synthesised(stack).statements("Role")]
    assert actions == ["s3:GetObject", READ, "sqs:SendMessage"]


def test_the_role_of_an_aliass_function_gets_the_right(stack: Stack) -> None:
    function = connector_function(stack)
    alias = lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)
    CustomConnector(stack, "Orders", function=alias)
    assert [s[0]["Action"] for s in policies_of(stack, "FunctionServiceRole").values()] == [READ]


def test_a_label_that_is_a_parameter_may_depend_on_the_function(stack: Stack) -> None:
    """In the role, such a label could make a cycle: function, role, label, function."""
    function = connector_function(stack)
    CustomConnector(stack, "Orders", function=function, label=f"crm-{function.function_name}")
    assert policies_of(stack, "FunctionServiceRole") == {}
    (statement,) = Synthesised(stack).statements("FunctionServiceRole")
    assert statement["Action"] == READ


def test_a_roles_policies_that_are_a_parameter_stay(stack: Stack) -> None:
    function = connector_function(stack)
    assert function.role is not None
    resource = function.role.node.default_child
    assert isinstance(resource, iam.CfnRole)
    parameter = CfnParameter(stack, "Policies", type="CommaDelimitedList")
    resource.policies = parameter.value
    CustomConnector(stack, "Orders", function=function)
    role = Synthesised(stack).the("AWS::IAM::Role", "FunctionServiceRole")
    assert role["Properties"]["Policies"] == {"Ref": "Policies"}
    assert READ in [each["Action"] for each in attached(stack)]


def test_a_precreated_role_is_left_alone() -> None:
    stack = Stack(unbundled_app(), "Stack")
    iam.Role.customize_roles(stack, use_precreated_roles={"Stack/Function/ServiceRole": "ready"})
    CustomConnector(stack, "Orders", function=connector_function(stack))
    roles = Synthesised(stack).of_type("AWS::IAM::Role")
    assert not [name for name in roles if name.startswith("Function")]


@pytest.mark.parametrize("labels", [("Shop", "Shop-EU"), ("Shop-EU", "Shop")])
def test_a_function_that_can_read_anothers_secrets_is_warned_of(
    stack: Stack, labels: tuple[str, str]
) -> None:
    for label in labels:
        CustomConnector(
            stack, label, function=connector_function(stack, f"{label}Function"), label=label
        )
    words = "function of the connector Shop can also read the secrets of Shop-EU"
    Annotations.from_stack(stack).has_warning("/Stack/Shop", Match.string_like_regexp(words))


def test_labels_that_do_not_overlap_are_not_warned_of(stack: Stack) -> None:
    shared = connector_function(stack, "Shared")
    for label in ("Shop", "Shop-EU"):  # of one function
        CustomConnector(stack, label, function=shared, label=label)
    for label in ("Store", "StoreEU", "Store_EU", "A-B-C", "B-C"):
        CustomConnector(
            stack, label, function=connector_function(stack, f"{label}Function"), label=label
        )
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def attached(stack: Stack) -> list[dict[str, Any]]:
    policies = Synthesised(stack).of_type("AWS::IAM::Policy").values()
    return [
        statement
        for policy in policies
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
