"""Names for policies of a role to which other stacks add theirs, too."""

from __future__ import annotations

import hashlib

from constructs import Construct

from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.tokens import is_token

# Source: IAM API reference, PutRolePolicy: 128 characters, of which a Region may take 20.
_READABLE = 128 - 8 - 20 - len("--")


def unique_policy_name(policy: Construct, readable: str) -> str:
    """Return an inline policy's name that no other stack, deployed anywhere, gives to one.

    The CDK names a policy by its logical id, which other stacks may have, too: they would overwrite
    each other's, and delete them. Roles are global, stacks are not; hence the Region.
    """
    place = environment_of(policy)
    stack_name = place.stack.stack_name
    identity = f"{policy.node.addr} {'' if is_token(stack_name) else stack_name}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:8].upper()
    return f"{readable[-_READABLE:]}-{digest}-{place.region}"
