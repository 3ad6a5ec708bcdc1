"""Activated flows: when they run next, and what the end of a run means for them.

Known of Schedules (API reference ScheduledTriggerProperties, `flowErrorDeactivationThreshold`): a
flow is deactivated after so many failures in a row.
Inferred of Schedules (API reference DescribeFlow, `flowStatusMessage`): a deactivated flow is
`Suspended`, with a `flowStatusMessage`.
Inferred of Schedules: a canceled run counts as neither failure nor success.
"""

from __future__ import annotations

from dataclasses import replace

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.executions import ERROR, SUCCESSFUL, Activation, Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.flow_definition.schedule import Schedule

ACTIVE, SUSPENDED = "Active", "Suspended"


def activate(account: Account, flow: Flow, schedule: Schedule) -> Flow:
    """Activate a flow's schedule; return the activated flow."""
    next_run = schedule.first(account.now())
    with account.lock:
        before = account.activations.get(flow.name) or Activation(
            flow.name, account.id, account.region, flow.created_by, None
        )
        account.activations.put(flow.name, replace(before, next_run_at=next_run, failures=0))
        after = replace(flow, status=ACTIVE, status_message=None)
        account.flows.put(flow.name, after)
    account.runs.schedule_changed.set()
    return after


def suspend(account: Account, flow: Flow, message: str | None = None) -> Flow:
    """Deactivate a flow's schedule; `message` says why, if AppFlow did so by itself."""
    with account.lock:
        before = account.activations.get(flow.name)
        if before is not None:
            account.activations.put(flow.name, replace(before, next_run_at=None))
        after = replace(flow, status=SUSPENDED, status_message=message)
        account.flows.put(flow.name, after)
    return after


def forget(account: Account, flow_name: str) -> None:
    """Remove the activation of a flow that was deleted or is no longer scheduled."""
    with account.lock:
        if account.activations.get(flow_name) is not None:
            account.activations.remove(flow_name)


def settle(account: Account, execution: Execution) -> Flow | None:
    """Record how a scheduled run ended; suspend and return a flow that failed too often."""
    if execution.status not in (SUCCESSFUL, ERROR):
        return None
    with account.lock:
        flow, before = account.flows.get(execution.flow), account.activations.get(execution.flow)
        if flow is None or before is None:
            return None
        after = _after(before, execution)
        account.activations.put(flow.name, after)
        schedule = flow.definition.schedule
        most = schedule.most_failures if schedule else None
        if flow.status == ACTIVE and most is not None and after.failures >= most:
            message = f"The flow was deactivated after {after.failures} failures in a row."
            return suspend(account, flow, message)
    return None


def _after(before: Activation, execution: Execution) -> Activation:
    if execution.status == ERROR:
        return replace(before, failures=before.failures + 1)
    until = execution.data_pull_end or before.pulled_until
    return replace(before, failures=0, pulled_until=until)
