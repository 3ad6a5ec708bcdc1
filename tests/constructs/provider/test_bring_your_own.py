"""A provider with the user's role, network, keys and limits; aspects, tags and boundaries."""

from __future__ import annotations

import json
import re
from typing import Any

import jsii
import pytest
from aws_cdk import Aspects, CfnResource, Environment, IAspect, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Annotations, Match
from constructs import IConstruct

from cdk_appflow_connector import CustomConnector, RegistrationProvider
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

BOUNDARY = "arn:aws:iam::123456789012:policy/Boundary"
SIGNING = "arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdef0"
# The types that the library makes and CloudFormation can't tag.
UNTAGGED = {"AWS::IAM::Policy", "AWS::Lambda::Permission", "Custom::AppFlowConnector"}


@jsii.implements(IAspect)
class Seen:
    """An aspect that records the resources it visits."""

    def __init__(self) -> None:
        self.logical_ids: set[str] = set()

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, CfnResource):
            self.logical_ids.add(Stack.of(node).resolve(node.logical_id))


SEEN = Seen()


def connect(stack: Stack, provider: RegistrationProvider | None = None) -> None:
    function = connector_function(stack)
    label = f"Label-{stack.stack_name}"
    CustomConnector(stack, "Orders", function=function, label=label, provider=provider)


def lambdas_role(stack: Stack) -> iam.Role:
    return iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def with_everything(stack: Stack) -> None:
    vpc = ec2.Vpc(stack, "Network", max_azs=1, nat_gateways=0)
    provider = RegistrationProvider(
        stack,
        "Provider",
        role=lambdas_role(stack),
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        security_groups=[ec2.SecurityGroup(stack, "Group", vpc=vpc)],
        environment_encryption=kms.Key(stack, "Key"),
        log_group=logs.LogGroup(stack, "Audited"),
        reserved_concurrent_executions=2,
        code_signing_config=lambda_.CodeSigningConfig.from_code_signing_config_arn(
            stack, "Signing", SIGNING
        ),
    )
    connect(stack, provider)


def with_nothing(stack: Stack) -> None:
    connect(stack)
    boundary = iam.ManagedPolicy.from_managed_policy_arn(stack, "Boundary", BOUNDARY)
    iam.PermissionsBoundary.of(stack).apply(boundary)
    Tags.of(stack).add("Owner", "security")
    Aspects.of(stack).add(SEEN)


def with_role(stack: Stack, role: iam.IRole) -> None:
    connect(stack, RegistrationProvider(stack, "Provider", role=role))


@pytest.fixture(scope="module")
def stacks() -> dict[str, Stack]:
    """Stacks of one app, which is synthesised once."""
    app = unbundled_app()
    names = ("Everything", "Nothing", "NoUpdates", "Immutable", "Imported")
    made = {name: Stack(app, name) for name in names}
    with_everything(made["Everything"])
    with_nothing(made["Nothing"])
    with_role(made["NoUpdates"], lambdas_role(made["NoUpdates"]).without_policy_updates())
    arn = "arn:aws:iam::123456789012:role/Theirs"
    immutable = iam.Role.from_role_arn(made["Immutable"], "Theirs", arn, mutable=False)
    with_role(made["Immutable"], immutable)
    with_role(made["Imported"], iam.Role.from_role_name(made["Imported"], "Theirs", "theirs"))
    return made


@pytest.fixture(scope="module")
def own(stacks: dict[str, Stack]) -> Synthesised:
    """A provider to which everything is given."""
    return Synthesised(stacks["Everything"])


@pytest.fixture(scope="module")
def plain(stacks: dict[str, Stack]) -> Synthesised:
    """A provider to which nothing is given, with a boundary, tags and an aspect on its stack."""
    return Synthesised(stacks["Nothing"])


def allowed(statements: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Each allowed action with each resource, without logical ids and labels."""
    return {
        (action, re.sub(r"\$\{[A-Z]\w+\.Arn\}|Label-\w+", "…", flat(resource)))
        for statement in statements
        if statement["Effect"] == "Allow"
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def listed(value: Any) -> list[Any]:  # noqa: ANN401 - any template value
    return value if isinstance(value, list) else [value]


def test_the_provider_runs_with_the_given_role(own: Synthesised) -> None:
    function = own.the("AWS::Lambda::Function", "Provider")
    mine = own.id_of("AWS::IAM::Role", "Mine")
    assert function["Properties"]["Role"] == {"Fn::GetAtt": [mine, "Arn"]}
    assert not [each for each in own.of_type("AWS::IAM::Role") if each.startswith("Provider")]


def test_the_given_role_gets_the_rights_that_the_default_one_has(
    own: Synthesised, plain: Synthesised
) -> None:
    added = {right for right in allowed(own.statements("Mine")) if right[0].startswith("ec2:")}
    expected = allowed(plain.statements("AppFlowConnectorRegistrationRole"))
    assert allowed(own.statements("Mine")) == expected | added


def test_the_provider_is_created_after_the_given_roles_rights(own: Synthesised) -> None:
    function = own.the("AWS::Lambda::Function", "Provider")
    assert own.id_of("AWS::IAM::Policy", "ProviderRegistration") in function["DependsOn"]


def test_a_provider_in_a_vpc_may_create_network_interfaces(own: Synthesised) -> None:
    rights = {right for right in allowed(own.statements("Mine")) if right[0].startswith("ec2:")}
    assert rights == {
        ("ec2:AssignPrivateIpAddresses", "*"),
        ("ec2:CreateNetworkInterface", "*"),
        ("ec2:DeleteNetworkInterface", "*"),
        ("ec2:DescribeNetworkInterfaces", "*"),
        ("ec2:DescribeSubnets", "*"),
        ("ec2:UnassignPrivateIpAddresses", "*"),
    }


@pytest.mark.parametrize("role", ["given", "default"])
def test_a_provider_in_a_vpc_denies_its_own_code_what_it_lets_lambda_do(
    own: Synthesised, role: str
) -> None:
    template, starting = (own, "Mine") if role == "given" else (in_a_vpc(), "Provider")
    (denied,) = [each for each in template.statements(starting) if each["Effect"] == "Deny"]
    function = template.id_of("AWS::Lambda::Function", "Provider")
    arn = {"Fn::GetAtt": [function, "Arn"]}
    assert denied["Condition"] == {"ArnEquals": {"lambda:SourceFunctionArn": arn}}
    assert denied["Resource"] == "*"
    rights = {action for action, _ in allowed(template.statements(starting)) if "ec2:" in action}
    assert set(denied["Action"]) == {*rights, "ec2:DetachNetworkInterface"}


def test_nothing_is_registered_before_its_code_is_denied_that(own: Synthesised) -> None:
    registration = own.the("Custom::AppFlowConnector")
    assert own.id_of("AWS::IAM::Policy", "ProviderNetworkInterfaces") in registration["DependsOn"]


def test_a_provider_in_no_vpc_denies_nothing(plain: Synthesised) -> None:
    statements = plain.statements("AppFlowConnectorRegistrationRole")
    assert {each["Effect"] for each in statements} == {"Allow"}


def in_a_vpc() -> Synthesised:
    stack = Stack(unbundled_app(), "Networked")
    vpc = ec2.Vpc(stack, "Network", max_azs=1, nat_gateways=0)
    isolated = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    connect(stack, RegistrationProvider(stack, "Provider", vpc=vpc, vpc_subnets=isolated))
    return Synthesised(stack)


def test_flows_may_be_listed_and_nothing_else_of_appflow_but_what_has_no_resource_type(
    plain: Synthesised,
) -> None:
    rights = allowed(plain.statements("AppFlowConnectorRegistrationRole"))
    here = "arn:${AWS::Partition}:appflow:${AWS::Region}:${AWS::AccountId}"
    assert ("appflow:ListFlows", f"{here}:flow/*") in rights
    # Source: Service Authorization Reference, Amazon AppFlow.
    assert {action for action, resource in rights if resource == "*"} == {
        "appflow:DescribeConnectorProfiles",
        "appflow:RegisterConnector",
    }


def test_the_provider_has_the_given_network_keys_and_limits(own: Synthesised) -> None:
    properties = own.the("AWS::Lambda::Function", "Provider")["Properties"]
    group = own.id_of("AWS::EC2::SecurityGroup")
    assert properties["VpcConfig"]["SecurityGroupIds"] == [{"Fn::GetAtt": [group, "GroupId"]}]
    (subnet,) = properties["VpcConfig"]["SubnetIds"]
    assert subnet["Ref"].startswith("NetworkIsolatedSubnet1")
    assert properties["KmsKeyArn"] == {"Fn::GetAtt": [own.id_of("AWS::KMS::Key"), "Arn"]}
    assert properties["ReservedConcurrentExecutions"] == 2
    assert properties["CodeSigningConfigArn"] == SIGNING


def test_the_provider_logs_to_the_given_group_and_makes_none(own: Synthesised) -> None:
    (group,) = own.of_type("AWS::Logs::LogGroup")
    assert group.startswith("Audited")
    properties = own.the("AWS::Lambda::Function", "Provider")["Properties"]
    assert properties["LoggingConfig"] == {"LogGroup": {"Ref": group}}


@pytest.mark.parametrize("name", ["NoUpdates", "Immutable"])
def test_warnings_say_what_a_role_that_accepts_no_policies_needs(
    stacks: dict[str, Stack], plain: Synthesised, name: str
) -> None:
    stack = stacks[name]
    texts = [
        str(found.entry.data)
        for found in Annotations.from_stack(stack).find_warning(
            "*", Match.string_like_regexp("accepts no policies from this stack")
        )
    ]
    assert len(texts) == 2
    given = [text.partition("has to grant it: ")[2] for text in texts]
    statements = [each for text in given for each in json.JSONDecoder().raw_decode(text)[0]]
    expected = allowed(plain.statements("AppFlowConnectorRegistrationRole"))
    assert allowed(statements) == expected
    policies = Synthesised(stack).of_type("AWS::IAM::Policy")
    assert not [each for each in policies if each.startswith("Provider")]
    assert Synthesised(stack).of_type("AWS::IAM::ManagedPolicy") == {}


def test_an_imported_role_gets_the_providers_policies(stacks: dict[str, Stack]) -> None:
    found = Synthesised(stacks["Imported"]).of_type("AWS::IAM::Policy")
    of_provider = [each for each in found if each.startswith("Provider")]
    assert [found[each]["Properties"]["Roles"] for each in of_provider] == [["theirs"]] * 2


def test_a_permissions_boundary_reaches_every_role(plain: Synthesised) -> None:
    roles = plain.of_type("AWS::IAM::Role").values()
    assert [role["Properties"]["PermissionsBoundary"] for role in roles] == [BOUNDARY] * 2


def test_tags_reach_every_resource_that_can_have_them(plain: Synthesised) -> None:
    owner = {"Key": "Owner", "Value": "security"}
    assert {
        resource["Type"]
        for resource in plain.json["Resources"].values()
        if owner not in resource["Properties"].get("Tags", [])
    } == UNTAGGED


def test_aspects_see_every_resource(plain: Synthesised) -> None:
    made = set(plain.json["Resources"])
    assert len(made) >= 8
    assert made <= SEEN.logical_ids


def test_subnets_without_a_vpc_are_refused(stack: Stack) -> None:
    with pytest.raises(ValueError, match=r"give it, too \(vpc=\)"):
        RegistrationProvider(stack, "Provider", vpc_subnets=ec2.SubnetSelection())


@pytest.mark.parametrize("reserved", [0, -1])
def test_a_concurrency_with_which_nothing_runs_is_refused(stack: Stack, reserved: int) -> None:
    with pytest.raises(ValueError, match=f"reserved_concurrent_executions {reserved} keeps"):
        RegistrationProvider(stack, "Provider", reserved_concurrent_executions=reserved)


@pytest.mark.parametrize(
    "regions",
    [(None, None), ("eu-west-1", "us-east-1")],
    ids=["anywhere", "another Region"],
)
def test_stacks_that_share_a_role_leave_each_others_policies_alone(
    regions: tuple[str | None, str | None],
) -> None:
    app = unbundled_app()
    stacks: list[Stack] = []
    for stack_id, region in zip(("Shop", "Stock"), regions, strict=True):
        stack = Stack(app, stack_id, env=Environment(account="123456789012", region=region))
        role = iam.Role.from_role_name(stack, "Theirs", "theirs")
        provider = RegistrationProvider(stack, "Provider", role=role)
        label = "Orders" if region else f"{stack_id}-Orders"
        function = connector_function(stack)
        CustomConnector(stack, "Orders", function=function, label=label, provider=provider)
        stacks.append(stack)
    every = [
        each for stack in stacks for each in Synthesised(stack).of_type("AWS::IAM::Policy").values()
    ]
    mine = [each["Properties"] for each in every if each["Properties"]["Roles"] == ["theirs"]]
    names = [flat(each["PolicyName"]) for each in mine]
    assert len(names) == 4
    assert len(set(names)) == 4
    assert all(len(name) <= 128 for name in names)


def test_an_app_names_its_policies_differently_in_each_region() -> None:
    def name_in(region: str | None) -> str:
        stack = Stack(
            unbundled_app(), "Shop", env=Environment(account="123456789012", region=region)
        )
        with_role(stack, iam.Role.from_role_name(stack, "Theirs", "theirs"))
        policy = Synthesised(stack).the("AWS::IAM::Policy", "ProviderRegistration")
        return flat(policy["Properties"]["PolicyName"])

    assert len({name_in(None), name_in("eu-west-1"), name_in("us-east-1")}) == 3
    assert "AWS::Region" in name_in(None)
