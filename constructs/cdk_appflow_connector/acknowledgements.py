"""What rule packs such as cdk-nag find in this library's resources, and why it is so.

Recorded with the construct, not in the template, so that whoever runs a pack over an app sees a
reason where the library had a choice, and only their own findings otherwise.
"""

from __future__ import annotations

import aws_cdk
from aws_cdk import Stack, Token
from constructs import IConstruct

_PACK = "AwsSolutions"


def acknowledge(construct: IConstruct, finding: str, reason: str) -> None:
    """Give the reason for one finding of cdk-nag's AwsSolutions pack, like ``IAM5[Resource::*]``.

    Source: CDK, ``Validations.of(…).acknowledge``; older releases of the CDK have no such thing.
    """
    if not hasattr(aws_cdk, "Validations"):
        return
    rule = f"{_PACK}::{_PACK}-{finding}"
    aws_cdk.Validations.of(construct).acknowledge(aws_cdk.Acknowledgment(id=rule, reason=reason))


def arn_in_finding(scope: IConstruct, arn_format: str) -> str:
    """Spell an ARN as cdk-nag does, from ``{partition}``, ``{region}`` and ``{account}``."""
    stack = Stack.of(scope)
    return arn_format.format(
        partition=_spelled(stack.partition, "Partition"),
        region=_spelled(stack.region, "Region"),
        account=_spelled(stack.account, "AccountId"),
    )


def _spelled(value: str, pseudo_parameter: str) -> str:
    return f"<AWS::{pseudo_parameter}>" if Token.is_unresolved(value) else value
