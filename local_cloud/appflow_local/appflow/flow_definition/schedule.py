"""When a scheduled flow runs, and the period that an incremental run pulls: arithmetic only.

Source: API reference ScheduledTriggerProperties; AppFlow User Guide, "Flow triggers" for the
offset and the first 30 days, "Quotas" for the smallest interval. A public answer of AppFlow's
developers (aws/aws-cdk-rfcs#483): start and end are a window; a rate runs on activation and then at
its interval, a cron expression at its times. The time zone is "only a descriptive label" (API
reference), so cron expressions are in UTC. Not documented: the units of a rate; minutes, hours and
days are those seen in public.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from appflow_local.appflow.flow_definition.cron import CronError, next_cron, read_cron

_FIRST_PULL = timedelta(days=30)
_RATE = re.compile(r"rate\(\s*([0-9]+)\s*([a-z]+?)s?\s*\)")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_FREQUENCIES = {"minute": "BYMINUTE", "hour": "HOURLY", "day": "DAILY"}


class ScheduleError(Exception):
    """A schedule is invalid; the message, in the emulator's words, says why."""


class ScheduleNotEmulated(Exception):  # noqa: N818 - a limit, not an error
    """AppFlow may accept the schedule, but the emulator can't; the message names it."""


@dataclass(frozen=True)
class Schedule:
    """A ScheduledTriggerProperties, read. Either `rate` or `cron` is set; times are aware.

    `frequency` is the scheduling frequency that a connector must support, by the SDK's name; None
    for a cron expression.
    """

    rate: timedelta | None
    cron: str | None
    frequency: str | None
    start: datetime | None
    end: datetime | None
    offset: timedelta
    is_incremental: bool
    first_from: datetime | None
    most_failures: int | None

    def first(self, activated: datetime) -> datetime | None:
        """Return the first run of a flow that is activated now; None for never.

        Inferred: a start in the past is ignored.
        """
        begin = activated if self.start is None else max(self.start, activated)
        if self.rate is not None:
            return self._within(begin)
        return self._within(self._next_cron(begin - timedelta(microseconds=1)))

    def following(self, due: datetime, now: datetime) -> datetime | None:
        """Return the run that follows the one that was due; it is never in the past."""
        if self.rate is None:
            return self._within(self._next_cron(max(due, now)))
        missed = max((now - due) // self.rate, 0)
        return self._within(due + (missed + 1) * self.rate)

    def pull_window(
        self, now: datetime, pulled_until: datetime | None
    ) -> tuple[datetime | None, datetime | None]:
        """Return the start and end of what a run pulls; the last pull ended at `pulled_until`."""
        if not self.is_incremental:
            return None, None
        return pulled_until or self.first_from or now - _FIRST_PULL, now - self.offset

    def _next_cron(self, after: datetime) -> datetime | None:
        return next_cron(self.cron or "", after)

    def _within(self, time: datetime | None) -> datetime | None:
        return None if time is None or (self.end is not None and time > self.end) else time


def read_schedule(properties: Mapping[str, Any]) -> Schedule:
    """Read a ScheduledTriggerProperties. Inferred: without dataPullMode, a run pulls everything.

    Raises:
        ScheduleError: it is invalid.
        ScheduleNotEmulated: it isn't known whether it is valid.
    """
    expression = properties["scheduleExpression"]
    rate, frequency = _rate(expression)
    schedule = Schedule(
        rate=rate,
        cron=None if rate else _cron(expression),
        frequency=frequency,
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


def _rate(expression: str) -> tuple[timedelta, str] | tuple[None, None]:
    found = _RATE.fullmatch(expression)
    if found is None:
        return None, None
    number, unit = int(found[1]), found[2]
    if unit in ("week", "month", "year"):
        raise ScheduleNotEmulated(f"The schedule expression {expression}")
    if unit not in _UNITS or not 0 < number <= _most(unit):
        raise ScheduleError(
            f"The schedule expression {expression} is not a rate of one minute or longer"
        )
    return number * _UNITS[unit], _FREQUENCIES[unit]


def _most(unit: str) -> int:
    return timedelta(days=3650) // _UNITS[unit]


def _cron(expression: str) -> str:
    if not (expression.startswith("cron(") and expression.endswith(")")):
        raise ScheduleError(
            f"The schedule expression {expression} is neither a rate nor a cron expression"
        )
    try:
        return read_cron(expression[len("cron(") : -1])
    except CronError as error:
        raise ScheduleError(f"The schedule expression {expression} is invalid: {error}") from None


def _time(properties: Mapping[str, Any], name: str) -> datetime | None:
    value = properties.get(name)
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(value, timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise ScheduleError(f"{name} is not a time") from None
