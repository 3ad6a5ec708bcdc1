"""What rule packs such as cdk-nag find in this library's resources, and why it is so.

Recorded with the construct, not in the template, so that whoever runs a pack over an app sees a
reason where the library had a choice, and only their own findings otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable

import aws_cdk
from constructs import IConstruct

from cdk_appflow_connector.environment import place_of

AWS_SOLUTIONS = ("AwsSolutions",)
CONTROLS = ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")
"""cdk-nag's packs for catalogues of controls, which name their rules alike."""


def acknowledge(
    construct: IConstruct, finding: str, reason: str, packs: Iterable[str] = AWS_SOLUTIONS
) -> None:
    """Give the reason for one finding of cdk-nag's packs, like ``IAM5[Resource::*]``.

    Source: CDK, ``Validations.of(…).acknowledge``; older releases of the CDK have no such thing.
    """
    if not hasattr(aws_cdk, "Validations"):
        return
    rules = [f"{pack}::{pack}-{finding}" for pack in packs]
    aws_cdk.Validations.of(construct).acknowledge(
        *(aws_cdk.Acknowledgment(id=rule, reason=reason) for rule in rules)
    )


def acknowledge_inline_policies(construct: IConstruct) -> None:
    """Give the reason for the inline policies of a provider that are below a construct."""
    reason = "The rights are one role's, and go with it or with the connector"
    acknowledge(construct, "IAMNoInlinePolicy", reason, CONTROLS)


def arn_in_finding(scope: IConstruct, arn_format: str) -> str:
    """Spell an ARN as cdk-nag does, from ``{partition}``, ``{region}`` and ``{account}``."""
    place = place_of(scope)
    return arn_format.format(
        partition=place.partition if place.is_partition_known else "<AWS::Partition>",
        region=place.region if place.is_region_known else "<AWS::Region>",
        account=place.account if place.is_account_known else "<AWS::AccountId>",
    )
