"""When a scheduled flow runs, and the period that an incremental run pulls: arithmetic only.

Known of Schedules (API reference ScheduledTriggerProperties): a schedule has a start and an end, an
offset, full and incremental pulls. The time zone is "only a descriptive label", so cron expressions
are in UTC.
Known of Schedules (AppFlow User Guide, "Flow triggers"): the first incremental pull covers the past
30 days.
Known of Schedules (AppFlow User Guide, "Quotas"): a flow runs at most once a minute.
Known of Schedules (aws/aws-cdk-rfcs#483, an answer of AppFlow's developers): start and end are a
window; a rate runs on activation and then at its interval, a cron expression at its times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from appflow_local.appflow.flow_definition.run_times import (
    RunTimes,
    ScheduleError,
    read_run_times,
)

_FIRST_PULL = timedelta(days=30)


@dataclass(frozen=True)
class Schedule:
    """A ScheduledTriggerProperties, read. Times are aware."""

    times: RunTimes
    start: datetime | None
    end: datetime | None
    offset: timedelta
    is_incremental: bool
    first_from: datetime | None
    most_failures: int | None

    def first(self, activated: datetime) -> datetime | None:
        """Return the first run of a flow that is activated now; None for never.

        Inferred of Schedules: a start in the past is ignored.
        """
        begin = activated if self.start is None else max(self.start, activated)
        return self._within(self.times.first(begin))

    def following(self, due: datetime, now: datetime) -> datetime | None:
        """Return the run that follows the one that was due; it is never in the past."""
        return self._within(self.times.following(due, now))

    def pull_window(
        self, now: datetime, pulled_until: datetime | None
    ) -> tuple[datetime | None, datetime | None]:
        """Return the start and end of what a run pulls; the last pull ended at `pulled_until`."""
        if not self.is_incremental:
            return None, None
        return pulled_until or self.first_from or now - _FIRST_PULL, now - self.offset

    def _within(self, time: datetime | None) -> datetime | None:
        return None if time is None or (self.end is not None and time > self.end) else time


def read_schedule(properties: Mapping[str, Any]) -> Schedule:
    """Read a ScheduledTriggerProperties.

    Inferred of Schedules: without `dataPullMode`, a run pulls everything.

    Raises:
        ScheduleError: it is invalid.
        ScheduleNotEmulated: it isn't known whether it is valid.
    """
    schedule = Schedule(
        times=read_run_times(properties["scheduleExpression"]),
        start=_time(properties, "scheduleStartTime"),
        end=_time(properties, "scheduleEndTime"),
        offset=timedelta(seconds=properties.get("scheduleOffset", 0)),
        is_incremental=properties.get("dataPullMode") == "Incremental",
        first_from=_time(properties, "firstExecutionFrom"),
        most_failures=properties.get("flowErrorDeactivationThreshold"),
    )
    if schedule.start and schedule.end and schedule.end <= schedule.start:
        raise ScheduleError("The schedule end time must be after the schedule start time")
    return schedule


def _time(properties: Mapping[str, Any], name: str) -> datetime | None:
    value = properties.get(name)
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(value, timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise ScheduleError(f"{name} is not a time") from None
