"""The records of runs: how they begin, change, and are found again.

Not documented: how long AppFlow keeps them; here, the newest of each flow.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from appflow_local.appflow.account import Account, Accounts
from appflow_local.appflow.account.executions import (
    CANCEL_STARTED,
    CANCELED,
    ERROR,
    IN_PROGRESS,
    Execution,
)
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.protocol.errors import ServiceQuotaExceededException

MOST_KEPT = 1000
"""How many records of one flow are kept."""

# Source: AppFlow User Guide, "Quotas": concurrent flow runs.
_MOST_RUNNING = 1000

Window: TypeAlias = "tuple[datetime | None, datetime | None]"


def begin(
    account: Account,
    flow: Flow,
    window: Window = (None, None),
    *,
    scheduled: bool = False,
) -> Execution:
    """Record that a run begins; `window` bounds what an incremental pull fetches.

    Raises:
        ServiceQuotaExceededException: too many run already. Inferred: the words.
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
        account.runs.add(execution.id)  # here, so that whoever sees the run can stop it
        for old in past[MOST_KEPT - 1 :]:
            if not old.is_running:
                account.executions.remove(old.id)
    return execution


def change(
    account: Account,
    execution_id: str,
    changed: Callable[[Execution], Execution],
) -> Execution | None:
    """Change a run that has not come to its end; None if it has, or its flow is gone."""
    with account.lock:
        before = account.executions.get(execution_id)
        if before is None or not before.is_running:
            return None
        after = replace(changed(before), last_updated_at=account.now())
        account.executions.put(execution_id, after)
    return after


def of_flow(account: Account, flow: str) -> list[Execution]:
    """Return the runs of a flow, the newest first."""
    return _newest_first(account.executions.by_name().values(), flow)


def newest(account: Account) -> dict[str, Execution]:
    """Return the newest run of each flow that has run, by the flow's name."""
    every = account.executions.by_name().values()
    return {item.flow: item for item in sorted(every, key=lambda item: item.number)}


def running(account: Account, flow: str) -> list[Execution]:
    """Return the runs of a flow that have not come to their end, the newest first."""
    return [item for item in of_flow(account, flow) if item.is_running]


def cancel(account: Account, executions: Sequence[Execution]) -> None:
    """Tell runs to stop: each ends after the page that it is at, or at once if it still waits."""
    for execution in executions:
        change(account, execution.id, _canceling)
        if account.runs.stop(execution.id):
            change(account, execution.id, _canceled)


def forget(account: Account, flow: str) -> None:
    """Stop the runs of a flow and forget them all."""
    with account.lock:
        every = _newest_first(account.executions.by_name().values(), flow)
        for execution in every:
            account.executions.remove(execution.id)
    for execution in every:
        account.runs.stop(execution.id)


def abandon_running(accounts: Accounts) -> None:
    """Record, for runs that were at work when the emulator ended, that they failed."""
    now = accounts.clock.now()
    with accounts.lock:
        for executions in accounts.executions.everywhere():
            for item in executions.in_order():
                if item.is_running:
                    message = "The emulator was stopped while the flow ran."
                    ended = replace(item, status=ERROR, message=message, last_updated_at=now)
                    executions.put(item.id, ended)


def _newest_first(every: Iterable[Execution], flow: str) -> list[Execution]:
    found = (item for item in every if item.flow == flow)
    return sorted(found, key=lambda item: item.number, reverse=True)


def _canceling(execution: Execution) -> Execution:
    return replace(execution, status=CANCEL_STARTED)


def _canceled(execution: Execution) -> Execution:
    return replace(execution, status=CANCELED)
