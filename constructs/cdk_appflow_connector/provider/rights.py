"""Grants a provider's role its rights on connectors, in as few policies as IAM's quotas allow.

A policy grants a group of connectors, and its logical id depends on their labels. CloudFormation
updates what stays before it deletes what goes: if an update took a removed connector out of its
policy, the connector could no longer be unregistered. So the change makes a new policy, under
another logical id, and the old one is deleted last, after the connectors that depend on it.
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

from cdk_appflow_connector.access.deployed_text import literal
from cdk_appflow_connector.access.role_quota import (
    ATTACHED_BY_DEFAULT,
    MANAGED_CHARACTERS,
    quota_of,
)
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
# While AppFlow registers a connector, it invokes the function with its caller's rights.
_ON_FUNCTIONS = ("lambda:InvokeFunction",)

# Half the quota, so that one deployment can replace all of them.
_MANAGED_POLICIES = ATTACHED_BY_DEFAULT // 2

# A document with two statements and no resources.
_DOCUMENT_CHARACTERS = 300
# Up to the label, in the partition and Region with the longest names, with quotes and comma.
_CONNECTOR_ARN_CHARACTERS = 64
_LONGEST_LABEL = 256
# With the longest name that a function can have, and a version's number.
_FUNCTION_ARN_CHARACTERS = 140
# Source: Lambda API reference, CreateAlias. A version's number is shorter.
_LONGEST_ALIAS = 128
# Source: CloudFormation user guide, "Understand CloudFormation quotas".
_LONGEST_LOGICAL_ID = 255
_CDK_DIGEST = 8
_LONGEST_CONNECTOR_CHARACTERS = (
    _DOCUMENT_CHARACTERS + _CONNECTOR_ARN_CHARACTERS + _LONGEST_LABEL + _FUNCTION_ARN_CHARACTERS
)


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
        self._groups: dict[str, list[_Group]] = {}
        self._functions: dict[str, dict[str, _Group]] = {}
        self._quota = quota_of(role)

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
        environment = environment_of(connector)
        is_known = not is_token(label)
        length = len(label) if is_known else _LONGEST_LABEL
        group = self._group_with_room(environment, _CONNECTOR_ARN_CHARACTERS + length)
        group.add_connector(label if is_known else connector.node.path, connector_arn)
        functions = self._functions.setdefault(environment.path, {})
        if function_arn not in functions:
            length = _length(function, function_arn)
            functions[function_arn] = self._group_with_room(environment, length)
            functions[function_arn].add_function(_in_policy(connector, function, function_arn))
        return [group.policy, functions[function_arn].policy]

    def _group_with_room(self, environment: Environment, added: int) -> _Group:
        """Take characters of the stack's last policy or, if that is full, of a new one."""
        groups = self._groups.setdefault(environment.path, [])
        if not groups or not self._has_room(groups[-1], added):
            groups.append(self._new_group(environment, len(groups)))
        groups[-1].characters += added
        return groups[-1]

    def _has_room(self, group: _Group, added: int) -> bool:
        after = group.characters + added
        if not group.is_inline:
            return after <= MANAGED_CHARACTERS
        return self._quota.has_inline_room_to_replace(group.characters, after)

    def _new_group(self, environment: Environment, number: int) -> _Group:
        is_inline = number == 0 and self._quota.has_inline_room_to_replace(
            0, _LONGEST_CONNECTOR_CHARACTERS
        )
        # A resource can't change its type, and whether there is room depends on other stacks, too.
        construct_id = "Policy" if is_inline else f"ManagedPolicy{number}"
        group = _Group(
            self._policy_scope(environment),
            construct_id,
            self._role,
            is_inline=is_inline,
            is_shared=self._is_shared,
        )
        if is_inline:
            self._quota.add_replaced(group)
        else:
            self._count_managed()
        return group

    def _policy_scope(self, environment: Environment) -> Construct:
        """Keep policies in their connector's stack: the provider's can't refer to all others."""
        if environment.path == environment_of(self._provider).path:
            return self._provider
        name = f"{self._provider.node.id}{self._provider.node.addr[-8:]}"
        existing = environment.stack.node.try_find_child(name)
        if isinstance(existing, Construct):
            return existing
        holder = Construct(environment.stack, name)
        acknowledge_inline_policies(holder)
        return holder

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


class _Group:
    """A policy for as many connectors as fit into it; its content is read at synth."""

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
        """Grant the invocation of a function."""
        self._add(_ON_FUNCTIONS, function_arn)

    def add_connector(self, name: str, connector_arn: str) -> None:
        """Grant a connector; the name, its label or path, changes the logical id."""
        self._add(_ON_CONNECTORS, connector_arn)
        self._logical_id.names.append(name)
        if self._logical_id.is_read:  # resolved before the app was complete
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


# Both are read at synth: updating them takes a call to Node.js for each connector.


@jsii.implements(IStableStringProducer)
class _LogicalId:
    def __init__(self, base: str) -> None:
        self._base = base
        self.names: list[str] = []
        self.is_read = False

    @property
    def now(self) -> str:
        digest = _digest(sorted(self.names))  # the order in which an app makes them is no matter
        if len(self._base) > _LONGEST_LOGICAL_ID - len(digest):
            # It ends in the CDK's own digest, which tells it from others that begin like it.
            end = self._base[-_CDK_DIGEST:]
            return f"{self._base[: _LONGEST_LOGICAL_ID - len(digest) - len(end)]}{end}{digest}"
        return f"{self._base}{digest}"

    def produce(self) -> str:
        self.is_read = True
        return self.now


@jsii.implements(IListProducer)
class _Arns:
    def __init__(self) -> None:
        self.arns: list[str] = []

    def produce(self, context: IResolveContext) -> list[str]:  # noqa: ARG002 - IListProducer's
        return self.arns


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


def _digest(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:8].upper()
