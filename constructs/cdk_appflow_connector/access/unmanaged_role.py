"""Whether a role takes policies, and the warning for one that takes none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_appflow_connector.synth_warnings import WarningId, warn

_PROBE = "TakesPolicies"


def accepts_policies(scope: Construct, role: iam.IRole) -> bool:
    """Tell whether policies can be attached to a role; the CDK pretends so where they cannot.

    They cannot to a role of another account, nor to one that was said to take none.
    """
    if isinstance(role, iam.Role):  # which is one of the app's own
        return True
    statement = iam.PolicyStatement(actions=["appflow:DescribeConnector"], resources=["*"])
    probe = iam.Policy(scope, _PROBE, statements=[statement])
    role.attach_inline_policy(probe)
    taken = is_attached(probe)
    scope.node.try_remove_child(_PROBE)
    return taken


def is_attached(policy: iam.Policy) -> bool:
    """Tell whether the role that a policy was attached to took it."""
    resource = cast("iam.CfnPolicy", policy.node.default_child)
    return bool(Stack.of(policy).resolve(resource.roles))


def warn_of_missing_rights(
    scope: Construct, whose: str, statements: Sequence[iam.PolicyStatement]
) -> None:
    """Say what the owner of a role that takes no policies has to grant it."""
    needed = Stack.of(scope).resolve([statement.to_statement_json() for statement in statements])
    warn(
        scope,
        WarningId.ROLE_NOT_MANAGED_HERE,
        f"{whose} takes no policies from this stack. Whoever owns it has to grant it: "
        f"{json.dumps(needed)}",
    )
