"""The Lambda behind the custom resources of a stack, with its role and its log group."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_appflow_connector import validation
from cdk_appflow_connector.environment import place_of
from cdk_appflow_connector.function.installed_code import installed_code
from cdk_appflow_connector.nag_reasons import (
    CONTROLS,
    acknowledge,
    acknowledge_inline_policies,
)
from cdk_appflow_connector.provider.role import ProviderRole

_SHARED_ID = "AppFlowConnectorRegistration"
_SHARED = "_appflow_connector_provider"
_DEFAULT_TIMEOUT_MINUTES = 5
# Lambda delivers a failed asynchronous event twice more, after one and two minutes.
_DELIVERIES = 3
_DELIVERY_WAITS_SECONDS = 3 * 60
_LONGEST_SERVICE_TIMEOUT_SECONDS = 3600


class RegistrationProvider(Construct):
    """Registers connectors with AppFlow on behalf of CloudFormation.

    `CustomConnector` makes one per stack by itself. Make your own to set its time-out, to share it
    in another way, or to have it run under a role, in a network or with keys of yours. Names and
    meaning of these are those of the CDK's ``aws_lambda.Function``.

    Args:
        scope: the parent construct.
        construct_id: the id in the parent.
        timeout: how long one registration may take, waiting included, from 30 seconds to 15
            minutes. Default: 5 minutes.
        role: who it is; ``lambda.amazonaws.com`` must be able to assume it. Its rights are added
            to it by policies of this stack's, which share IAM's quotas with its own. A role that
            takes none (of another account, or ``without_policy_updates()``) stays as it is, and
            warnings say what it needs. Default: a role of its own.
        vpc: where it runs; its rights then include those for network interfaces. It must reach
            AppFlow's endpoint, and S3's for the answers to CloudFormation. Default: no VPC.
        vpc_subnets: in which subnets of the VPC. Default: the private ones.
        security_groups: its security groups in the VPC. Default: one that lets everything out.
        environment_encryption: the key for its environment variables, of which it has none on
            AWS. Lambda lets the role use the key by a grant of its own. Default: Lambda's own key.
        log_group: where it logs, with the retention and the key that you gave that group.
            Default: a group of its own, kept for a month and encrypted with CloudWatch Logs' key.
        reserved_concurrent_executions: how many registrations may run at a time; further ones
            wait, and are tried again by Lambda. Taken from the account's quota. Default: no limit.
        code_signing_config: who must have signed its code. The asset is not signed when the app
            is synthesised: a configuration that enforces signatures refuses it unless your
            deployment signs assets. Default: none.

    Raises:
        ValueError: the time-out or the concurrency is out of range; subnets or security groups
            are given without a VPC.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        timeout: Duration | None = None,
        role: iam.IRole | None = None,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        environment_encryption: kms.IKey | None = None,
        log_group: logs.ILogGroup | None = None,
        reserved_concurrent_executions: int | None = None,
        code_signing_config: lambda_.ICodeSigningConfig | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._timeout = timeout or Duration.minutes(_DEFAULT_TIMEOUT_MINUTES)
        validation.check_timeout(self._timeout)
        validation.check_concurrency(reserved_concurrent_executions)
        if vpc is None and (vpc_subnets is not None or security_groups is not None):
            raise ValueError("vpc_subnets and security_groups are of a VPC: give it, too (vpc=)")
        log_group = log_group or self._build_log_group()
        self._role = ProviderRole(self, role, log_group=log_group, in_vpc=vpc is not None)
        self._function = self._build_function(
            log_group=log_group,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            environment_encryption=environment_encryption,
            reserved_concurrent_executions=reserved_concurrent_executions,
            code_signing_config=code_signing_config,
        )
        self._acknowledge()

    @classmethod
    def of_stack(cls, scope: Construct) -> RegistrationProvider:
        """The provider shared by the connectors of the scope's stack, made on first use."""
        stack = place_of(scope).stack
        known: RegistrationProvider | None = vars(stack).get(_SHARED)
        if known is None:
            known = vars(stack)[_SHARED] = cls._shared_by(stack)
        return known

    @classmethod
    def _shared_by(cls, stack: Stack) -> RegistrationProvider:
        shared = stack.node.try_find_child(_SHARED_ID)
        if shared is None:
            return cls(stack, _SHARED_ID)
        if not isinstance(shared, RegistrationProvider):
            raise TypeError(
                f"the construct id {_SHARED_ID!r} of {stack.node.path!r} belongs to something "
                "else: give that another id, or this connector a provider of your own"
            )
        return shared

    @cached_property
    def service_token(self) -> str:
        """The ARN that custom resources name as their ServiceToken."""
        return self._function.function_arn

    @cached_property
    def service_timeout(self) -> Duration:
        """How long CloudFormation waits, even for a provider that crashes every time."""
        seconds = self._timeout.to_seconds() * _DELIVERIES + _DELIVERY_WAITS_SECONDS
        return Duration.seconds(min(int(seconds), _LONGEST_SERVICE_TIMEOUT_SECONDS))

    def grant_registration(
        self,
        connector: Construct,
        *,
        label: str,
        connector_arn: str,
        function: lambda_.IFunction,
        function_arn: str,
    ) -> list[Construct]:
        """Let the provider manage one connector.

        Returns:
            What grants it. The custom resource must be created after it and deleted before it.
        """
        return self._role.grant_registration(
            connector,
            label=label,
            connector_arn=connector_arn,
            function=function,
            function_arn=function_arn,
        )

    def _build_log_group(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "LogGroup",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _build_function(self, **given: Any) -> lambda_.Function:  # noqa: ANN401 - of Function
        function = lambda_.Function(
            self,
            "Handler",
            description="Registers custom connectors with Amazon AppFlow",
            code=installed_code("appflow_connector_provider", "crhelper"),
            handler="appflow_connector_provider.handler.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            # Importing the AWS SDK is most of a cold start, and CPU comes with memory.
            memory_size=256,
            timeout=self._timeout,
            role=self._role.role,
            **given,
        )
        function.node.add_dependency(*self._role.needed_by_function)
        return function

    def _acknowledge(self) -> None:
        acknowledge(
            self._function, "L1", "The newest runtime that this library has been tested with"
        )
        acknowledge(
            self._function,
            "LambdaDLQ",
            "A lost event fails the deployment; a queue would keep its pre-signed URL",
            CONTROLS,
        )
        acknowledge_inline_policies(self)
