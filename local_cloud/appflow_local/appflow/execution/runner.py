"""Starts runs in the workers."""

from __future__ import annotations

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.execution.run import Run
from appflow_local.appflow.flows import execution_records
from appflow_local.appflow.flows.execution_records import Window


def start_run(account: Account, flow: Flow, scheduled: Window | None = None) -> Execution:
    """Run a flow once; `scheduled` is the period that a scheduled run pulls.

    Raises:
        ServiceQuotaExceededException: too many are running already.
    """
    is_scheduled = scheduled is not None
    # Of the connector that the run waits for: its source, if that is one.
    profile = flow.definition.connectors[0].profile_name
    connector = (*account.place, flow.labels[profile])
    with account.lock:  # atomic: a run can be canceled once its record is visible
        execution = execution_records.begin(
            account, flow, scheduled or (None, None), scheduled=is_scheduled
        )
        run = Run(account, flow, execution)
        account.runs.begin(execution.id, run.execute, connector)
    return execution
