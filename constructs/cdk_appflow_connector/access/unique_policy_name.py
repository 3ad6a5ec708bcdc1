"""Names for inline policies in a role that several stacks add policies to."""

from __future__ import annotations

import hashlib

from constructs import Construct

from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.tokens import is_token

# Source: IAM API reference, PutRolePolicy: 128 characters. A Region's name has up to 20.
_READABLE = 128 - 8 - 20 - len("--")


def unique_policy_name(policy: Construct, readable: str) -> str:
    """Return a name for an inline policy that no other stack uses, in any Region.

    The CDK names a policy by its logical id. Stacks with the same logical id would overwrite and
    delete each other's policy. Roles are global and stacks regional, hence the Region in the name.
    """
    environment = environment_of(policy)
    stack_name = environment.stack.stack_name
    identity = f"{policy.node.addr} {'' if is_token(stack_name) else stack_name}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:8].upper()
    return f"{readable[-_READABLE:]}-{digest}-{environment.region}"
