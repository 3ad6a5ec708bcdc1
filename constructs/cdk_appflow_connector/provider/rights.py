"""Grants a provider's role its rights on connectors, in as few policies as IAM's quotas allow.

A policy grants a group of connectors, and its logical id depends on their labels. CloudFormation
updates what stays before it deletes what goes: if an update took a removed connector out of its
policy, the connector could no longer be unregistered. So the change makes a new policy, under
another logical id, and the old one is deleted last, after the connectors that depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aws_cdk import CfnResource
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector.access.deployed_text import literal
from cdk_appflow_connector.access.packing import Part, Right, pack
from cdk_appflow_connector.access.policies import InlinePolicy, ManagedPolicy, Policy
from cdk_appflow_connector.access.role_quota import (
    ATTACHED_BY_DEFAULT,
    MANAGED_CHARACTERS,
    RoleQuota,
    quota_of,
)
from cdk_appflow_connector.environment import Environment, environment_of
from cdk_appflow_connector.nag_reasons import acknowledge_inline_policies
from cdk_appflow_connector.synth_warnings import WarningId, warn
from cdk_appflow_connector.synthesis import add_dependency, finish
from cdk_appflow_connector.tokens import is_token

_ON_CONNECTORS = (
    "appflow:DescribeConnector",
    "appflow:UnRegisterConnector",
    "appflow:UpdateConnectorRegistration",
)
# While AppFlow registers a connector, it invokes the function with its caller's rights.
_ON_FUNCTIONS = "lambda:InvokeFunction"

# Half the quota, so that one deployment can replace all of them.
_MANAGED_POLICIES = ATTACHED_BY_DEFAULT // 2

# Up to the label, in the partition and Region with the longest names, with quotes and comma.
_CONNECTOR_ARN_CHARACTERS = 64
_LONGEST_LABEL = 256
# With the longest name that a function can have, and a version's number.
_FUNCTION_ARN_CHARACTERS = 140
# Source: Lambda API reference, CreateAlias. A version's number is shorter.
_LONGEST_ALIAS = 128


class RegistrationRights:
    """The rights of one role on the connectors of all stacks that it serves.

    Args:
        provider: the role's provider; its own stack's policies are its children.
        role: the role.
        is_shared: providers of other stacks and Regions may add policies to the role, too.
    """

    def __init__(self, provider: Construct, role: iam.IRole, *, is_shared: bool) -> None:
        self._provider = provider
        self._role = role
        self._is_shared = is_shared
        self._stacks: dict[str, _StackPolicies] = {}
        self._quota = quota_of(role)

    def grant(
        self,
        connector: Construct,
        *,
        registration: CfnResource,
        label: str,
        connector_arn: str,
        function: lambda_.IFunction,
        function_arn: str,
    ) -> None:
        """Grant the registration of one connector, before which the policies are created."""
        here = environment_of(connector)
        if here.path not in self._stacks:
            self._stacks[here.path] = self._policies_of(here)
        is_known = not is_token(label)
        length = len(label) if is_known else _LONGEST_LABEL
        right = Right(
            name=label if is_known else connector.node.path,
            arn=connector_arn,
            characters=_CONNECTOR_ARN_CHARACTERS + length,
            function=function_arn,
            function_arn=_in_policy(connector, function, function_arn),
            function_characters=_length(function, function_arn),
        )
        self._stacks[here.path].add(right, registration)

    def _policies_of(self, environment: Environment) -> _StackPolicies:
        """Keep policies in their connector's stack: the provider's can't refer to all others."""
        scope = self._provider
        if environment.path != environment_of(self._provider).path:
            name = f"{self._provider.node.id}{self._provider.node.addr[-8:]}"
            scope = Construct(environment.stack, name)
            acknowledge_inline_policies(scope)
        return _StackPolicies(scope, self._role, self._quota, self._count_managed, self._is_shared)

    def _count_managed(self) -> None:
        if self._quota.attach_replaced(self._provider):
            warn(
                self._provider,
                WarningId.TOO_MANY_CONNECTORS_PER_PROVIDER,
                f"The connectors of this provider need more than {_MANAGED_POLICIES} managed "
                "policies. IAM attaches at most 10 to a role by default, and a deployment that "
                "replaces all of them needs twice as many for a while: have the quota raised, or "
                "give new connectors a RegistrationProvider of their own (provider=)",
            )


class _StackPolicies:
    """The policies for the connectors of one stack: an inline one, if there is room, and managed.

    Args:
        scope: their parent.
        role: the role.
        quota: the role's.
        count_managed: is called for each managed policy before it is made.
        is_shared: others may add policies to the role.
    """

    def __init__(
        self,
        scope: Construct,
        role: iam.IRole,
        quota: RoleQuota,
        count_managed: Callable[[], None],
        is_shared: bool,
    ) -> None:
        self._scope = scope
        self._role = role
        self._quota = quota
        self._count_managed = count_managed
        self._is_shared = is_shared
        self._registrations: dict[Right, CfnResource] = {}
        self._inline: InlinePolicy | None = None
        self._managed: list[ManagedPolicy] = []
        self.characters = 0
        """Of the inline policy."""
        quota.add_replaced(self)
        finish(scope, self._finish)

    def add(self, right: Right, registration: CfnResource) -> None:
        """Grant a connector; the policies are cut again, so that the order is no matter."""
        self._registrations[right] = registration
        room = self._quota.room_to_replace(self)
        inline, *managed = pack(self._registrations, room, MANAGED_CHARACTERS)
        self.characters = inline.characters if inline.rights else 0
        self._arrange_inline(inline)
        self._arrange_managed(managed)

    def _arrange_inline(self, part: Part) -> None:
        if not part.rights:
            self._scope.node.try_remove_child("Policy")
            self._inline = None
            return
        if self._inline is None:
            self._inline = InlinePolicy(
                self._scope, self._role, _statements, is_shared=self._is_shared
            )
        self._inline.grant(part)

    def _arrange_managed(self, parts: Sequence[Part]) -> None:
        while len(self._managed) > len(parts):
            self._scope.node.try_remove_child(f"ManagedPolicy{len(self._managed)}")
            self._managed.pop()
            self._quota.detach_replaced()
        while len(self._managed) < len(parts):
            self._count_managed()
            name = f"ManagedPolicy{len(self._managed) + 1}"
            # Its id is not by its number, which one policy more or less before it would change.
            base = self._managed[0].base_id if self._managed else None
            self._managed.append(ManagedPolicy(self._scope, name, self._role, _statements, base))
        for policy, part in zip(self._managed, parts, strict=True):
            policy.grant(part)

    def _finish(self) -> None:
        policies: list[Policy] = [*filter(None, [self._inline]), *self._managed]
        invoking = {name: policy for policy in policies for name in policy.part.functions}
        for policy in policies:
            for right in policy.part.rights:
                for awaited in {policy, invoking[right.function]}:
                    add_dependency(self._registrations[right], awaited.resource)


def _statements(part: Part) -> list[dict[str, Any]]:
    connectors = [right.arn for right in part.rights]
    functions = [right.function_arn for right in part.functions.values()]
    granted = [(list(_ON_CONNECTORS), connectors), (_ON_FUNCTIONS, functions)]
    return [
        {"Action": actions, "Effect": "Allow", "Resource": resources}
        for actions, resources in granted
        if resources
    ]


def _length(function: lambda_.IFunction, function_arn: str) -> int:
    """The most characters that a function takes in a policy, with quotes and comma."""
    if "${" not in function_arn:
        return len(function_arn) + len('"",')
    if isinstance(function, (lambda_.Function, lambda_.Version)):
        return _FUNCTION_ARN_CHARACTERS
    return _FUNCTION_ARN_CHARACTERS + _LONGEST_ALIAS


def _in_policy(scope: Construct, function: lambda_.IFunction, function_arn: str) -> str:
    """The ARN, without wildcards if it comes from outside: a parameter's value could hold some."""
    is_of_the_app = isinstance(function, (lambda_.Function, lambda_.Alias, lambda_.Version))
    return function_arn if is_of_the_app else literal(scope, function_arn)
