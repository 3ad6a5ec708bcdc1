"""One run of a flow, and the state of its schedule. State only; no rules of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appflow_local.appflow.host import Caller

IN_PROGRESS = "InProgress"
SUCCESSFUL = "Successful"
ERROR = "Error"
CANCEL_STARTED = "CancelStarted"
CANCELED = "Canceled"


@dataclass(frozen=True)
class Registration:
    """What became of a table of a data catalog that describes a run, and of its partitions.

    `partitions` counts those that were created or updated; `problem` says why nothing was.
    """

    table: str
    partitions: int = 0
    problem: str | None = None


@dataclass(frozen=True)
class Execution:
    """One run of a flow.

    `number` counts the runs of the flow from 1. The counts are those of the API's ExecutionResult;
    `data_pull_start` and `data_pull_end` are the bounds of an incremental pull.
    """

    id: str
    flow: str
    number: int
    scheduled: bool
    status: str
    started_at: datetime
    last_updated_at: datetime
    data_pull_start: datetime | None = None
    data_pull_end: datetime | None = None
    records_processed: int = 0
    bytes_processed: int = 0
    bytes_written: int = 0
    put_failures: int = 0
    message: str | None = None
    registrations: tuple[Registration, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.status in (IN_PROGRESS, CANCEL_STARTED)


@dataclass(frozen=True)
class Activation:
    """The state of a flow's schedule, kept since the flow was first started.

    The flow runs with the rights of `creator`. `next_run_at` is None if no run is due.
    `pulled_until` is where the last successful incremental pull ended; `failures` counts the
    scheduled runs that failed since the last successful one.
    """

    flow: str
    account_id: str
    region: str
    creator: str
    next_run_at: datetime | None
    pulled_until: datetime | None = None
    failures: int = 0

    @property
    def owner(self) -> Caller:
        """The flow's creator, with whose rights it runs."""
        return Caller(self.account_id, self.region, self.creator)
