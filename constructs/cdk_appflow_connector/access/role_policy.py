"""The policies by which a role of the app reads secrets, written so that none is ever missing.

The first is in the role itself: it adds no resource, and the right exists before the function does.
It leaves room for what the app adds to the role by other ways. What doesn't fit goes into managed
policies that the role attaches, so that they, too, are created before it, and detached by the
update that writes their successors.

An app that sets the role's policies after it made the connector would take the right away without a
word: so the policy is looked for again, and written again, when the app is complete. What an
override takes away shows in the template only, and is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aws_cdk import CfnResource
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_appflow_connector.access.packing import Part, Right, pack
from cdk_appflow_connector.access.policies import ManagedPolicy
from cdk_appflow_connector.access.role_quota import (
    INLINE_CHARACTERS,
    MANAGED_CHARACTERS,
    is_counted,
    quota_of,
    resource_of,
)
from cdk_appflow_connector.access.secrets_policies import ARN_CHARACTERS, POLICY, READ
from cdk_appflow_connector.construct_state import identity_of, state_of
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.synthesis import (
    Resources,
    add_dependency,
    check_template,
    finish,
)

_NOTHING = Part((), {}, 0)


def grant_in_role(
    connector: Construct, registration: CfnResource, role: iam.IRole, secrets: str, label: str
) -> bool:
    """Let a role of the app read the secrets; False if it was made beforehand, elsewhere.

    Raises:
        ValueError: no more policies can be attached to the role.
    """
    resource = resource_of(role)
    if not (isinstance(resource, iam.CfnRole) and isinstance(role, iam.Role)):
        return False  # precreated (Role.customize_roles)
    every = state_of(environment_of(connector).root, "role_secrets", dict[str, _RoleSecrets])
    identity = identity_of(role)
    if identity not in every:
        every[identity] = _RoleSecrets(role, resource)
    right = Right(name=label, arn=secrets, characters=ARN_CHARACTERS + len(label))
    every[identity].add(connector, registration, right)
    return True


class _RoleSecrets:
    """What one role may read, for all its connectors."""

    def __init__(self, role: iam.Role, resource: iam.CfnRole) -> None:
        self.role = role
        self.inline = _NOTHING
        self.managed: list[ManagedPolicy] = []
        self._resource = resource
        self._has_changed = is_counted(role)
        """Whether the role's policies may have, since the quota read them."""
        self._quota = quota_of(role)
        self._rights: list[Right] = []
        self._registrations: list[CfnResource] = []
        self._written: dict[str, Any] | None = None
        """As the role's resource has it: a mapping, which is compared without a call to Node.js."""
        self._attached = 0
        finish(role, self._finish)
        stack = environment_of(role).stack
        state_of(stack, "kept_secrets", lambda: _KeptSecrets(role)).roles.append(self)

    def add(self, connector: Construct, registration: CfnResource, right: Right) -> None:
        self._rights.append(right)
        self._registrations.append(registration)
        taken = self.inline.characters
        room = min(INLINE_CHARACTERS // 2, self._quota.inline_room() + taken)
        inline, *managed = pack(self._rights, room, MANAGED_CHARACTERS)
        self.inline = inline if inline.rights else _NOTHING
        self._quota.reserve_inline(self.inline.characters - taken)
        self._arrange(connector, managed)
        quota = self._quota
        policies = (self._resource.policies if self._has_changed else quota.first_policies) or []
        self._has_changed = True
        if isinstance(policies, list):  # otherwise a token, see below
            self._write(policies)

    def _arrange(self, connector: Construct, parts: Sequence[Part]) -> None:
        while len(self.managed) > len(parts):
            self.role.node.try_remove_child(f"{POLICY}{len(self.managed)}")
            self.managed.pop()
            self._quota.detach()
        while len(self.managed) < len(parts):
            self._quota.attach(connector)
            name = f"{POLICY}{len(self.managed) + 1}"
            base = self.managed[0].base_id if self.managed else None
            self.managed.append(ManagedPolicy(self.role, name, None, _statements, base))
        for policy, part in zip(self.managed, parts, strict=True):
            policy.grant(part)

    def _finish(self) -> None:
        # One call, as in the revision; each policy that the property returns takes two more.
        found = self._resource._cfn_properties.get("policies") or []
        if not isinstance(found, list):  # the role's policies are known at deployment only
            self._write_beside()
        elif self._written is not None and self._written not in found:
            self._write(found)
        for policy in self.managed[self._attached :]:
            scope = Construct(policy.resource, "Attached")
            arn = policy.resource.ref
            self.role.add_managed_policy(
                iam.ManagedPolicy.from_managed_policy_arn(scope, "Arn", arn)
            )
        self._attached = len(self.managed)

    def _write(self, policies: Sequence[Any]) -> None:
        others = [each for each in policies if not self._is_written(each)]
        self._written = None
        mixed = others
        if self.inline.rights:
            self._written = {
                "policyName": _free_name({_name_of(each) for each in others}),
                "policyDocument": {"Statement": _statements(self.inline), "Version": "2012-10-17"},
            }
            mixed = [*others, self._written]
        self._resource.policies = mixed

    def _is_written(self, policy: object) -> bool:
        # A name doesn't tell it from one of the app's.
        return self._written is not None and (
            policy == self._written
            or (
                isinstance(policy, iam.CfnRole.PolicyProperty)
                and policy.policy_document == self._written["policyDocument"]
            )
        )

    def _write_beside(self) -> None:
        if self._resource.node.try_find_child(POLICY) is None and self.inline.rights:
            policy = iam.CfnPolicy(
                Construct(self._resource, POLICY),
                "Resource",
                policy_document={"Statement": _statements(self.inline), "Version": "2012-10-17"},
                policy_name=POLICY,
                roles=[self.role.role_name],
            )
            for registration in self._registrations:
                add_dependency(registration, policy)


class _KeptSecrets:
    """The check that the template of the roles' stack still has the rights that were written."""

    def __init__(self, role: iam.Role) -> None:
        self.roles: list[_RoleSecrets] = []
        check_template(role, self._find)

    def _find(self, resources: Resources) -> Iterator[str]:
        kinds = {key: each.get("Type", "") for key, each in resources.items()}
        granting = [resources[key] for key, kind in kinds.items() if kind.startswith("AWS::IAM::")]
        texts = set(_texts(granting))
        attached = {
            each["Ref"]
            for role in granting
            for each in _listed(role.get("Properties", {}).get("ManagedPolicyArns"))
            if isinstance(each, dict) and "Ref" in each
        }
        for role in self.roles:
            # The ARN's end, after what is known at deployment only, has the label.
            ends = {right.arn.rpartition("}")[2] for right in role.inline.rights}
            ids = {policy.logical_id() for policy in role.managed}
            if not (ends <= texts and ids <= attached):
                yield _lost(role.role)


def _statements(part: Part) -> list[dict[str, Any]]:
    secrets = [right.arn for right in part.rights]
    return [{"Action": READ, "Effect": "Allow", "Resource": secrets}]


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _texts([*value.values()])
        case list():
            for part in value:
                yield from _texts(part)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


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
    return policy.get("policyName") if isinstance(policy, dict) else None


def _free_name(taken: set[str | None]) -> str:
    names = (f"{POLICY}{number or ''}" for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)
