"""Rules for what EventBridge tells of a flow."""

from __future__ import annotations

from typing import cast

from aws_cdk import aws_events as events
from constructs import Construct

from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.flows.argument_checks import check_flow, check_target
from cdk_appflow_connector.flows.library import RuleTarget, cdk_appflow

_SOURCE = ["aws.appflow"]
# Source: AppFlow user guide, "Flow notifications".
_RUN_ENDED = ["AppFlow End Flow Run Report"]
_DEACTIVATED = ["AppFlow Scheduled Flow Deactivated"]
# Public reports show the first. AWS doesn't document how a failed run's reads: every other counts.
_NOT_FAILED = ["Execution Successful", "Execution Canceled"]


@names_construct
def on_run_failed(
    flow: cdk_appflow.IFlow,
    construct_id: str,
    *,
    target: RuleTarget | None = None,
    description: str | None = None,
    rule_name: str | None = None,
) -> events.Rule:
    """Make a rule for runs of the flow that failed, as the library's flows do for all that ended.

    The event's ``detail.error`` says why. Delivery is AppFlow's best effort (user guide, "Flow
    notifications").

    Args:
        flow: the flow, any of the library's.
        construct_id: the rule's id in the flow.
        target: who gets the event. Default: nobody, until ``add_target``.
        description: shown with the rule. Default: none.
        rule_name: the rule's name. Default: a generated one.

    Raises:
        TypeError: an argument is of another type.
    """
    detail = {"status": [{"anything-but": _NOT_FAILED}]}
    pattern = events.EventPattern(
        source=_SOURCE, resources=[_arn(flow)], detail_type=_RUN_ENDED, detail=detail
    )
    return _rule(flow, construct_id, pattern, target, description, rule_name)


@names_construct
def on_deactivated(
    flow: cdk_appflow.IFlow,
    construct_id: str,
    *,
    target: RuleTarget | None = None,
    description: str | None = None,
    rule_name: str | None = None,
) -> events.Rule:
    """Make a rule for the moment when AppFlow suspends the flow's schedule after failed runs.

    The event's ``detail.deactivation-reason`` says why.

    Args:
        flow: a scheduled flow: `ScheduledFlow`, or the library's.
        construct_id: the rule's id in the flow.
        target: who gets the event. Default: nobody, until ``add_target``.
        description: shown with the rule. Default: none.
        rule_name: the rule's name. Default: a generated one.

    Raises:
        TypeError: an argument is of another type.
    """
    pattern = events.EventPattern(source=_SOURCE, resources=[_arn(flow)], detail_type=_DEACTIVATED)
    return _rule(flow, construct_id, pattern, target, description, rule_name)


def _arn(flow: cdk_appflow.IFlow) -> str:
    check_flow(flow)
    return flow.arn


def _rule(
    flow: cdk_appflow.IFlow,
    construct_id: str,
    pattern: events.EventPattern,
    target: RuleTarget | None,
    description: str | None,
    rule_name: str | None,
) -> events.Rule:
    check_target(target)
    return events.Rule(
        cast("Construct", flow),
        construct_id,
        event_pattern=pattern,
        targets=None if target is None else [cast("events.IRuleTarget", target)],
        description=description,
        rule_name=rule_name,
    )
