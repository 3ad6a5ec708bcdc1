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


def acknowledge_finding(
    construct: IConstruct, finding: str, reason: str, packs: Iterable[str] = AWS_SOLUTIONS_PACK
) -> None:
    """Record the reason for one finding of cdk-nag's packs, such as ``IAM5[Resource::*]``.

    Source: CDK, ``Validations.of(…).acknowledge``. Does nothing in older releases, which lack it.
    """
    rules = [f"{pack}::{pack}-{finding}" for pack in packs]
    _acknowledge(construct, dict.fromkeys(rules, reason))


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
    reasons |= dict.fromkeys([f"{pack}::{pack}-{finding}" for pack in packs], reason)


def _recorded(stack: Stack) -> dict[str, str]:
    reasons: dict[str, str] = {}

    def record() -> None:
        _acknowledge(stack, reasons)
        reasons.clear()

    finish(stack, record)
    return reasons


def _acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    if reasons and hasattr(aws_cdk, "Validations"):
        aws_cdk.Validations.of(construct).acknowledge(
            *(aws_cdk.Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
        )


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
    acknowledge_finding(function, "L1", newest)
    acknowledge_finding(function, "LambdaLatestVersion", newest, SERVERLESS_PACK)
    acknowledge_finding(function, "LambdaDLQ", no_queue, (*COMPLIANCE_PACKS, *SERVERLESS_PACK))
    acknowledge_finding(function, "LambdaTracing", no_traces, SERVERLESS_PACK)


def arn_in_finding(scope: IConstruct, arn_format: str) -> str:
    """Spell an ARN as cdk-nag does, from ``{partition}``, ``{region}`` and ``{account}``."""
    environment = environment_of(scope)
    return arn_format.format(
        partition=environment.partition if environment.is_partition_known else "<AWS::Partition>",
        region=environment.region if environment.is_region_known else "<AWS::Region>",
        account=environment.account if environment.is_account_known else "<AWS::AccountId>",
    )
