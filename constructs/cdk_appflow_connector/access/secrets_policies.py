"""The policies by which roles that this app doesn't own, or can't name at synth, read secrets.

What doesn't fit beside a role's own policies goes into managed ones, in the order in which the
connectors are made. Each is updated after the one before it: when a connector is removed, those
after it move up, and none is without its right in between.
"""

from __future__ import annotations

import jsii
from aws_cdk import IListProducer, IResolveContext, Lazy
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_appflow_connector.access.role_quota import (
    MANAGED_CHARACTERS,
    RoleQuota,
    quota_of,
)
from cdk_appflow_connector.construct_state import identity_of, state_of
from cdk_appflow_connector.environment import environment_of

READ = "secretsmanager:GetSecretValue"
POLICY = "AppFlowSecrets"
LONGEST_LABEL = 256

# A document with one statement and no resources.
_DOCUMENT_CHARACTERS = 120
ARN_CHARACTERS = 100
"""Without the label, in the partition and Region with the longest names, with quotes and comma."""


class RoleSecrets:
    """What one role may read by these policies.

    Args:
        role: the role, of the app or imported.
    """

    def __init__(self, role: iam.IRole) -> None:
        self._role = role
        self._quota: RoleQuota = quota_of(role)
        self._managed: dict[str, list[_ManagedPolicy]] = {}

    def take_room_beside_role(self, label_length: int) -> bool:
        """Take room for an inline policy, or a statement in one, that is a resource of its own."""
        characters = _DOCUMENT_CHARACTERS + ARN_CHARACTERS + label_length
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
        groups = self._managed.setdefault(environment_of(connector).path, [])
        added = ARN_CHARACTERS + label_length
        if not groups or groups[-1].characters + added > MANAGED_CHARACTERS:
            self._quota.attach(connector)
            groups.append(_ManagedPolicy(connector, len(groups) + 1, self._role, groups[-1:]))
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
    known = state_of(environment_of(role).root, "other_secrets", dict[str, RoleSecrets])
    identity = identity_of(role)
    if identity not in known:
        known[identity] = RoleSecrets(role)
    return known[identity]


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
