"""The provider's Lambda function and its log group."""

from __future__ import annotations

from typing import Any, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_appflow_connector.environment import node_of
from cdk_appflow_connector.function.library_code import library_code
from cdk_appflow_connector.nag_reasons import (
    acknowledge_inline_policies,
    acknowledge_own_function,
)
from cdk_appflow_connector.provider.role import ProviderRole

TRACING_MODES = {
    lambda_.Tracing.ACTIVE: "Active",
    lambda_.Tracing.PASS_THROUGH: "PassThrough",
}


def new_log_group(provider: Construct) -> logs.LogGroup:
    """Make the log group that the provider has by default."""
    return logs.LogGroup(
        provider,
        "LogGroup",
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=RemovalPolicy.DESTROY,
    )


def handler_function(
    provider: Construct,
    role: ProviderRole,
    tracing: lambda_.Tracing | None,
    **given: Any,  # noqa: ANN401 - Function's own
) -> lambda_.Function:
    """Make the function, which waits for what its role needs."""
    function = lambda_.Function(
        provider,
        "Handler",
        description="Registers custom connectors with Amazon AppFlow",
        code=library_code(),
        handler="appflow_connector_provider.handler.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        role=role.role,
        **given,
    )
    node = node_of(function)
    if role.needed_by_function:
        node.add_dependency(*role.needed_by_function)
    if given.get("vpc") is not None:
        role.deny_network_interfaces(function)
    resource = cast("lambda_.CfnFunction", node.default_child)
    node_of(provider).default_child = resource
    if tracing in TRACING_MODES:
        # Not by the CDK's argument, which adds a policy for rights that the role has already.
        resource.add_property_override("TracingConfig.Mode", TRACING_MODES[tracing])
    acknowledge_own_function(
        function,
        "A lost event fails the deployment; a queue would keep its pre-signed URL",
        "Its log tells of each registration, which no other service has a part in",
    )
    acknowledge_inline_policies(provider)
    return function
