"""Sets runs going in the workers."""

from __future__ import annotations

from appflow_local.appflow.account import Context
from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.execution.run import Run
from appflow_local.appflow.flows import execution_records as records
from appflow_local.appflow.flows.execution_records import Window
from appflow_local.appflow.host import Caller


def start_run(
    context: Context, caller: Caller, flow: Flow, scheduled: Window | None = None
) -> Execution:
    """Run a flow once; `scheduled` has the bounds of what a scheduled run pulls.

    Raises:
        ServiceQuotaExceededException: too many run already.
    """
    is_scheduled = scheduled is not None
    connector = (caller.account_id, caller.region, flow.label)
    with context.executions.of(caller):  # as one: whoever sees the run can cancel it
        execution = records.begin(
            context, caller, flow, scheduled or (None, None), scheduled=is_scheduled
        )
        run = Run(context, caller, flow, execution)
        context.runs.begin(execution.id, run.execute, connector)
    return execution
