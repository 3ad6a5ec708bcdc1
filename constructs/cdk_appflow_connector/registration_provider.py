"""The Lambda behind the custom resources of a stack, with its role and its log group."""

from __future__ import annotations

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_appflow_connector import validation
from cdk_appflow_connector.acknowledgements import acknowledge
from cdk_appflow_connector.installed_code import installed_code
from cdk_appflow_connector.registration_rights import RegistrationRights

_SHARED_ID = "AppFlowConnectorRegistration"
_DEFAULT_TIMEOUT_MINUTES = 5
# Lambda delivers a failed asynchronous event twice more, after one and two minutes.
_DELIVERIES = 3
_DELIVERY_WAITS_SECONDS = 3 * 60
_LONGEST_SERVICE_TIMEOUT_SECONDS = 3600


class RegistrationProvider(Construct):
    """Registers connectors with AppFlow on behalf of CloudFormation.

    `CustomConnector` makes one per stack by itself. Make your own to set its time-out, or to
    share it in another way.

    Args:
        scope: the parent construct.
        construct_id: the id in the parent.
        timeout: how long one registration may take, waiting included, from 30 seconds to 15
            minutes. Default: 5 minutes.

    Raises:
        ValueError: the time-out is out of range.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, timeout: Duration | None = None
    ) -> None:
        super().__init__(scope, construct_id)
        self._timeout = timeout or Duration.minutes(_DEFAULT_TIMEOUT_MINUTES)
        validation.check_timeout(self._timeout)
        log_group = self._build_log_group()
        self._role = self._build_role(log_group)
        self._rights = RegistrationRights(self, self._role)
        self._function = self._build_function(log_group)
        acknowledge(
            self._role,
            "IAM5[Resource::*]",
            "AppFlow has no resource type for RegisterConnector, DescribeConnectorProfiles and "
            "ListFlows (Service Authorization Reference)",
        )
        acknowledge(
            self._function,
            "L1",
            "The newest runtime that this library has been tested with",
        )

    @classmethod
    def of_stack(cls, scope: Construct) -> RegistrationProvider:
        """The provider shared by the connectors of the scope's stack, made on first use."""
        stack = Stack.of(scope)
        shared = stack.node.try_find_child(_SHARED_ID)
        if shared is None:
            return cls(stack, _SHARED_ID)
        if not isinstance(shared, RegistrationProvider):
            raise TypeError(
                f"the construct id {_SHARED_ID!r} of {stack.node.path!r} belongs to something "
                "else: give that another id, or this connector a provider of your own"
            )
        return shared

    @property
    def service_token(self) -> str:
        """The ARN that custom resources name as their ServiceToken."""
        return self._function.function_arn

    @property
    def service_timeout(self) -> Duration:
        """How long CloudFormation waits, even for a provider that crashes every time."""
        seconds = self._timeout.to_seconds() * _DELIVERIES + _DELIVERY_WAITS_SECONDS
        return Duration.seconds(min(int(seconds), _LONGEST_SERVICE_TIMEOUT_SECONDS))

    def grant_registration(
        self, connector: Construct, *, label: str, connector_arn: str, function_arn: str
    ) -> list[Construct]:
        """Let the provider manage one connector.

        Returns:
            What grants it. The custom resource must be created after it and deleted before it.
        """
        return self._rights.grant(
            connector, label=label, connector_arn=connector_arn, function_arn=function_arn
        )

    def _build_log_group(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "LogGroup",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _build_role(self, log_group: logs.LogGroup) -> iam.Role:
        statements = [
            # The service has no resource type for it.
            iam.PolicyStatement(actions=["appflow:RegisterConnector"], resources=["*"]),
            # Seen evaluated on AWS in place of the connector's own ARN.
            iam.PolicyStatement(
                actions=["appflow:UnRegisterConnector"],
                resources=[
                    Stack.of(self).format_arn(
                        service="appflow",
                        resource="/unregister-connector",
                        arn_format=ArnFormat.NO_RESOURCE_NAME,
                    )
                ],
            ),
            # Names what keeps a connector from being unregistered; no resource types either.
            iam.PolicyStatement(
                actions=["appflow:DescribeConnectorProfiles", "appflow:ListFlows"], resources=["*"]
            ),
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[log_group.log_group_arn],
            ),
        ]
        return iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Registration": iam.PolicyDocument(statements=statements)},
        )

    def _build_function(self, log_group: logs.LogGroup) -> lambda_.Function:
        return lambda_.Function(
            self,
            "Handler",
            description="Registers custom connectors with Amazon AppFlow",
            code=installed_code("appflow_connector_provider", "crhelper"),
            handler="appflow_connector_provider.handler.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            # Importing the AWS SDK is most of a cold start, and CPU comes with memory.
            memory_size=256,
            timeout=self._timeout,
            role=self._role,
            log_group=log_group,
        )
