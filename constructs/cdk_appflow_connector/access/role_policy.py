"""The policy by which a role of the app reads secrets, in the role itself.

An app that sets the role's policies after it made the connector would take the right away without a
word: so the policy is looked for again, and written again, when the app is synthesised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import jsii
from aws_cdk import Aspects, IAspect, IResolvable
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of, node_of

_READ = "secretsmanager:GetSecretValue"
_POLICY = "AppFlowSecrets"
_Property = IResolvable | iam.CfnRole.PolicyProperty


def grant_in_role(connector: Construct, role: iam.IRole, secrets: str) -> bool:
    """Let a role of the app read the secrets; False if it was made beforehand, elsewhere."""
    resource = node_of(role).default_child
    if not isinstance(resource, iam.CfnRole):  # precreated (Role.customize_roles)
        return False
    policies = state_of(environment_of(resource).stack, "role_policies", _RolePolicies)
    policies.of(role, resource).add(connector, secrets)
    return True


@dataclass
class _RolePolicy:
    """The policy of one role, for all its connectors."""

    role: iam.IRole
    resource: iam.CfnRole
    connectors: list[Construct] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    written: iam.CfnRole.PolicyProperty | None = None

    def add(self, connector: Construct, secrets: str) -> None:
        self.connectors.append(connector)
        self.secrets.append(secrets)
        policies = self._read()
        if policies is not None:
            self._write(policies)

    def mend(self) -> None:
        policies = self._read()
        if policies is None:  # a token: the role's policies are known at deployment only
            self._write_beside()
        elif not any(map(self._is_written, policies)):
            self._write(policies)

    def _read(self) -> list[_Property] | None:
        policies = self.resource.policies or []
        return policies if isinstance(policies, list) else None

    def _write(self, policies: list[_Property]) -> None:
        others = [each for each in policies if not self._is_written(each)]
        statement = {"Action": _READ, "Effect": "Allow", "Resource": [*self.secrets]}
        self.written = iam.CfnRole.PolicyProperty(
            policy_name=_free_name({_name_of(each) for each in others}),
            policy_document={"Statement": [statement], "Version": "2012-10-17"},
        )
        self.resource.policies = [*others, self.written]

    def _is_written(self, policy: object) -> bool:
        # Nothing but its content tells it from one that the app gave the same name.
        return isinstance(policy, iam.CfnRole.PolicyProperty) and policy == self.written

    def _write_beside(self) -> None:
        if node_of(self.resource).try_find_child(_POLICY) is None:
            statement = iam.PolicyStatement(actions=[_READ], resources=self.secrets)
            policy = iam.Policy(self.resource, _POLICY, statements=[statement], roles=[self.role])
            for connector in self.connectors:
                connector.node.add_dependency(policy)


@jsii.implements(IAspect)
class _RolePolicies:
    """Those of one stack, mended at once: a visit of each role would take a call from Node.js."""

    def __init__(self) -> None:
        self._policies: dict[str, _RolePolicy] = {}

    def of(self, role: iam.IRole, resource: iam.CfnRole) -> _RolePolicy:
        if not self._policies:
            Aspects.of(resource).add(self)
        return self._policies.setdefault(node_of(role).path, _RolePolicy(role, resource))

    def visit(self, node: IConstruct) -> None:  # noqa: ARG002 - IAspect's
        for policy in self._policies.values():
            policy.mend()


def _name_of(policy: object) -> str | None:
    if isinstance(policy, iam.CfnRole.PolicyProperty):
        return policy.policy_name
    if isinstance(policy, Mapping):
        return policy.get("policyName") or policy.get("policy_name")
    return None


def _free_name(taken: set[str | None]) -> str:
    names = (f"{_POLICY}{number or ''}" for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)
