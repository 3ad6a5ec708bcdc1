"""The provider's execution role, new or given, and the rights it needs for any connector."""

from __future__ import annotations

from typing import cast

from aws_cdk import CfnResource
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_appflow_connector.access.deployed_text import literal
from cdk_appflow_connector.access.role_quota import quota_of
from cdk_appflow_connector.access.unique_policy_name import unique_policy_name
from cdk_appflow_connector.access.unmanaged_role import is_attached, warn_of_missing_rights
from cdk_appflow_connector.environment import environment_of, inherit_environment
from cdk_appflow_connector.nag_reasons import (
    SERVERLESS_PACK,
    acknowledge,
    arn_in_finding,
    reason_for,
)
from cdk_appflow_connector.provider.rights import RegistrationRights
from cdk_appflow_connector.tokens import is_token

# Source: Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray".
_TRACING = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
_WHOSE = "The provider's role"
# With a log group of 512 characters, in the partition and Region with the longest names; and what a
# VPC adds to it: Lambda's rights, and what the function's code is denied.
_INLINE_CHARACTERS = 1_340
_INLINE_CHARACTERS_IN_VPC = 2_000
_ANY_RESOURCE = (
    "AppFlow has no resource type for RegisterConnector and DescribeConnectorProfiles, nor EC2 for "
    "what Lambda does in a VPC (Service Authorization Reference)"
)
_ANY_FLOW = (
    "It lists the flows of the account and Region, to name those that use a connector that can't "
    "be unregistered"
)
# Source: Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC",
# which names them, on all resources, as AWSLambdaVPCAccessExecutionRole does.
_NETWORK_INTERFACES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
# The guide denies it to the function's code, too.
_DETACH = "ec2:DetachNetworkInterface"


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
            inherit_environment(self.role, provider)
            _acknowledge_wildcards(self.role)
            is_grantable = True
            # Its policies are there already, shorter than they may become.
            quota_of(self.role, inline=0)
        else:
            self.role = given
            is_grantable = self._grant(statements)
        self._denials: list[Construct] = []
        self._rights: RegistrationRights | None = None
        if is_grantable:
            most = _INLINE_CHARACTERS_IN_VPC if in_vpc else _INLINE_CHARACTERS
            quota_of(self.role).reserve_inline(most)
            self._rights = RegistrationRights(provider, self.role, is_shared=given is not None)

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
        """Grant the registration of one connector, or warn of what the role's owner has to grant.

        The custom resource is created after the policies, and deleted before them.
        """
        for denial in self._denials:
            registration.node.add_dependency(denial)
        if self._rights is not None:
            self._rights.grant(
                connector,
                registration=registration,
                label=label,
                connector_arn=connector_arn,
                function=function,
                function_arn=function_arn,
            )
            return
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

    def deny_network_interfaces(self, function: lambda_.Function) -> None:
        """Keep the function's own code from using the rights with which Lambda puts it into a VPC.

        Source: Lambda Developer Guide, same chapter: requests by the code carry the function's ARN,
        and Lambda's own do not. A policy of its own, because the function waits for its role.
        """
        if self._rights is None:
            return
        statement = iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=[*_NETWORK_INTERFACES, _DETACH],
            resources=["*"],
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": function.function_arn}},
        )
        self._denials.append(self._policy("NetworkInterfaces", [statement]))

    def _grant(self, statements: list[iam.PolicyStatement]) -> bool:
        policy = self._policy("Registration", statements)
        if not is_attached(policy):
            self._provider.node.try_remove_child("Registration")
            warn_of_missing_rights(self._provider, _WHOSE, statements)
            return False
        _acknowledge_wildcards(policy)
        self.needed_by_function.append(policy)
        return True

    def _policy(self, construct_id: str, statements: list[iam.PolicyStatement]) -> iam.Policy:
        policy = iam.Policy(self._provider, construct_id, statements=statements)
        resource = cast("iam.CfnPolicy", policy.node.default_child)
        name = f"{self._provider.node.id}{construct_id}"
        resource.policy_name = unique_policy_name(policy, name)
        self.role.attach_inline_policy(policy)
        return policy


def _acknowledge_wildcards(holder: iam.IRole | iam.Policy) -> None:
    flows = arn_in_finding(holder, "arn:{partition}:appflow:{region}:{account}:flow/*")
    acknowledge(
        holder,
        reason_for("IAM5[Resource::*]", _ANY_RESOURCE),
        reason_for("LambdaStarPermissions", _ANY_RESOURCE, SERVERLESS_PACK),
        reason_for(f"IAM5[Resource::{flows}]", _ANY_FLOW),
    )


def _role_with(provider: Construct, statements: list[iam.PolicyStatement]) -> iam.Role:
    return iam.Role(
        provider,
        "Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={"Registration": iam.PolicyDocument(statements=statements)},
    )


def _log_group_arn(provider: Construct, log_group: logs.ILogGroup) -> str:
    if isinstance(log_group, logs.LogGroup) or not is_token(name := log_group.log_group_name):
        return log_group.log_group_arn
    # An imported group's name may come from outside. The asterisk stands for its streams.
    return environment_of(provider).arn("logs", f"log-group:{literal(provider, name)}:*")


def _statements(
    provider: Construct, log_group: logs.ILogGroup, *, in_vpc: bool
) -> list[iam.PolicyStatement]:
    here = environment_of(provider)
    unregister = here.arn("appflow", "/unregister-connector")
    flows = here.arn("appflow", "flow/*")
    statements = [
        # AppFlow has no resource type for them. The profiles are listed, like the flows below, to
        # name what keeps a connector from being unregistered.
        iam.PolicyStatement(
            actions=["appflow:DescribeConnectorProfiles", "appflow:RegisterConnector"],
            resources=["*"],
        ),
        # AWS was seen to evaluate this ARN instead of the connector's own.
        iam.PolicyStatement(actions=["appflow:UnRegisterConnector"], resources=[unregister]),
        iam.PolicyStatement(actions=["appflow:ListFlows"], resources=[flows]),
        iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[_log_group_arn(provider, log_group)],
        ),
    ]
    if in_vpc:
        statements.append(iam.PolicyStatement(actions=[*_NETWORK_INTERFACES], resources=["*"]))
    return statements
