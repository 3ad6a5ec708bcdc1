"""The records of runs: begin, change and find them.

Chosen of DescribeFlowExecutionRecords: the newest 1,000 records of each flow are kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from appflow_local.appflow.account import Account, Accounts
from appflow_local.appflow.account.executions import (
    CANCEL_STARTED,
    CANCELED,
    ERROR,
    IN_PROGRESS,
    SUCCESSFUL,
    Execution,
    Registration,
)
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.protocol.errors import ServiceQuotaExceededException

MOST_KEPT = 1000
"""The number of records kept for each flow."""

# Known of StartFlow (AppFlow User Guide, "Quotas"): 1,000 flow runs are in progress at once at
# most.
_MOST_RUNNING = 1000
_LONGEST_TEXT = 2048  # of the shape RegistrationOutput's message

Window: TypeAlias = "tuple[datetime | None, datetime | None]"


def begin(
    account: Account,
    flow: Flow,
    window: Window = (None, None),
    *,
    scheduled: bool = False,
) -> Execution:
    """Record that a run begins; `window` is the period that an incremental pull fetches.

    Inferred of StartFlow: the words of `ServiceQuotaExceededException` for one run too many.

    Raises:
        ServiceQuotaExceededException: too many are running already.
    """
    now = account.now()
    with account.lock:
        every = list(account.executions.by_name().values())
        if sum(item.is_running for item in every) >= _MOST_RUNNING:
            raise ServiceQuotaExceededException(
                f"The account has {_MOST_RUNNING} concurrent flow runs already."
            )
        past = _newest_first(every, flow.name)
        execution = Execution(
            id=str(uuid.uuid4()),
            flow=flow.name,
            number=past[0].number + 1 if past else 1,
            scheduled=scheduled,
            status=IN_PROGRESS,
            started_at=now,
            last_updated_at=now,
            data_pull_start=window[0],
            data_pull_end=window[1],
        )
        account.executions.put(execution.id, execution)
        account.journal.runs.begin(account.place, execution)
        account.runs.add(
            execution.id
        )  # here, so that a run can be canceled once its record is visible
        for old in past[MOST_KEPT - 1 :]:
            if not old.is_running:
                account.executions.remove(old.id)
    return execution


def change(
    account: Account,
    execution_id: str,
    changed: Callable[[Execution], Execution],
) -> Execution | None:
    """Change the record of an unfinished run; None if it has finished or its flow is gone."""
    with account.lock:
        before = account.executions.get(execution_id)
        if before is None or not before.is_running:
            return None
        after = replace(changed(before), last_updated_at=account.now())
        account.executions.put(execution_id, after)
        account.journal.runs.change(after)
    return after


def of_flow(account: Account, flow: str) -> list[Execution]:
    """Return the runs of a flow, the newest first."""
    return _newest_first(account.executions.by_name().values(), flow)


def newest(account: Account) -> dict[str, Execution]:
    """Return the newest run of each flow that has run, by the flow's name."""
    every = account.executions.by_name().values()
    return {item.flow: item for item in sorted(every, key=lambda item: item.number)}


def running(account: Account, flow: str) -> list[Execution]:
    """Return the unfinished runs of a flow, the newest first."""
    return [item for item in of_flow(account, flow) if item.is_running]


def cancel(account: Account, executions: Sequence[Execution]) -> None:
    """Cancel runs: each ends after its current page, or at once if it is still queued."""
    for execution in executions:
        change(account, execution.id, _canceling)
        if account.runs.stop(execution.id):
            change(account, execution.id, _canceled)


def forget(account: Account, flow: str) -> None:
    """Cancel the runs of a flow and remove their records."""
    with account.lock:
        every = _newest_first(account.executions.by_name().values(), flow)
        for execution in every:
            account.executions.remove(execution.id)
    for execution in every:
        account.runs.stop(execution.id)


def abandon_running(accounts: Accounts) -> list[str]:
    """Record the runs that were in progress when the emulator stopped as failed.

    Returns the names of their flows.
    """
    now, flows = accounts.clock.now(), []
    with accounts.lock:
        for executions in accounts.executions.everywhere():
            for item in executions.in_order():
                if item.is_running:
                    message = "The emulator was stopped while the flow ran."
                    ended = replace(item, status=ERROR, message=message, last_updated_at=now)
                    executions.put(item.id, ended)
                    flows.append(item.flow)
    return flows


def catalog_details(execution: Execution, member: str) -> dict[str, Any]:
    """Return a member of the API with the MetadataCatalogDetails of a run, if it has any.

    Known of Data catalog (API reference MetadataCatalogDetail and RegistrationOutput): DescribeFlow
    and the execution records tell of each table; `result` is the number of resources that were
    created or updated.
    """
    details = [_catalog_detail(item) for item in execution.registrations]
    return {member: details} if details else {}


def _catalog_detail(item: Registration) -> dict[str, Any]:
    return {
        "catalogType": "GLUE",
        "tableName": item.table,
        "tableRegistrationOutput": _outcome(item.problem, 1),
        "partitionRegistrationOutput": _outcome(item.problem, item.partitions),
    }


def _outcome(problem: str | None, done: int) -> dict[str, Any]:
    if problem is not None:
        return {"status": ERROR, "message": problem[:_LONGEST_TEXT]}
    return {"status": SUCCESSFUL, "result": str(done)}


def _newest_first(every: Iterable[Execution], flow: str) -> list[Execution]:
    found = (item for item in every if item.flow == flow)
    return sorted(found, key=lambda item: item.number, reverse=True)


def _canceling(execution: Execution) -> Execution:
    return replace(execution, status=CANCEL_STARTED)


def _canceled(execution: Execution) -> Execution:
    return replace(execution, status=CANCELED)
