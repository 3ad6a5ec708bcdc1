"""What a provider's role may do for its connectors, in as few policies as IAM's quotas admit.

A policy grants a group of connectors, and its logical id follows their labels. CloudFormation
updates what stays before it deletes what goes: a policy that lost a removed connector by an update
would leave it registered. A policy with another logical id is made anew instead, and the old one
is deleted last, after the connectors that depend on it.

Source: IAM User Guide, "IAM and AWS STS quotas": all inline policies of a role together have 10,240
characters, a managed policy has 6,144, white space apart; 10 of these can be attached to a role.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import cast

import jsii
from aws_cdk import (
    CfnElement,
    IListProducer,
    IResolveContext,
    IStableStringProducer,
    Lazy,
    Stack,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector.environment import Environment, environment_of
from cdk_appflow_connector.nag_reasons import acknowledge_inline_policies
from cdk_appflow_connector.provider.unique_policy_name import unique_policy_name
from cdk_appflow_connector.synth_warnings import WarningId, warn
from cdk_appflow_connector.tokens import is_token

_ON_CONNECTORS = (
    "appflow:DescribeConnector",
    "appflow:UnRegisterConnector",
    "appflow:UpdateConnectorRegistration",
)
# AppFlow calls the connector with its caller's rights while it registers it.
_ON_FUNCTIONS = ("lambda:InvokeFunction",)

_MANAGED_CHARACTERS = 6_144
# The role's own inline policy has up to 1,240, in a VPC and with a log group of 512 characters.
_INLINE_CHARACTERS = 10_240 - 1_240
# So that all can be replaced in one deployment.
_MANAGED_POLICIES = 10 // 2

# A document with two statements and no resource.
_DOCUMENT_CHARACTERS = 300
# Up to the label, in the partition and the Region with the longest names, with quotes and comma.
_CONNECTOR_ARN_CHARACTERS = 64
_LONGEST_LABEL = 256
# The longest name that a function can have, and a version's number.
_FUNCTION_ARN_CHARACTERS = 140
# Source: API reference of Lambda, CreateAlias. A version's number is shorter.
_LONGEST_ALIAS = 128
_LONGEST_CONNECTOR_CHARACTERS = (
    _DOCUMENT_CHARACTERS + _CONNECTOR_ARN_CHARACTERS + _LONGEST_LABEL + _FUNCTION_ARN_CHARACTERS
)


class RegistrationRights:
    """The rights of one role, over all stacks whose connectors it registers.

    Args:
        provider: whose role it is; its stack's policies are its children.
        role: who is granted.
        is_shared: the role is not the provider's alone: providers of other stacks and Regions may
            add policies to it, too.
    """

    def __init__(self, provider: Construct, role: iam.IRole, *, is_shared: bool) -> None:
        self._provider = provider
        self._role = role
        self._is_shared = is_shared
        self._groups: dict[str, list[_Group]] = {}
        self._functions: dict[str, dict[str, _Group]] = {}
        self._inline: list[_Group] = []
        self._managed = 0

    def grant(
        self,
        connector: Construct,
        *,
        label: str,
        connector_arn: str,
        function: lambda_.IFunction,
        function_arn: str,
    ) -> list[Construct]:
        """Grant the registration of one connector.

        Returns:
            The policies. The custom resource must be created after them and deleted before them.
        """
        stack = environment_of(connector)
        is_known = not is_token(label)
        length = len(label) if is_known else _LONGEST_LABEL
        group = self._group_with_room(stack, _CONNECTOR_ARN_CHARACTERS + length)
        group.add_connector(label if is_known else connector.node.path, connector_arn)
        functions = self._functions.setdefault(stack.path, {})
        if function_arn not in functions:
            length = _length(function, function_arn)
            functions[function_arn] = self._group_with_room(stack, length)
            functions[function_arn].add_function(function_arn)
        return [group.policy, functions[function_arn].policy]

    def _group_with_room(self, stack: Environment, added: int) -> _Group:
        """The stack's last policy or, if that is full, a further one; so much is taken of it."""
        groups = self._groups.setdefault(stack.path, [])
        if not groups or not self._has_room(groups[-1], added):
            groups.append(self._new_group(stack, len(groups)))
        groups[-1].characters += added
        return groups[-1]

    def _has_room(self, group: _Group, added: int) -> bool:
        after = group.characters + added
        if not group.is_inline:
            return after <= _MANAGED_CHARACTERS
        return self._inline_has_room(group.characters, after)

    def _inline_has_room(self, before: int, after: int) -> bool:
        """Whether a policy may grow so, if it is the one that a deployment makes anew."""
        sizes = [each.characters for each in self._inline]
        return sum(sizes) - before + after + max([*sizes, after]) <= _INLINE_CHARACTERS

    def _new_group(self, stack: Environment, number: int) -> _Group:
        is_inline = number == 0 and self._inline_has_room(0, _LONGEST_CONNECTOR_CHARACTERS)
        # Which kind it is depends on other stacks, too, and no resource can change its type.
        construct_id = "Policy" if is_inline else f"ManagedPolicy{number}"
        group = _Group(
            self._place(stack),
            construct_id,
            self._role,
            is_inline=is_inline,
            is_shared=self._is_shared,
        )
        if is_inline:
            self._inline.append(group)
        else:
            self._count_managed()
        return group

    def _place(self, stack: Environment) -> Construct:
        """Where a stack's policies are: a provider's stack cannot refer to all that use it."""
        if stack.path == environment_of(self._provider).path:
            return self._provider
        name = f"{self._provider.node.id}{self._provider.node.addr[-8:]}"
        existing = stack.stack.node.try_find_child(name)
        if isinstance(existing, Construct):
            return existing
        holder = Construct(stack.stack, name)
        acknowledge_inline_policies(holder)
        return holder

    def _count_managed(self) -> None:
        self._managed += 1
        if self._managed == _MANAGED_POLICIES + 1:
            warn(
                self._provider,
                WarningId.TOO_MANY_CONNECTORS_PER_PROVIDER,
                f"The connectors of this provider need more than {_MANAGED_POLICIES} managed "
                "policies. IAM attaches 10 to a role unless you have it raise that quota, and a "
                "deployment that changes all of them needs twice as many for a while: have it "
                "raised, or give new connectors a RegistrationProvider of their own (provider=)",
            )


class _Group:
    """A policy for the connectors that fit into it; what it says of them is read at synth."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        role: iam.IRole,
        *,
        is_inline: bool,
        is_shared: bool,
    ) -> None:
        self.is_inline = is_inline
        self._is_named = is_inline and is_shared
        self.characters = _DOCUMENT_CHARACTERS
        kind = iam.Policy if is_inline else iam.ManagedPolicy
        self.policy = kind(scope, construct_id, roles=[role])
        self._resource = cast("CfnElement", self.policy.node.default_child)
        self._logical_id = _LogicalId(Stack.of(scope).get_logical_id(self._resource))
        self._identify()
        self._resources: dict[Sequence[str], _Arns] = {}

    def add_function(self, function_arn: str) -> None:
        """Grant a function."""
        self._add(_ON_FUNCTIONS, function_arn)

    def add_connector(self, name: str, connector_arn: str) -> None:
        """Grant a connector of that name."""
        self._add(_ON_CONNECTORS, connector_arn)
        self._logical_id.names.append(name)
        if self._logical_id.is_read:  # somebody resolved it before the app was complete
            self._identify()
        if self._is_named:
            name = unique_policy_name(self.policy, self._logical_id.now)
            cast("iam.CfnPolicy", self._resource).policy_name = name

    def _identify(self) -> None:
        self._logical_id.is_read = False
        self._resource.override_logical_id(Lazy.string(self._logical_id))

    def _add(self, actions: Sequence[str], arn: str) -> None:
        if actions not in self._resources:
            arns = self._resources[actions] = _Arns()
            resources = Lazy.uncached_list(arns)
            statement = iam.PolicyStatement(actions=[*actions], resources=resources)
            self.policy.add_statements(statement)
        self._resources[actions].arns.append(arn)


# Read at synth, because each connector would take a call to Node.js for each of them.


@jsii.implements(IStableStringProducer)
class _LogicalId:
    def __init__(self, base: str) -> None:
        self._base = base
        self.names: list[str] = []
        self.is_read = False

    @property
    def now(self) -> str:
        return f"{self._base}{_digest(self.names)}"

    def produce(self) -> str:
        self.is_read = True
        return self.now


@jsii.implements(IListProducer)
class _Arns:
    def __init__(self) -> None:
        self.arns: list[str] = []

    def produce(self, context: IResolveContext) -> list[str]:  # noqa: ARG002 - the interface's
        return self.arns


def _length(function: lambda_.IFunction, function_arn: str) -> int:
    """The most characters that a function takes in a document, with quotes and comma."""
    if "${" not in function_arn:
        return len(function_arn) + len('"",')
    if isinstance(function, (lambda_.Function, lambda_.Version)):
        return _FUNCTION_ARN_CHARACTERS
    return _FUNCTION_ARN_CHARACTERS + _LONGEST_ALIAS


def _digest(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:8].upper()
