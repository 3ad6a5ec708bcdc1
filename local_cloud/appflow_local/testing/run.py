"""One run of a flow, as a test looks at it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from appflow_local.driving.execution_records import (
    RUNNING,
    message_of,
    processed_in,
    record_of,
    refused_in,
)
from appflow_local.testing.calls import Call, calls
from appflow_local.testing.errors import AppflowLocalError, told_plainly
from appflow_local.written_records import keys, read_records

if TYPE_CHECKING:
    from appflow_local.testing.own_cloud import OwnCloud

_LOOK_SECONDS = 0.005
_LONGEST_LOOK_SECONDS = 0.2

BUCKET = "appflow-local-tests"
"""What flows of tests write to, and read from."""
REFUSED = "refused"
"""The prefix of the records that a destination refuses."""


class Run:
    """A run.

    Args:
        own: the test's cloud.
        flow: the flow's name.
        execution_id: the run's.
    """

    def __init__(self, own: OwnCloud, flow: str, execution_id: str) -> None:
        self._own = own
        self.flow = flow
        self.id = execution_id
        self._ended: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        message = f": {self.message}" if self.message else ""
        return f"<Run of {self.flow}: {self.status}, {self.records_processed} records{message}>"

    @property
    def status(self) -> str:
        """`Successful`, `Error`, `InProgress`, `CancelStarted` or `Canceled`."""
        return str(self._record["executionStatus"])

    @property
    def message(self) -> str:
        """AppFlow's executionMessage: why the run failed; empty if it didn't."""
        return message_of(self._record)

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records that the run wrote to S3, read from there; of CSV, all values are texts."""
        own = self._own
        return read_records(own.client("s3"), BUCKET, f"{self.flow}/{self.id}/")

    @property
    def keys(self) -> list[str]:
        """The keys of the objects that the run wrote to the bucket `appflow-local-tests`."""
        return keys(self._own.client("s3"), BUCKET, f"{self.flow}/{self.id}/")

    @property
    def refused(self) -> list[dict[str, Any]]:
        """What the destination refused: `record`, and `errorMessage` with the reason."""
        key = f"{REFUSED}/{self.flow}/{self.id}"
        return read_records(self._own.client("s3"), BUCKET, key)

    @property
    def calls(self) -> list[Call]:
        """The calls that AppFlow made to the connector for this run, oldest first."""
        return calls(self._own.workbench, run=self.id)

    @property
    def records_processed(self) -> int:
        """How many records the source gave."""
        return processed_in(self._record)

    @property
    def failures(self) -> int:
        """How many records the destination refused: AppFlow's putFailuresCount."""
        return refused_in(self._record)

    @property
    def started_at(self) -> datetime:
        """When it began, by the cloud's clock."""
        found: datetime = self._record["startedAt"]
        return found

    @property
    def ended_at(self) -> datetime:
        """When it ended, or was last seen at work."""
        found: datetime = self._record["lastUpdatedAt"]
        return found

    @property
    def pulled(self) -> tuple[datetime, datetime] | None:
        """The start and end of the period that an incremental run pulled."""
        start, end = (self._record.get(f"dataPull{each}Time") for each in ("Start", "End"))
        return None if start is None or end is None else (start, end)

    @told_plainly
    def wait(self, timeout: float = 60.0) -> Run:
        """Wait until the run has ended.

        Raises:
            AppflowLocalError: it takes longer than `timeout` seconds; it was canceled.
        """
        deadline, pause = time.monotonic() + timeout, _LOOK_SECONDS
        while self.status in RUNNING:
            if time.monotonic() > deadline:
                self.cancel()
                raise AppflowLocalError(
                    f"the run of {self.flow} had not ended after {timeout:g} s, and was canceled: "
                    f"see what the connector waits for, or give timeout="
                )
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_LOOK_SECONDS)
        return self

    def cancel(self) -> None:
        """Cancel the run: it ends after the call that is being made."""
        appflow = self._own.client("appflow")
        appflow.cancel_flow_executions(flowName=self.flow, executionIds=[self.id])

    @property
    def _record(self) -> Mapping[str, Any]:
        if self._ended is not None:
            return self._ended
        found = record_of(self._own.client("appflow"), self.flow, self.id)
        if found is None:
            raise AppflowLocalError(f"AppFlow has no run {self.id} of {self.flow}")
        if found["executionStatus"] not in RUNNING:
            self._ended = found
        return found
