"""The Lambda function behind a stack's custom resources, with its role and log group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import CfnResource, Duration, Names, RemovalPolicy, Resource, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from appflow_connector_provider import contract
from cdk_appflow_connector import function_arguments
from cdk_appflow_connector.argument_types import check_kind, check_type
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.function.installed_code import installed_code
from cdk_appflow_connector.metric_options import MetricOptions
from cdk_appflow_connector.nag_reasons import (
    acknowledge_inline_policies,
    acknowledge_own_function,
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
_TRACING_MODES = {
    lambda_.Tracing.ACTIVE: "Active",
    lambda_.Tracing.PASS_THROUGH: "PassThrough",
}
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
        ValueError: the timeout, the memory or the concurrency is out of range; subnets or security
            groups are given without a VPC.
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
        super().__init__(scope, construct_id)
        self._timeout = Duration.minutes(_DEFAULT_TIMEOUT_MINUTES) if timeout is None else timeout
        function_arguments.check_registration_timeout(self._timeout)
        function_arguments.check_memory(memory_size)
        function_arguments.check_concurrency(reserved_concurrent_executions, least=1)
        function_arguments.check_environment(environment)
        function_arguments.check_constructs(role, vpc, environment_encryption, log_group)
        advice = "give an aws_lambda.CodeSigningConfig, or refer to one by its ARN"
        check_kind("code_signing_config", code_signing_config, "code_signing_config_arn", advice)
        check_type("tracing", tracing, lambda_.Tracing, "give a member of aws_lambda.Tracing")
        advice = "give a member of aws_lambda.Architecture, like Architecture.ARM_64"
        check_type("architecture", architecture, lambda_.Architecture, advice)
        if vpc is None and (vpc_subnets is not None or security_groups is not None):
            raise ValueError("vpc_subnets and security_groups need their VPC: give it, too (vpc=)")
        self._log_group = log_group or self._build_log_group()
        self._role = ProviderRole(
            self,
            role,
            log_group=self._log_group,
            in_vpc=vpc is not None,
            is_traced=tracing in _TRACING_MODES,
        )
        self._function = self._build_function(
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
        if vpc is not None:
            self._role.deny_network_interfaces(self._function)
        resource = cast("lambda_.CfnFunction", self._function.node.default_child)
        self.node.default_child = resource
        if tracing in _TRACING_MODES:
            # Not by the CDK's argument, which adds a policy for rights that the role has already.
            resource.add_property_override("TracingConfig.Mode", _TRACING_MODES[tracing])
        self._acknowledge()

    @classmethod
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
    def connections(self) -> ec2.Connections:
        """The function's network connections; without a VPC it has none, which is an error."""
        return self._function.connections

    @cached_property
    def service_token(self) -> str:
        """The ARN that custom resources give as their ServiceToken."""
        return self._function.function_arn

    @cached_property
    def service_timeout(self) -> Duration:
        """How long CloudFormation waits, even for a provider that crashes every time."""
        seconds = self._timeout.to_seconds() * _DELIVERIES + _DELIVERY_WAITS_SECONDS
        return Duration.seconds(min(int(seconds), _LONGEST_SERVICE_TIMEOUT_SECONDS))

    @cached_property
    def properties(self) -> dict[str, str]:
        """The properties of its custom resources by which CloudFormation finds it, and waits."""
        return {
            "ServiceToken": self.service_token,
            "ServiceTimeout": str(int(self.service_timeout.to_seconds())),
        }

    def metric_failures(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How many requests of CloudFormation failed (their sum).

        The first call adds a filter of the log group, which counts the lines that tell of one. An
        invocation that was cut off has no such line: `function.metric_errors` counts those.
        """
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

    def _build_log_group(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "LogGroup",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _build_function(self, **given: Any) -> lambda_.Function:  # noqa: ANN401 - Function's own
        function = lambda_.Function(
            self,
            "Handler",
            description="Registers custom connectors with Amazon AppFlow",
            code=installed_code("appflow_connector_provider", "crhelper"),
            handler="appflow_connector_provider.handler.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            timeout=self._timeout,
            role=self._role.role,
            **given,
        )
        function.node.add_dependency(*self._role.needed_by_function)
        return function

    def _acknowledge(self) -> None:
        acknowledge_own_function(
            self._function,
            "A lost event fails the deployment; a queue would keep its pre-signed URL",
            "Its log tells of each registration, which no other service has a part in",
        )
        acknowledge_inline_policies(self)
