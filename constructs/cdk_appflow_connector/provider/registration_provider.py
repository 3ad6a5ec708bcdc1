"""The Lambda function behind a stack's custom resources, with its role and log group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import jsii
from aws_cdk import CfnResource, Duration, Names, Resource, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from appflow_connector_provider import contract
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of, inherit_environment
from cdk_appflow_connector.function_arguments import check_constructs
from cdk_appflow_connector.metric_options import MetricOptions, check_metric
from cdk_appflow_connector.provider import argument_checks
from cdk_appflow_connector.provider.handler_function import (
    TRACING_MODES,
    handler_function,
    new_log_group,
)
from cdk_appflow_connector.provider.role import ProviderRole
from cdk_appflow_connector.removal_policy import RemovedByPolicy

if TYPE_CHECKING:
    from typing_extensions import Unpack

_FAILURES_ID = "Failures"
_METRIC_NAMESPACE = "AppFlowConnectorRegistration"
_SHARED_ID = "AppFlowConnectorRegistration"
_DEFAULT_TIMEOUT_MINUTES = 5
# Importing the AWS SDK takes most of a cold start, and CPU is proportional to memory.
_MEMORY_MIB = 256
# Lambda retries a failed asynchronous event twice, after one and two minutes.
_DELIVERIES = 3
_DELIVERY_WAITS_SECONDS = 3 * 60
_LONGEST_SERVICE_TIMEOUT_SECONDS = 3600


@jsii.implements(iam.IGrantable, ec2.IConnectable)
class RegistrationProvider(ShownConstruct, RemovedByPolicy, Resource):
    """Registers connectors with AppFlow on behalf of CloudFormation.

    `CustomConnector` makes one per stack. Make your own to set its timeout, to share it in another
    way, or to run it with your own role, network or keys. Those arguments have the names and
    meanings of the CDK's ``aws_lambda.Function``. A provider can be granted rights
    (``key.grant_decrypt(provider)``) and, in a VPC, be let through security groups
    (``endpoint.connections.allow_default_port_from(provider)``).

    Example:
        ```python
        provider = RegistrationProvider(stack, "Registration", timeout=Duration.minutes(10))
        CustomConnector(stack, "Orders", function=function, provider=provider)
        ```

    Args:
        scope: the parent construct.
        construct_id: the id in the parent.
        timeout: how long one registration may take, waiting included: 30 seconds to 15 minutes.
            Default: 5 minutes.
        role: its execution role, which ``lambda.amazonaws.com`` must be able to assume. Policies
            of this stack add the rights it needs, and share IAM's quotas with the role's own. A
            role that accepts none (of another account, or ``without_policy_updates()``) stays as
            it is, and warnings say what it needs. Default: a new role.
        vpc: where it runs, with the rights for network interfaces. It must reach AppFlow's
            endpoint, and S3's to answer CloudFormation. Default: no VPC.
        vpc_subnets: the subnets in the VPC. Default: the private ones.
        security_groups: its security groups in the VPC. Default: one that allows all outbound
            traffic.
        environment_encryption: the key of its environment variables. Lambda itself grants the role
            the use of the key. Default: Lambda's own key.
        log_group: where it logs, with that group's retention and key. Default: a new group, kept
            for a month and encrypted with CloudWatch Logs' key.
        reserved_concurrent_executions: how many registrations may run at a time. Lambda throttles
            and retries the others. It counts against the account's quota. Default: no limit.
        function_name: the function's name, unique in account and Region. Renaming it replaces the
            function, whose ARN CloudFormation refuses to change for deployed connectors. Default: a
            generated name.
        architecture: its processor: its code runs on either. Default: x86_64.
        memory_size: in MiB, 128 to 10,240; CPU is proportional to it. Default: 256.
        environment: its environment variables, such as ``HTTPS_PROXY``. They apply to the AWS SDK
            in it, too. Default: none.
        tracing: AWS X-Ray's, for which its role gets the rights. Default: disabled.
        code_signing_config: who must have signed its code. Synthesis doesn't sign the asset: a
            configuration that enforces signatures refuses it unless your deployment signs assets.
            Default: none.

    Raises:
        TypeError: an argument is of another type.
        ValueError: the timeout, the memory or the concurrency is out of range; Lambda would refuse
            the function's name or an environment variable; subnets or security groups are given
            without a VPC.
    """

    @names_construct
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        timeout: Duration | None = None,
        role: iam.IRole | iam.Role | iam.LazyRole | None = None,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        environment_encryption: kms.IKey | kms.Key | None = None,
        log_group: logs.ILogGroup | None = None,
        reserved_concurrent_executions: int | None = None,
        function_name: str | None = None,
        architecture: lambda_.Architecture | None = None,
        memory_size: int = _MEMORY_MIB,
        environment: Mapping[str, str] | None = None,
        tracing: lambda_.Tracing | None = None,
        code_signing_config: lambda_.ICodeSigningConfig | None = None,
    ) -> None:
        self._timeout = Duration.minutes(_DEFAULT_TIMEOUT_MINUTES) if timeout is None else timeout
        argument_checks.check_function(
            timeout, function_name, memory_size, environment, reserved_concurrent_executions
        )
        check_constructs(role, vpc, environment_encryption, log_group)
        argument_checks.check_network(vpc, vpc_subnets, security_groups)
        argument_checks.check_choices(tracing, architecture, code_signing_config)
        super().__init__(scope, construct_id)
        inherit_environment(self, scope)
        self._log_group = log_group or new_log_group(self)
        self._role = ProviderRole(
            self,
            role,
            log_group=self._log_group,
            in_vpc=vpc is not None,
            is_traced=tracing in TRACING_MODES,
        )
        self._function = handler_function(
            self,
            self._role,
            tracing,
            timeout=self._timeout,
            function_name=function_name,
            architecture=architecture,
            memory_size=memory_size,
            environment=environment,
            log_group=self._log_group,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            environment_encryption=environment_encryption,
            reserved_concurrent_executions=reserved_concurrent_executions,
            code_signing_config=code_signing_config,
        )

    @classmethod
    @names_construct
    def of_stack(cls, scope: Construct) -> RegistrationProvider:
        """Return the provider that the stack's connectors share, made on first use."""
        stack = environment_of(scope).stack
        return state_of(stack, "provider", lambda: cls._shared_by(stack))

    @classmethod
    def _shared_by(cls, stack: Stack) -> RegistrationProvider:
        shared = stack.node.try_find_child(_SHARED_ID)
        if shared is None:
            return cls(stack, _SHARED_ID)
        if not isinstance(shared, RegistrationProvider):
            raise TypeError(
                f"the construct id {_SHARED_ID!r} of {stack.node.path!r} belongs to something "
                "else: give that another id, or give this connector a provider of your own"
            )
        return shared

    @property
    def function(self) -> lambda_.Function:
        """The Lambda function that answers CloudFormation."""
        return self._function

    @property
    def role(self) -> iam.IRole:
        """The function's execution role."""
        return self._role.role

    @property
    def log_group(self) -> logs.ILogGroup:
        """Where the function logs."""
        return self._log_group

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """Whom a grant to the provider is for: its role."""
        return self._role.role.grant_principal

    @property
    @names_construct
    def connections(self) -> ec2.Connections:
        """The function's network connections.

        Raises:
            ValueError: the provider has no VPC, and so no connections.
        """
        if not self._function.is_bound_to_vpc:
            raise ValueError(
                "connections need a VPC, which the provider has not: give it one (vpc=)"
            )
        return self._function.connections

    @cached_property
    def service_token(self) -> str:
        """The ARN that custom resources give as their ServiceToken."""
        return self._function.function_arn

    @cached_property
    def service_timeout(self) -> Duration:
        """How long CloudFormation waits, even for a provider that crashes every time."""
        return Duration.seconds(self._service_seconds)

    @cached_property
    def properties(self) -> dict[str, str]:
        """The properties of its custom resources by which CloudFormation finds it, and waits."""
        return {
            "ServiceToken": self.service_token,
            "ServiceTimeout": str(self._service_seconds),
        }

    @cached_property
    def _service_seconds(self) -> int:
        seconds = self._timeout.to_seconds() * _DELIVERIES + _DELIVERY_WAITS_SECONDS
        return min(int(seconds), _LONGEST_SERVICE_TIMEOUT_SECONDS)

    @names_construct
    def metric_failures(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How many requests of CloudFormation failed (their sum).

        The first call adds a filter of the log group, which counts the lines that tell of one. An
        invocation that was cut off has no such line: `function.metric_errors` counts those.

        Raises:
            TypeError: an option is of another type.
        """
        check_metric(options)
        name = f"{Names.unique_resource_name(self, max_length=200)}Failures"
        if self.node.try_find_child(_FAILURES_ID) is None:
            logs.MetricFilter(
                self,
                _FAILURES_ID,
                log_group=self._log_group,
                filter_pattern=logs.FilterPattern.any_term(*contract.LOGGED_FAILURES),
                metric_namespace=_METRIC_NAMESPACE,
                metric_name=name,
                default_value=0,
            )
        given: MetricOptions = {"statistic": "Sum", **options}
        return cloudwatch.Metric(namespace=_METRIC_NAMESPACE, metric_name=name, **given)

    def grant_registration(
        self,
        connector: Construct,
        *,
        registration: CfnResource,
        label: str,
        connector_arn: str,
        function: lambda_.IFunction,
        function_arn: str,
    ) -> None:
        """Let the provider manage one connector.

        The custom resource is created after the policies, and deleted before them.
        """
        self._role.grant_registration(
            connector,
            registration=registration,
            label=label,
            connector_arn=connector_arn,
            function=function,
            function_arn=function_arn,
        )
