"""Counts what this library's policies take of a role's quotas, whoever the role belongs to.

A role may serve several connectors' functions, several providers, or both: IAM counts them all
together. Policies whose content is read at synth reserve the most characters that they may have.

Source: IAM User Guide, "IAM and AWS STS quotas": a role's inline policies have 10,240 characters
in total, a managed policy has 6,144, not counting white space; 10 managed policies can be attached
to a role, 20 once the quota is raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IConstruct

from cdk_appflow_connector.access.policy_size import characters_of
from cdk_appflow_connector.construct_state import identity_of, state_of
from cdk_appflow_connector.environment import environment_of, node_of, parts_of
from cdk_appflow_connector.synth_warnings import WarningId, warn
from cdk_appflow_connector.synthesis import Resources, check_template, paths_of
from cdk_appflow_connector.tokens import is_token

INLINE_CHARACTERS = 10_240
MANAGED_CHARACTERS = 6_144
ATTACHED_BY_DEFAULT = 10
ATTACHED_AT_MOST = 20

# Most ARNs and names that a policy of the app refers to are shorter.
_LONG_REFERENCE = 100


class Sized(Protocol):
    """A policy that knows how many characters it may have."""

    characters: int


class RoleQuota:
    """What a role holds of this library's policies, and of its own when a connector first uses it.

    Args:
        role: the role.
        inline: the characters of its inline policies. Default: they are read.
    """

    def __init__(self, role: iam.IRole, inline: int | None = None) -> None:
        self.role = role
        self.first_policies, self.inline = (
            _inline_policies(role) if inline is None else (None, inline)
        )
        """Of the inline policies that a deployment updates in place."""
        self._replaced: list[Sized] = []
        self._managed = 0
        self._managed_and_replaced = 0
        self._is_warned_of = False

    def reserve_inline(self, characters: int) -> None:
        """Count characters of inline policies, whether there is room or not."""
        self.inline += characters

    def has_inline_room(self, characters: int) -> bool:
        """Whether an inline policy that is updated in place may have so many more."""
        return characters <= self.inline_room()

    def inline_room(self) -> int:
        """The characters that inline policies may have more, if they are updated in place."""
        sizes = [each.characters for each in self._replaced]
        return INLINE_CHARACTERS - self.inline - sum(sizes) - max(sizes, default=0)

    def room_to_replace(self, policy: Sized) -> int:
        """The characters that an inline policy may have, with space for replacing the largest."""
        others = [each.characters for each in self._replaced if each is not policy]
        room, largest = INLINE_CHARACTERS - self.inline - sum(others), max(others, default=0)
        return room // 2 if room >= 2 * largest else room - largest

    def add_replaced(self, policy: Sized) -> None:
        """Count an inline policy of which a deployment may have to create a successor first."""
        self._replaced.append(policy)

    def attach(self, connector: Construct) -> None:
        """Count a managed policy that a deployment updates in place; warn if they are many.

        Raises:
            ValueError: IAM attaches so many to no role.
        """
        self._managed += 1
        attached = self._checked_number(connector)
        if attached > ATTACHED_BY_DEFAULT and not self._is_warned_of:
            self._is_warned_of = True
            warn(
                connector,
                WarningId.TOO_MANY_CONNECTORS_PER_ROLE,
                f"With this connector, the role {self.role.node.path!r} has {attached} managed "
                f"policies. IAM attaches at most {ATTACHED_BY_DEFAULT} to a role by default: have "
                f"the quota raised (to {ATTACHED_AT_MOST} at most), or give some of the "
                "connectors' functions another role",
            )

    def attach_replaced(self, provider: Construct) -> bool:
        """Count a managed policy of which a deployment may have to create a successor first.

        Returns:
            Whether it is the first with which a deployment could exceed IAM's default quota.

        Raises:
            ValueError: IAM attaches so many to no role.
        """
        self._managed_and_replaced += 1
        self._checked_number(provider)
        needed = self._managed + 2 * self._managed_and_replaced
        return ATTACHED_BY_DEFAULT < needed <= ATTACHED_BY_DEFAULT + 2

    def detach(self) -> None:
        """Count one managed policy less of those of `attach`."""
        self._managed -= 1

    def detach_replaced(self) -> None:
        """Count one managed policy less of those of `attach_replaced`."""
        self._managed_and_replaced -= 1

    def attached(self) -> int:
        """The managed policies of the role that are known now."""
        ours = self._managed + self._managed_and_replaced
        resource = resource_of(self.role)
        if not (ours and isinstance(resource, iam.CfnRole)):
            return ours
        others = Stack.of(resource).resolve(resource.managed_policy_arns)
        return ours + (len(others) if isinstance(others, list) else 0)

    def _checked_number(self, construct: Construct) -> int:
        attached = self.attached()
        if attached > ATTACHED_AT_MOST:
            raise ValueError(
                f"the role {self.role.node.path!r} has no room for the rights of "
                f"{construct.node.path!r}: it would need more than the {ATTACHED_AT_MOST} managed "
                "policies that IAM attaches to a role at most. Give further connectors' functions "
                "another role, or the connectors another provider, whichever has this role"
            )
        return attached


def quota_of(role: iam.IRole, inline: int | None = None) -> RoleQuota:
    """Return what is counted for a role: the same for all that refer to it, imported or not.

    Args:
        role: the role.
        inline: what its inline policies take if nobody has asked before. Default: they are read.
    """
    environment, (quotas, key) = environment_of(role), _quotas(role)
    if key not in quotas:
        quotas[key] = RoleQuota(role, inline)
        counted = state_of(environment.stack, "counted_roles", lambda: _counted(role))
        counted.append(role)
    return quotas[key]


def look_for_role(function: lambda_.IFunction, role: iam.IRole) -> None:
    """Find the resource of a function's own role in the function, which takes no call more."""
    if not isinstance(function, lambda_.Function):
        return
    parts = parts_of(function)
    identities = [identity_of(each) for each in parts]
    if (identity := identity_of(role)) in identities:
        later = parts[identities.index(identity) :]
        own = next((each for each in later if isinstance(each, iam.CfnRole)), None)
        if own is not None:
            state_of(role, "resource", lambda: own)


def is_counted(role: iam.IRole) -> bool:
    """Whether the role's quota was asked for before."""
    quotas, key = _quotas(role)
    return key in quotas


def _quotas(role: iam.IRole) -> tuple[dict[tuple[str, str], RoleQuota], tuple[str, str]]:
    environment = environment_of(role)
    quotas = state_of(environment.root, "role_quotas", dict[tuple[str, str], RoleQuota])
    return quotas, (environment.account_and_region[0], _name_of(role))


def resource_of(role: iam.IRole) -> IConstruct | None:
    """Return the resource of a role of the app."""
    made: IConstruct | None = state_of(role, "resource", lambda: node_of(role).default_child)
    return made


def _counted(role: iam.IRole) -> list[iam.IRole]:
    """The roles of one stack: the app may grant them more by other ways, which templates show."""
    counted: list[iam.IRole] = []
    stack = environment_of(role).stack
    check_template(role, lambda resources: _exceeded(stack, counted, resources))
    return counted


def _exceeded(stack: Stack, counted: Sequence[iam.IRole], resources: Resources) -> Iterator[str]:
    sizes = _inline_of_roles(resources)
    too_large = {key: size for key, size in sizes.items() if size > INLINE_CHARACTERS}
    if not too_large:
        return
    paths, ours = paths_of(stack), {each.node.path for each in counted}
    for role_id, characters in too_large.items():
        if (path := paths.get(role_id)) in ours:
            yield (
                f"[{path}] The inline policies of the role {path!r} have at least {characters:,} "
                f"characters, and IAM admits {INLINE_CHARACTERS:,}: move some of the app's rights "
                "into managed policies (aws_iam.ManagedPolicy), or give the connectors' functions "
                "other roles"
            )


def _inline_of_roles(resources: Resources) -> dict[str, int]:
    """The least characters of the inline policies of each role of a template."""
    found: dict[str, int] = {}
    for key, resource in resources.items():
        properties = resource.get("Properties", {})
        if resource.get("Type") == "AWS::IAM::Role":
            found[key] = found.get(key, 0) + characters_of(properties.get("Policies"), unknown=1)
        if resource.get("Type") == "AWS::IAM::Policy":
            for role in properties.get("Roles", []):
                if isinstance(role, dict) and "Ref" in role:
                    added = characters_of([properties], unknown=1)
                    found[role["Ref"]] = found.get(role["Ref"], 0) + added
    return found


def _name_of(role: iam.IRole) -> str:
    if not isinstance(role, iam.Role) and not is_token(name := role.role_name):
        return name
    return identity_of(role)


def _inline_policies(role: iam.IRole) -> tuple[object, int]:
    """The policies in a role itself, and their characters."""
    resource = resource_of(role)
    if not isinstance(resource, iam.CfnRole) or (policies := resource.policies) is None:
        return None, 0
    resolved = Stack.of(resource).resolve(policies)
    return policies, characters_of(resolved, unknown=_LONG_REFERENCE)
