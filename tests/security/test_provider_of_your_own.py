"""With a role, a network, a key and a limit of one's own, cdk-nag finds nothing in a provider."""

from __future__ import annotations

from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs

from cdk_appflow_connector import CustomConnector, RegistrationProvider
from harness.synth.functions import connector_function
from tests.security.rule_packs import findings


def test_what_is_your_choice_is_no_finding_once_you_have_chosen() -> None:
    app = App()
    stack = Stack(app, "Strict")
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    provider = RegistrationProvider(
        stack,
        "Provider",
        role=iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")),
        vpc=ec2.Vpc(stack, "Network", max_azs=1, nat_gateways=0),
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        log_group=logs.LogGroup(stack, "Audited", encryption_key=key),
        reserved_concurrent_executions=1,
        environment_encryption=key,
    )
    CustomConnector(stack, "Orders", function=connector_function(stack), provider=provider)
    found = [each for each in findings(app) if each.path.startswith("Strict/Provider/")]
    assert [each for each in found if each.acknowledged is None] == []
    assert {each.rule for each in found} == {
        "IAM5[Resource::*]",
        "IAM5[Resource::arn:<AWS::Partition>:appflow:<AWS::Region>:<AWS::AccountId>:flow/*]",
        "IAMNoInlinePolicy",
        "L1",
        "LambdaDLQ",
        "LambdaLatestVersion",
        "LambdaTracing",
    }
