"""Detects roles that accept no policies from this app, and warns of the rights they lack."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_appflow_connector.synth_warnings import WarningId, warn

_PROBE = "AcceptsPolicies"


def accepts_policies(scope: Construct, role: iam.IRole) -> bool:
    """Whether policies can be attached to a role.

    The CDK doesn't say: it silently drops policies for a role of another account, or for one that
    was made or imported as immutable. So this tries one out, and removes it.
    """
    if isinstance(role, iam.Role):  # the app's own
        return True
    statement = iam.PolicyStatement(actions=["appflow:DescribeConnector"], resources=["*"])
    probe = iam.Policy(scope, _PROBE, statements=[statement])
    role.attach_inline_policy(probe)
    accepted = is_attached(probe)
    scope.node.try_remove_child(_PROBE)
    return accepted


def is_attached(policy: iam.Policy) -> bool:
    """Whether the role that a policy was attached to accepted it."""
    resource = cast("iam.CfnPolicy", policy.node.default_child)
    return bool(Stack.of(policy).resolve(resource.roles))


def warn_of_missing_rights(
    scope: Construct, whose: str, statements: Sequence[iam.PolicyStatement]
) -> None:
    """Warn of what the owner of a role that accepts no policies has to grant it."""
    needed = Stack.of(scope).resolve([statement.to_statement_json() for statement in statements])
    warn(
        scope,
        WarningId.ROLE_NOT_MANAGED_HERE,
        f"{whose} accepts no policies from this stack. Its owner has to grant it: "
        f"{json.dumps(needed)}",
    )
