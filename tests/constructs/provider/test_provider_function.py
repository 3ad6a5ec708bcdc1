"""The provider's function: what can be chosen of it, and what is known of it."""

from __future__ import annotations

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector, RegistrationProvider
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

TRACING = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}


def handler(stack: Stack) -> dict[str, object]:
    found: dict[str, object] = Synthesised(stack).the("AWS::Lambda::Function", "Provider")[
        "Properties"
    ]
    return found


def test_name_processor_memory_and_environment_are_the_given_ones(stack: Stack) -> None:
    RegistrationProvider(
        stack,
        "Provider",
        function_name="registration",
        architecture=lambda_.Architecture.ARM_64,
        memory_size=512,
        environment={"HTTPS_PROXY": "http://proxy.example.com:3128"},
    )
    properties = handler(stack)
    assert properties["FunctionName"] == "registration"
    assert properties["Architectures"] == ["arm64"]
    assert properties["MemorySize"] == 512
    assert properties["Environment"] == {
        "Variables": {"HTTPS_PROXY": "http://proxy.example.com:3128"}
    }


def test_none_of_them_is_in_the_template_by_default(stack: Stack) -> None:
    RegistrationProvider(stack, "Provider")
    properties = handler(stack)
    assert properties["MemorySize"] == 256
    assert not {"Architectures", "Environment", "FunctionName", "TracingConfig"} & set(properties)


@pytest.mark.parametrize("memory", [127, 10_241])
def test_a_memory_that_lambda_refuses_is_refused(stack: Stack, memory: int) -> None:
    with pytest.raises(ValueError, match=f"memory_size {memory} MiB is out of range"):
        RegistrationProvider(stack, "Provider", memory_size=memory)


@pytest.mark.parametrize(
    ("tracing", "mode"),
    [(lambda_.Tracing.ACTIVE, "Active"), (lambda_.Tracing.PASS_THROUGH, "PassThrough")],
)
def test_tracing_comes_with_its_rights_and_no_further_policy(
    stack: Stack, tracing: lambda_.Tracing, mode: str
) -> None:
    RegistrationProvider(stack, "Provider", tracing=tracing)
    template = Synthesised(stack)
    assert handler(stack)["TracingConfig"] == {"Mode": mode}
    granted = template.statements("ProviderRole")[-1]
    assert set(granted["Action"]) == TRACING
    assert template.of_type("AWS::IAM::Policy") == {}


def test_no_tracing_needs_no_right(stack: Stack) -> None:
    RegistrationProvider(stack, "Provider", tracing=lambda_.Tracing.DISABLED)
    assert "TracingConfig" not in handler(stack)
    actions = str(Synthesised(stack).statements("ProviderRole"))
    assert "xray:" not in actions


def test_a_role_that_accepts_no_policies_is_warned_of_the_rights_to_trace(stack: Stack) -> None:
    arn = "arn:aws:iam::123456789012:role/theirs"
    role = iam.Role.from_role_arn(stack, "Role", arn, mutable=False)
    RegistrationProvider(stack, "Provider", role=role, tracing=lambda_.Tracing.ACTIVE)
    words = Match.string_like_regexp("xray:PutTraceSegments")
    Annotations.from_stack(stack).has_warning("/Stack/Provider", words)


def test_function_role_and_log_group_are_those_of_the_template(stack: Stack) -> None:
    provider = RegistrationProvider(stack, "Provider")
    template = Synthesised(stack)
    assert stack.resolve(provider.function.function_name) == {
        "Ref": template.id_of("AWS::Lambda::Function")
    }
    assert flat(stack.resolve(provider.role.role_arn)) == (
        f"${{{template.id_of('AWS::IAM::Role')}.Arn}}"
    )
    assert stack.resolve(provider.log_group.log_group_name) == {
        "Ref": template.id_of("AWS::Logs::LogGroup")
    }


def test_the_stacks_shared_provider_is_known_by_its_connectors(stack: Stack) -> None:
    connector = CustomConnector(stack, "Orders", function=connector_function(stack))
    assert connector.provider.function.function_arn == connector.provider.service_token


def test_a_provider_can_be_granted_rights(stack: Stack) -> None:
    provider = RegistrationProvider(stack, "Provider")
    kms.Key(stack, "Key").grant_decrypt(provider)
    statements = Synthesised(stack).statements("ProviderRole")
    assert "kms:Decrypt" in [statement["Action"] for statement in statements]


def test_a_given_role_is_the_one_that_is_granted_to(stack: Stack) -> None:
    role = iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    provider = RegistrationProvider(stack, "Provider", role=role)
    assert provider.role is role
    kms.Key(stack, "Key").grant_decrypt(provider)
    statements = Synthesised(stack).statements("Mine")
    assert "kms:Decrypt" in [statement["Action"] for statement in statements]


def test_a_provider_in_a_vpc_can_be_let_through_security_groups() -> None:
    env = Environment(account="123456789012", region="eu-west-1")
    stack = Stack(App(), "Stack", env=env)
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1, nat_gateways=0)
    provider = RegistrationProvider(
        stack,
        "Provider",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )
    endpoint = ec2.SecurityGroup(stack, "Endpoint", vpc=vpc)
    endpoint.connections.allow_from(provider, ec2.Port.HTTPS)
    rule = Synthesised(stack).the("AWS::EC2::SecurityGroupIngress")["Properties"]
    assert rule["FromPort"] == 443
    assert "ProviderHandlerSecurityGroup" in str(rule["SourceSecurityGroupId"])
