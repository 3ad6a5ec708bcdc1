"""Lets EventBridge Scheduler start a flow."""

from __future__ import annotations

from typing import Any, Final, cast

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs

from cdk_appflow_connector.argument_types import check_kind, check_type
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.flows.library import cdk_appflow
from cdk_appflow_connector.flows.on_demand import check_on_demand, check_startable_from
from cdk_appflow_connector.tokens import is_number_token

# Source: EventBridge Scheduler API reference, RetryPolicy.
_MOST_ATTEMPTS: Final = 185
_AGE_SECONDS: Final = (60, 86_400)


class _StartFlow(targets.Universal):
    """Starts a flow, from a schedule of the flow's account and Region."""

    def __init__(self, flow: cdk_appflow.IFlow, **given: Any) -> None:  # noqa: ANN401 - Universal's
        super().__init__(**given)
        self._flow, self._has_own_role = flow, given["role"] is None

    def bind(self, schedule: scheduler.ISchedule) -> scheduler.ScheduleTargetConfig:
        """Return the schedule's target; called by the schedule."""
        check_startable_from(schedule, self._flow, "a schedule")
        config = super().bind(schedule)
        if self._has_own_role:
            # The CDK has the schedule wait for the role only. One that is due at once would be
            # refused before the role has its policy.
            for each in config.role.node.children:
                if isinstance(each, iam.Policy):
                    schedule.node.add_dependency(each)
        return config


@names_construct
def start_flow_target(
    flow: cdk_appflow.IFlow,
    *,
    role: iam.IRole | iam.Role | None = None,
    dead_letter_queue: sqs.IQueue | sqs.Queue | None = None,
    retry_attempts: int | None = None,
    max_event_age: Duration | None = None,
) -> scheduler.IScheduleTarget:
    """Make a target for ``aws_scheduler.Schedule`` that starts an on-demand flow.

    Unlike AppFlow's own schedules, those of EventBridge Scheduler have time zones, windows and one
    time. The flow has to be on demand, and pulls everything at each run.

    Args:
        flow: an on-demand flow.
        role: the role with which it is started, which gets the right to. Default: a new one.
        dead_letter_queue: where starts go that failed. Default: nowhere.
        retry_attempts: how often a failed start is repeated, 0 to 185. Default: 185.
        max_event_age: for how long, 1 minute to 24 hours. Default: 24 hours.

    Raises:
        TypeError: an argument is of another type.
        ValueError: the flow is scheduled, so that starting it would only activate it; the attempts
            or the age are out of range. The schedule that takes the target raises it if the flow is
            in another account or Region.
    """
    check_on_demand(flow)
    advice = "give an aws_iam.Role, or refer to one with Role.from_role_arn"
    check_kind("role", role, "attach_inline_policy", advice)
    advice = "give an aws_sqs.Queue, or refer to one with Queue.from_queue_arn"
    check_kind("dead_letter_queue", dead_letter_queue, "queue_arn", advice)
    _check_attempts(retry_attempts)
    _check_age(max_event_age)
    target = _StartFlow(
        flow,
        service="appflow",
        action="startFlow",
        input=scheduler.ScheduleTargetInput.from_object({"FlowName": flow.name}),
        policy_statements=[
            iam.PolicyStatement(actions=["appflow:StartFlow"], resources=[flow.arn])
        ],
        role=role,
        dead_letter_queue=dead_letter_queue,
        retry_attempts=retry_attempts,
        max_event_age=max_event_age,
    )
    # It calls the argument of `bind` otherwise, which pyright takes for another type.
    return cast("scheduler.IScheduleTarget", target)


def _check_attempts(number: int | None) -> None:
    advice = f"give a whole number from 0 to {_MOST_ATTEMPTS}"
    check_type("retry_attempts", number, (int, float), advice)
    if number is None or is_number_token(number):
        return
    if number % 1 or not 0 <= number <= _MOST_ATTEMPTS:
        raise ValueError(f"retry_attempts {number} is out of range: {advice}")


def _check_age(age: Duration | None) -> None:
    advice = "give 1 minute to 24 hours, such as Duration.hours(1)"
    check_type("max_event_age", age, Duration, advice)
    if age is None or age.is_unresolved():
        return
    seconds = age.to_seconds(integral=False)
    if seconds % 1 or not _AGE_SECONDS[0] <= seconds <= _AGE_SECONDS[1]:
        raise ValueError(f"max_event_age {seconds:g} s is out of range: {advice}")
