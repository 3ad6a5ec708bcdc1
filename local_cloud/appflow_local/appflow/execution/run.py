"""One run of a flow, from its first page to its last.

Inferred: records and bytes processed are those that the source gave, before filters on S3 files and
validations; bytes written are those of the files, or of the records as JSON that a connector took;
records that it refused, without failing the run, leave the run successful.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from appflow_local.appflow.account import Context
from appflow_local.appflow.account.executions import CANCELED, ERROR, SUCCESSFUL, Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.workers import one_ahead
from appflow_local.appflow.execution.failures import (
    RunFailed,
    RunStopped,
    execution_message,
    is_stop,
)
from appflow_local.appflow.execution.pages import Page, Record, Tally
from appflow_local.appflow.execution.run_ends import Assignment, Ends, make_ends
from appflow_local.appflow.flows import execution_records as records
from appflow_local.appflow.flows.activation import settle
from appflow_local.appflow.host import Caller
from appflow_local.appflow.transfer.plan import Plan, RecordRejected

LONGEST_RUN = timedelta(hours=48)
"""Source: AppFlow User Guide, "Quotas"."""

_log = logging.getLogger(__name__)


class Run:
    """One run. Create it in the request that begins it, execute it in a worker.

    Args:
        context: the emulator's parts.
        caller: the caller that the flow runs for.
        flow: as it was when the run began.
        execution: the run's record.
    """

    def __init__(self, context: Context, caller: Caller, flow: Flow, execution: Execution) -> None:
        self._context = context
        self._caller = caller
        self._flow = flow
        self._execution = execution
        self._stop = context.runs.add(execution.id)
        self._tally = Tally()

    def execute(self) -> None:
        """Do it all, and record how it ended."""
        status, message = SUCCESSFUL, None
        try:
            with self._context.host.acting_for(self._caller):
                self._transfer()
        except Exception as error:  # noqa: BLE001 - the outermost edge of a run
            status = CANCELED if is_stop(error) else ERROR
            message = None if is_stop(error) else execution_message(error)
        self._end(status, message)

    def _end(self, status: str, message: str | None) -> None:
        # As one: whoever sees the end sees what it means for the schedule.
        with self._context.executions.of(self._caller):
            if status == SUCCESSFUL and self._stop.is_set():  # told so too late to notice
                status = CANCELED
            ended = self._record(status, message)
            if ended is not None and ended.scheduled:
                settle(self._context, self._caller, ended)
            self._context.runs.remove(self._execution.id)
        _log.info(
            "Flow %s, run %s: %s %s", self._flow.name, self._execution.id, status, message or ""
        )

    def _transfer(self) -> None:
        self._go_on()
        assignment = Assignment(
            self._context, self._caller, self._flow, self._execution, self._pause
        )
        ends = make_ends(assignment, self._tally)
        with closing(ends.destination):
            self._copy(ends)
            ends.destination.finish()

    def _copy(self, ends: Ends) -> None:
        pages = self._in_account(ends.source.pages())
        with closing(one_ahead(pages, self._context.runs.fetchers)) as fetched:
            for page in fetched:
                self._go_on()
                self._tally.records_processed += len(page.records)
                self._tally.bytes_processed += page.size
                ends.destination.write(list(_transformed(ends.plan, page)))
                del page
                self._record()
        self._go_on()

    def _in_account(self, pages: Iterator[Page]) -> Iterator[Page]:
        """Make pages in the caller's account, whichever thread asks for them."""
        while True:
            with self._context.host.acting_for(self._caller):
                page = next(pages, None)
            if page is None:
                return
            yield page
            del page

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise RunStopped
        if self._context.clock.now() - self._execution.started_at > LONGEST_RUN:
            raise RunFailed("The flow run took longer than 48 hours.")

    def _pause(self, duration: timedelta) -> None:
        self._context.clock.wait(duration, self._stop)
        self._go_on()

    def _record(self, status: str | None = None, message: str | None = None) -> Execution | None:
        tally = self._tally
        return records.change(
            self._context,
            self._caller,
            self._execution.id,
            lambda before: replace(
                before,
                status=status or before.status,
                message=message,
                records_processed=tally.records_processed,
                bytes_processed=tally.bytes_processed,
                bytes_written=tally.bytes_written,
                put_failures=tally.put_failures,
            ),
        )


def _transformed(plan: Plan, page: Page) -> Iterator[Record]:
    for record in page.records:
        try:
            after = plan.transform(record)
        except RecordRejected:
            continue
        if after is not None:
            yield after
