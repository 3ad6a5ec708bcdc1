"""Refuses a provider's arguments while the app is synthesised."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import function_arguments
from cdk_appflow_connector.argument_types import check_given, check_kind, check_type


def check_function(
    timeout: Duration | None,
    function_name: str | None,
    memory_size: int,
    environment: Mapping[str, str] | None,
    reserved_concurrent_executions: int | None,
) -> None:
    """Raise an error for a text or a number that Lambda would refuse."""
    if timeout is not None:
        function_arguments.check_registration_timeout(timeout)
    function_arguments.check_function_name(function_name)
    function_arguments.check_memory(memory_size)
    function_arguments.check_concurrency(reserved_concurrent_executions, least=1)
    function_arguments.check_environment(environment)


def check_choices(tracing: object, architecture: object, code_signing_config: object) -> None:
    """Raise TypeError for a choice that there isn't."""
    advice = "give an aws_lambda.CodeSigningConfig, or refer to one by its ARN"
    check_kind("code_signing_config", code_signing_config, "code_signing_config_arn", advice)
    check_type("tracing", tracing, lambda_.Tracing, "give a member of aws_lambda.Tracing")
    advice = "give a member of aws_lambda.Architecture, like Architecture.ARM_64"
    check_type("architecture", architecture, lambda_.Architecture, advice)


def check_network(vpc: object, vpc_subnets: object, security_groups: object) -> None:
    """Raise an error for subnets or security groups of another type, or without their VPC."""
    advice = "give an aws_ec2.SubnetSelection"
    check_type("vpc_subnets", vpc_subnets, (ec2.SubnetSelection, Mapping), advice)
    advice = "give a list of aws_ec2.SecurityGroup"
    check_type("security_groups", security_groups, (list, tuple), advice)
    for each in security_groups if isinstance(security_groups, (list, tuple)) else ():
        check_given("security_groups", each, "security_group_id", advice)
    for argument, value in (("vpc_subnets", vpc_subnets), ("security_groups", security_groups)):
        if vpc is None and value is not None:
            raise ValueError(f"{argument} {value!r} need their VPC: give it, too (vpc=)")
