"""The provider's execution role, new or given, and the rights it needs for any connector."""

from __future__ import annotations

from typing import cast

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_appflow_connector.access.unmanaged_role import is_attached, warn_of_missing_rights
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.nag_reasons import acknowledge_finding
from cdk_appflow_connector.provider.rights import RegistrationRights
from cdk_appflow_connector.provider.unique_policy_name import unique_policy_name

# Source: Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray".
_TRACING = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
_WHOSE = "The provider's role"
_ANY_RESOURCE = (
    "AppFlow has no resource type for RegisterConnector, DescribeConnectorProfiles and "
    "ListFlows (Service Authorization Reference)"
)


class ProviderRole:
    """The provider's execution role and its rights.

    Args:
        provider: the provider.
        given: the user's role, if any. If it accepts no policies, or belongs to another account,
            warnings say what it needs. Default: a new role.
        log_group: where the provider logs.
        in_vpc: whether Lambda creates network interfaces with the role.
        is_traced: whether Lambda sends traces to AWS X-Ray with the role.
    """

    def __init__(
        self,
        provider: Construct,
        given: iam.IRole | None,
        *,
        log_group: logs.ILogGroup,
        in_vpc: bool,
        is_traced: bool,
    ) -> None:
        self._provider = provider
        statements = _statements(provider, log_group, in_vpc=in_vpc)
        if is_traced:
            statements.append(iam.PolicyStatement(actions=[*_TRACING], resources=["*"]))
        self.needed_by_function: list[Construct] = []
        """The policies that the function must be created after, and deleted before."""
        if given is None:
            self.role: iam.IRole = _role_with(provider, statements)
            acknowledge_finding(self.role, "IAM5[Resource::*]", _ANY_RESOURCE)
            is_grantable = True
        else:
            self.role = given
            is_grantable = self._grant(given, statements)
        self._rights: RegistrationRights | None = None
        if is_grantable:
            self._rights = RegistrationRights(provider, self.role, is_shared=given is not None)

    def grant_registration(
        self,
        connector: Construct,
        *,
        label: str,
        connector_arn: str,
        function: lambda_.IFunction,
        function_arn: str,
    ) -> list[Construct]:
        """Grant the registration of one connector, or warn of what the role's owner has to grant.

        Returns:
            The policies. The custom resource must be created after them and deleted before them.
        """
        if self._rights is not None:
            return self._rights.grant(
                connector,
                label=label,
                connector_arn=connector_arn,
                function=function,
                function_arn=function_arn,
            )
        # The same two statements as those of RegistrationRights.
        actions = ["DescribeConnector", "UnRegisterConnector", "UpdateConnectorRegistration"]
        warn_of_missing_rights(
            connector,
            _WHOSE,
            [
                iam.PolicyStatement(
                    actions=[f"appflow:{action}" for action in actions], resources=[connector_arn]
                ),
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function_arn]),
            ],
        )
        return []

    def _grant(self, role: iam.IRole, statements: list[iam.PolicyStatement]) -> bool:
        policy = iam.Policy(self._provider, "Registration", statements=statements)
        resource = cast("iam.CfnPolicy", policy.node.default_child)
        name = f"{self._provider.node.id}Registration"
        resource.policy_name = unique_policy_name(policy, name)
        role.attach_inline_policy(policy)
        if not is_attached(policy):
            self._provider.node.try_remove_child("Registration")
            warn_of_missing_rights(self._provider, _WHOSE, statements)
            return False
        acknowledge_finding(policy, "IAM5[Resource::*]", _ANY_RESOURCE)
        self.needed_by_function.append(policy)
        return True


def _role_with(provider: Construct, statements: list[iam.PolicyStatement]) -> iam.Role:
    return iam.Role(
        provider,
        "Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={"Registration": iam.PolicyDocument(statements=statements)},
    )


def _statements(
    provider: Construct, log_group: logs.ILogGroup, *, in_vpc: bool
) -> list[iam.PolicyStatement]:
    unregister = environment_of(provider).arn("appflow", "/unregister-connector")
    statements = [
        # AppFlow has no resource type for it.
        iam.PolicyStatement(actions=["appflow:RegisterConnector"], resources=["*"]),
        # AWS was seen to evaluate this ARN instead of the connector's own.
        iam.PolicyStatement(actions=["appflow:UnRegisterConnector"], resources=[unregister]),
        # To name what keeps a connector from being unregistered; no resource types either.
        iam.PolicyStatement(
            actions=["appflow:DescribeConnectorProfiles", "appflow:ListFlows"], resources=["*"]
        ),
        iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[log_group.log_group_arn],
        ),
    ]
    if in_vpc:
        # Source: Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon
        # VPC", which names them, on all resources, as AWSLambdaVPCAccessExecutionRole does.
        statements.append(
            iam.PolicyStatement(
                actions=[
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:CreateNetworkInterface",
                    "ec2:DeleteNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:UnassignPrivateIpAddresses",
                ],
                resources=["*"],
            )
        )
    return statements
