"""The policies by which roles read secrets, in as few as IAM's quotas allow.

The first of a role is in the role itself: it adds no resource, and the right exists before the
function does. It leaves room for what the app adds to the role by other ways. What doesn't fit goes
into managed policies, each of which is updated after the one before it: when a connector is
removed, those after it move up, and none is without its right in between.
"""

from __future__ import annotations

import jsii
from aws_cdk import IListProducer, IResolveContext, Lazy
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_appflow_connector.access.role_quota import (
    INLINE_CHARACTERS,
    MANAGED_CHARACTERS,
    RoleQuota,
    quota_of,
)
from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of, node_of

READ = "secretsmanager:GetSecretValue"
POLICY = "AppFlowSecrets"
LONGEST_LABEL = 256

# The other half is for what the app grants the role, before or after.
_INLINE_CHARACTERS = INLINE_CHARACTERS // 2
# A document with one statement and no resources.
_DOCUMENT_CHARACTERS = 120
# Without the label, in the partition and Region with the longest names, with quotes and comma.
_ARN_CHARACTERS = 100


class RoleSecrets:
    """What one role may read.

    Args:
        role: the role, of the app or imported.
    """

    def __init__(self, role: iam.IRole) -> None:
        self._role = role
        self._quota: RoleQuota = quota_of(role)
        self._inline = 0
        self._managed: dict[str, list[_ManagedPolicy]] = {}

    def take_room_in_role(self, label_length: int) -> bool:
        """Take room for a connector's secrets in the policy that the role itself has."""
        added = _ARN_CHARACTERS + label_length + (0 if self._inline else _DOCUMENT_CHARACTERS)
        if self._managed or self._inline + added > _INLINE_CHARACTERS:
            return False
        if not self._quota.has_inline_room(added):
            return False
        self._inline += added
        self._quota.reserve_inline(added)
        return True

    def take_room_beside_role(self, label_length: int) -> bool:
        """Take room for an inline policy, or a statement in one, that is a resource of its own."""
        characters = _DOCUMENT_CHARACTERS + _ARN_CHARACTERS + label_length
        if not self._quota.has_inline_room(characters):
            return False
        self._quota.reserve_inline(characters)
        return True

    def grant_managed(
        self, connector: Construct, secrets: str, label_length: int
    ) -> iam.ManagedPolicy:
        """Add secrets to the last managed policy or, if that is full, to a new one.

        Raises:
            ValueError: no more can be attached to the role.
        """
        # A policy of one stack can't wait for the connectors of another.
        is_of_the_app = isinstance(self._role, iam.Role)
        groups = self._managed.setdefault(
            "" if is_of_the_app else environment_of(connector).path, []
        )
        added = _ARN_CHARACTERS + label_length
        if not groups or groups[-1].characters + added > MANAGED_CHARACTERS:
            self._quota.attach(connector)
            scope = self._role if isinstance(self._role, iam.Role) else connector
            groups.append(_ManagedPolicy(scope, len(groups) + 1, self._role, groups[-1:]))
        groups[-1].characters += added
        groups[-1].secrets.arns.append(secrets)
        return groups[-1].policy

    def attach_alone(self, connector: Construct, secrets: str) -> iam.ManagedPolicy:
        """Make a managed policy for one connector.

        Raises:
            ValueError: no more can be attached to the role.
        """
        self._quota.attach(connector)
        return iam.ManagedPolicy(
            connector, "Secrets", statements=[_statement([secrets])], roles=[self._role]
        )


def secrets_of(role: iam.IRole) -> RoleSecrets:
    """Return what a role of the construct tree may read."""
    known = state_of(environment_of(role).root, "role_secrets", dict[str, RoleSecrets])
    path = node_of(role).path
    if path not in known:
        known[path] = RoleSecrets(role)
    return known[path]


class _ManagedPolicy:
    def __init__(
        self, scope: Construct, number: int, role: iam.IRole, before: list[_ManagedPolicy]
    ) -> None:
        self.characters = _DOCUMENT_CHARACTERS
        self.secrets = _Arns()
        statement = _statement(Lazy.uncached_list(self.secrets))
        self.policy = iam.ManagedPolicy(
            scope, f"{POLICY}{number}", statements=[statement], roles=[role]
        )
        self.policy.node.add_dependency(*(each.policy for each in before))


@jsii.implements(IListProducer)
class _Arns:
    def __init__(self) -> None:
        self.arns: list[str] = []

    def produce(self, context: IResolveContext) -> list[str]:  # noqa: ARG002 - IListProducer's
        return self.arns


def _statement(secrets: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=[READ], resources=secrets)
