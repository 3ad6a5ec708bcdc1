"""The policy by which a role of the app reads secrets, in the role itself.

An app that sets the role's policies after it made the connector would take the right away without a
word: so the policy is looked for again, and written again, when the app is synthesised. What a
property override takes away shows in the template only, and is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jsii
from aws_cdk import Aspects, IAspect
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from cdk_appflow_connector.access.secrets_policies import POLICY, READ
from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of, node_of
from cdk_appflow_connector.synthesis import Resources, check_template


def grant_in_role(connector: Construct, role: iam.IRole, secrets: str) -> bool:
    """Let a role of the app read the secrets; False if it was made beforehand, elsewhere."""
    resource = node_of(role).default_child
    if not isinstance(resource, iam.CfnRole):  # precreated (Role.customize_roles)
        return False
    here = environment_of(connector)
    # By path: each look at a role that the CDK made gives another object in Python.
    every = state_of(here.root, "role_policies", dict[str, _RolePolicy])
    policy = every.setdefault(node_of(role).path, _RolePolicy(role, resource))
    policy.add(connector, secrets)
    kept = state_of(environment_of(role).stack, "kept_rights", lambda: _KeptRights(role))
    kept.add(policy, secrets)
    state_of(here.stack, "mended_policies", lambda: _MendedPolicies(connector)).add(policy)
    return True


@dataclass(eq=False)
class _RolePolicy:
    """The policy of one role, for all its connectors."""

    role: iam.IRole
    resource: iam.CfnRole
    connectors: list[Construct] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    written: dict[str, Any] | None = None
    """As the role's resource has it: a mapping, which is compared without a call to Node.js."""

    def add(self, connector: Construct, secrets: str) -> None:
        self.connectors.append(connector)
        self.secrets.append(secrets)
        policies = self._read()
        if policies is not None:
            self._write(policies)

    def mend(self) -> None:
        # One call, as in the revision; each policy that the property returns takes two more.
        found = self.resource._cfn_properties.get("policies")
        if isinstance(found, list) and self.written in found:
            return
        policies = self._read()
        if policies is None:  # a token: the role's policies are known at deployment only
            self._write_beside()
        else:
            self._write(policies)

    def _read(self) -> list[Any] | None:
        policies = self.resource.policies or []
        return [*policies] if isinstance(policies, list) else None

    def _write(self, policies: list[Any]) -> None:
        others = [each for each in policies if not self._is_written(each)]
        statement = {"Action": READ, "Effect": "Allow", "Resource": [*self.secrets]}
        self.written = {
            "policyName": _free_name({_name_of(each) for each in others}),
            "policyDocument": {"Statement": [statement], "Version": "2012-10-17"},
        }
        mixed: list[Any] = [*others, self.written]
        self.resource.policies = mixed

    def _is_written(self, policy: object) -> bool:
        # A name doesn't tell it from one of the app's.
        return (
            self.written is not None
            and isinstance(policy, iam.CfnRole.PolicyProperty)
            and policy.policy_document == self.written["policyDocument"]
        )

    def _write_beside(self) -> None:
        if node_of(self.resource).try_find_child(POLICY) is None:
            statement = iam.PolicyStatement(actions=[READ], resources=self.secrets)
            policy = iam.Policy(self.resource, POLICY, statements=[statement], roles=[self.role])
            for connector in self.connectors:
                connector.node.add_dependency(policy)


@jsii.implements(IAspect)
class _MendedPolicies:
    """Those of the connectors of one stack, mended when the first of them is visited at synth.

    A visit of each role would take a call from Node.js.
    """

    def __init__(self, connector: Construct) -> None:
        self._connector = connector
        self._policies: set[_RolePolicy] = set()
        Aspects.of(connector).add(self)

    def add(self, policy: _RolePolicy) -> None:
        self._policies.add(policy)

    def visit(self, node: IConstruct) -> None:
        if node is self._connector:
            for policy in self._policies:
                policy.mend()


class _KeptRights:
    """The check that the template of the roles' stack still has the rights that were written."""

    def __init__(self, role: iam.IRole) -> None:
        self._given: list[tuple[_RolePolicy, str]] = []
        check_template(role, self._find)

    def add(self, policy: _RolePolicy, secrets: str) -> None:
        self._given.append((policy, secrets))

    def _find(self, resources: Resources) -> Iterator[str]:
        kinds = {key: each.get("Type", "") for key, each in resources.items()}
        granting = [resources[key] for key, kind in kinds.items() if kind.startswith("AWS::IAM::")]
        texts = set(_texts(granting))
        for policy, secrets in self._given:
            # The ARN's end, after what is known at deployment only, has the label.
            if secrets.rpartition("}")[2] not in texts:
                yield _lost(policy.role)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _texts([*value.values()])
        case list():
            for part in value:
                yield from _texts(part)


def _lost(role: iam.IRole) -> str:
    return (
        f"[{role.node.path}] The role's policies were overridden in the template (such as by "
        f"add_property_override('Policies', …)), and with them went {READ} on its connector's "
        "secrets, without which the connector's function can't read its profiles' credentials. "
        "Set the role's policies instead (cfn_role.policies = […]): that leaves it this right. If "
        "the right comes from elsewhere, give the function role.without_policy_updates()"
    )


def _name_of(policy: object) -> str | None:
    if isinstance(policy, iam.CfnRole.PolicyProperty):
        return policy.policy_name
    return None


def _free_name(taken: set[str | None]) -> str:
    names = (f"{POLICY}{number or ''}" for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)
