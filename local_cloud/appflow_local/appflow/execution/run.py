"""One run of a flow, from its first page to its last.

Inferred (API reference ExecutionResult): records and bytes processed are those that the source
gave, before filters on S3 files and validations; bytes written are those of the files, or of the
JSON records that a connector accepted.
Inferred (API reference ErrorHandlingConfig): a run stays `Successful` if the connector refuses
records without failing it; they count in `putFailuresCount`.
Chosen (the SDK says what it is for, no document when AppFlow sends it; AWS's JDBC connector calls
it unused): `RetrieveData` is never sent.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.executions import (
    CANCELED,
    ERROR,
    SUCCESSFUL,
    Execution,
    Registration,
)
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.run_traces import RunTrace
from appflow_local.appflow.account.workers import one_ahead
from appflow_local.appflow.execution import run_reports
from appflow_local.appflow.execution.failures import (
    RunFailed,
    RunStopped,
    execution_message,
    is_stop,
)
from appflow_local.appflow.execution.pages import DonePage, HandedPage, Page, Record, Tally
from appflow_local.appflow.execution.run_ends import Assignment, Ends, make_ends
from appflow_local.appflow.flows import execution_records
from appflow_local.appflow.flows.activation import settle
from appflow_local.appflow.transfer.plan import FlowTerminated, Plan, RecordRejected

LONGEST_RUN = timedelta(hours=48)
"""Known (AppFlow User Guide, "Quotas"): a run takes 48 hours at most."""

_log = logging.getLogger(__name__)


class Run:
    """One run. Create it in the request that begins it, execute it in a worker.

    Args:
        account: the one that the flow runs in.
        flow: as it was when the run began.
        execution: the run's record.
    """

    def __init__(self, account: Account, flow: Flow, execution: Execution) -> None:
        self._account = account
        self._flow = flow
        self._execution = execution
        self._stop = account.runs.add(execution.id)
        self._trace = account.journal.runs.of(account.place, execution)
        self._tally = Tally()
        self._registrations: tuple[Registration, ...] = ()

    def execute(self) -> None:
        """Run the flow, and record how the run ended."""
        run_reports.report_start(self._account, self._flow, self._execution)
        status, message = SUCCESSFUL, None
        try:
            with self._account.acting():
                self._transfer()
        except Exception as error:  # noqa: BLE001 - the outermost edge of a run
            status = CANCELED if is_stop(error) else ERROR
            message = None if is_stop(error) else execution_message(error)
        self._end(status, message)

    def _end(self, status: str, message: str | None) -> None:
        # Atomic: the end of the run and its effect on the schedule become visible together.
        with self._account.lock:
            if status == SUCCESSFUL and self._stop.is_set():  # canceled too late to notice
                status = CANCELED
            ended = self._record(status, message)
            suspended = settle(self._account, ended) if ended and ended.scheduled else None
            self._account.runs.remove(self._execution.id)
        if ended:
            filtered = self._tally.records_filtered
            run_reports.report_end(self._account, self._flow, ended, filtered)
        if suspended:
            run_reports.report_deactivation(self._account, suspended)
        _log.info(
            "Flow %s, run %s: %s %s", self._flow.name, self._execution.id, status, message or ""
        )

    def _transfer(self) -> None:
        self._check_stop()
        assignment = Assignment(
            self._account, self._flow, self._execution, self._pause, self._trace
        )
        ends = make_ends(assignment, self._tally)
        self._trace.origins = ends.plan.origins
        with closing(ends.destination):
            self._copy(ends)
            ends.destination.finish()
            self._registrations = ends.register()

    def _copy(self, ends: Ends) -> None:
        pages = self._in_account(ends.source.pages())
        with closing(one_ahead(pages, self._account.runs.fetchers)) as fetched:
            for page in fetched:
                self._check_stop()
                self._move(page.result() if isinstance(page, HandedPage) else page, ends)
                del page
                self._record()
        self._check_stop()

    def _move(self, page: Page | DonePage, ends: Ends) -> None:
        self._tally.records_processed += page.count
        self._tally.bytes_processed += page.size
        if isinstance(page, DonePage):
            left, write = page.left, page.write
        else:
            records = _transformed(ends.plan, page.records, self._trace)
            left, write = len(records), partial(ends.destination.write, records)
        self._tally.records_filtered += page.count - left
        self._trace.filtered = self._tally.records_filtered
        write()

    def _in_account(self, pages: Iterator[Page | HandedPage]) -> Iterator[Page | HandedPage]:
        """Fetch pages in the flow's account, on any thread."""
        while True:
            with self._account.acting():
                page = next(pages, None)
            if page is None:
                return
            yield page
            del page

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise RunStopped
        if self._account.now() - self._execution.started_at > LONGEST_RUN:
            raise RunFailed("The flow run took longer than 48 hours.")

    def _pause(self, duration: timedelta) -> None:
        self._account.clock.pause(duration, self._stop)
        self._check_stop()

    def _record(self, status: str | None = None, message: str | None = None) -> Execution | None:
        tally = self._tally
        return execution_records.change(
            self._account,
            self._execution.id,
            lambda before: replace(
                before,
                status=status or before.status,
                message=message,
                records_processed=tally.records_processed,
                bytes_processed=tally.bytes_processed,
                bytes_written=tally.bytes_written,
                put_failures=tally.put_failures,
                registrations=self._registrations,
            ),
        )


def _transformed(plan: Plan, records: Sequence[Record], trace: RunTrace) -> Sequence[Record]:
    first = trace.room
    if not first:
        return plan.transform_all(records)
    traced = list(_traced(plan, records[:first], trace))
    return [*traced, *plan.transform_all(records[first:])]


def _traced(plan: Plan, records: Sequence[Record], trace: RunTrace) -> Iterator[Record]:
    for record in records:
        after, why = None, "A filter leaves it out."
        try:
            after = plan.transform(record)
        except RecordRejected as rejection:
            why = str(rejection) or "A validation drops it."
        except FlowTerminated as end:
            trace.sample(record, None, f"It ends the run: {end}")
            raise
        trace.sample(record, after, None if after is not None else why)
        if after is not None:
            yield after
