"""Reasons for what rule packs such as cdk-nag find in this library's resources.

They are recorded with the construct, not in the template: a pack that is run over an app shows a
reason for each choice of the library, and otherwise only the app's own findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import aws_cdk
from aws_cdk import Stack
from constructs import IConstruct

from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.synthesis import finish

AWS_SOLUTIONS_PACK = ("AwsSolutions",)
COMPLIANCE_PACKS = ("NIST.800.53.R4", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")
"""cdk-nag's packs for compliance standards, which share their rules' names."""
SERVERLESS_PACK = ("Serverless",)


Reasons = Mapping[str, str]
"""Reasons by the rules, of one pack each, whose findings they are for."""


def reason_for(finding: str, reason: str, packs: Iterable[str] = AWS_SOLUTIONS_PACK) -> Reasons:
    """Return the reason for one finding of cdk-nag's packs, such as ``IAM5[Resource::*]``."""
    return dict.fromkeys([f"{pack}::{pack}-{finding}" for pack in packs], reason)


def acknowledge(construct: IConstruct, *reasons: Reasons) -> None:
    """Record reasons with a construct, in one call to Node.js for all.

    Source: CDK, ``Validations.of(…).acknowledge``. Does nothing in older releases, which lack it.
    """
    rules = [rule for each in reasons for rule in each.items()]
    if rules and hasattr(aws_cdk, "Validations"):
        aws_cdk.Validations.of(construct).acknowledge(
            *(aws_cdk.Acknowledgment(id=rule, reason=reason) for rule, reason in rules)
        )


def acknowledge_finding(
    construct: IConstruct, finding: str, reason: str, packs: Iterable[str] = AWS_SOLUTIONS_PACK
) -> None:
    """Record the reason for one finding in a construct."""
    acknowledge(construct, reason_for(finding, reason, packs))


def acknowledge_in_stack(
    construct: IConstruct,
    finding: str,
    reason: str,
    packs: Iterable[str] = AWS_SOLUTIONS_PACK,
) -> None:
    """Record the reason for a finding wherever it is in the construct's stack.

    All of a stack are recorded in one call to Node.js, once the app is complete.
    """
    stack = environment_of(construct).stack
    reasons = state_of(stack, "nag_reasons", lambda: _recorded(stack))
    reasons |= reason_for(finding, reason, packs)


def _recorded(stack: Stack) -> dict[str, str]:
    reasons: dict[str, str] = {}

    def record() -> None:
        acknowledge(stack, reasons)
        reasons.clear()

    finish(stack, record)
    return reasons


def acknowledge_inline_policies(construct: IConstruct) -> None:
    """Record the reason for a provider's inline policies below the construct."""
    reason = "The rights are one role's, and go with it or with the connector"
    acknowledge_finding(construct, "IAMNoInlinePolicy", reason, COMPLIANCE_PACKS)


def acknowledge_own_function(function: IConstruct, no_queue: str, no_traces: str) -> None:
    """Record the reasons for what is found in a function of this library's own.

    Args:
        function: the function.
        no_queue: why it has no dead-letter queue.
        no_traces: why it sends no traces.
    """
    newest = "The newest runtime that this library has been tested with"
    acknowledge(
        function,
        reason_for("L1", newest),
        reason_for("LambdaLatestVersion", newest, SERVERLESS_PACK),
        reason_for("LambdaDLQ", no_queue, (*COMPLIANCE_PACKS, *SERVERLESS_PACK)),
        reason_for("LambdaTracing", no_traces, SERVERLESS_PACK),
    )


def arn_in_finding(scope: IConstruct, arn_format: str) -> str:
    """Spell an ARN as cdk-nag does, from ``{partition}``, ``{region}`` and ``{account}``."""
    environment = environment_of(scope)
    return arn_format.format(
        partition=environment.partition if environment.is_partition_known else "<AWS::Partition>",
        region=environment.region if environment.is_region_known else "<AWS::Region>",
        account=environment.account if environment.is_account_known else "<AWS::AccountId>",
    )
