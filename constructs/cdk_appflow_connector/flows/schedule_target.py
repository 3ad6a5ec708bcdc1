"""Lets EventBridge Scheduler start a flow."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs

from cdk_appflow_connector.argument_types import check_kind
from cdk_appflow_connector.flows.library import cdk_appflow
from cdk_appflow_connector.flows.on_demand import check_on_demand


def start_flow_target(
    flow: cdk_appflow.IFlow,
    *,
    role: iam.IRole | iam.Role | None = None,
    dead_letter_queue: sqs.IQueue | sqs.Queue | None = None,
    retry_attempts: int | None = None,
) -> targets.Universal:
    """Make a target for ``aws_scheduler.Schedule`` that starts an on-demand flow.

    Unlike AppFlow's own schedules, those of EventBridge Scheduler have time zones, windows and one
    time. The flow has to be on demand, and pulls everything at each run.

    Args:
        flow: an on-demand flow.
        role: the role with which it is started, which gets the right to. Default: a new one.
        dead_letter_queue: where starts go that failed. Default: nowhere.
        retry_attempts: how often a failed start is repeated, 0 to 185. Default: 185.

    Raises:
        TypeError: an argument is of another type.
        ValueError: the flow is scheduled, so that starting it would only activate it.
    """
    check_on_demand(flow)
    check_kind("role", role, "attach_inline_policy", "give an aws_iam.Role")
    check_kind("dead_letter_queue", dead_letter_queue, "queue_arn", "give an aws_sqs.Queue")
    return targets.Universal(
        service="appflow",
        action="startFlow",
        input=scheduler.ScheduleTargetInput.from_object({"FlowName": flow.name}),
        policy_statements=[
            iam.PolicyStatement(actions=["appflow:StartFlow"], resources=[flow.arn])
        ],
        role=role,
        dead_letter_queue=dead_letter_queue,
        retry_attempts=retry_attempts,
    )
