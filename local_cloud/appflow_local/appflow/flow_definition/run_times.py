"""The times of a schedule expression: a rate, a cron expression, or one time. Arithmetic only.

Known of Schedules (the service model, ScheduleFrequencyType; SDK,
DescribeConnectorConfigurationResponse): a flow runs by the minute, hourly, daily, weekly, monthly
or once.
Inferred of Schedules (API reference ScheduledTriggerProperties: `rate(5minutes)`): weeks, months
and once are written as the others are: `rate(2weeks)`, `rate(1month)`, `at(2026-01-31T09:00:00)`,
in UTC.
Inferred of Schedules: a month ends on its last day, so that January 31 is followed by the last day
of February.
Refused of Schedules: schedules in years, and `W` in a cron expression.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Protocol

from appflow_local.appflow.flow_definition.cron import (
    CronError,
    CronNotEmulated,
    next_cron,
    read_cron,
)

_RATE = re.compile(r"rate\(\s*([0-9]+)\s*([a-z]+?)s?\s*\)")
_ONCE = re.compile(r"at\(\s*([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})Z?\s*\)")
_UNITS = {
    "minute": (timedelta(minutes=1), "BYMINUTE"),
    "hour": (timedelta(hours=1), "HOURLY"),
    "day": (timedelta(days=1), "DAILY"),
    "week": (timedelta(weeks=1), "WEEKLY"),
}
_LONGEST = timedelta(days=3650)
_MOST_MONTHS = 120


class ScheduleError(Exception):
    """A schedule is invalid; the message, in the emulator's words, says why."""


class ScheduleNotEmulated(Exception):  # noqa: N818 - a limit, not an error
    """AppFlow may accept the schedule, but the emulator can't; the message names it."""


class RunTimes(Protocol):
    """The times of a schedule, without its window; all are aware.

    `frequency` is the scheduling frequency that a connector must support, by the SDK's name; None
    for a cron expression.
    """

    @property
    def frequency(self) -> str | None: ...  # noqa: D102

    def first(self, begin: datetime) -> datetime | None:
        """Return the first time, of a schedule that begins then; None if there is none."""

    def following(self, due: datetime, now: datetime) -> datetime | None:
        """Return the time that follows `due`, not in the past; None if there is none."""


@dataclass(frozen=True)
class Every:
    """A rate: the first time is when the schedule begins."""

    interval: timedelta
    frequency: str

    def first(self, begin: datetime) -> datetime | None:
        """See `RunTimes`."""
        return begin

    def following(self, due: datetime, now: datetime) -> datetime | None:
        """See `RunTimes`."""
        missed = max((now - due) // self.interval, 0)
        return due + (missed + 1) * self.interval


@dataclass(frozen=True)
class EveryMonths:
    """A rate in months, which differ in length."""

    months: int
    frequency: str = "MONTHLY"

    def first(self, begin: datetime) -> datetime | None:
        """See `RunTimes`."""
        return begin

    def following(self, due: datetime, now: datetime) -> datetime | None:
        """See `RunTimes`."""
        steps = 1
        while (time := _months_later(due, steps * self.months)) <= now:
            steps += 1
        return time


@dataclass(frozen=True)
class Cron:
    """A cron expression, as croniter has it."""

    expression: str
    frequency: None = None

    def first(self, begin: datetime) -> datetime | None:
        """See `RunTimes`."""
        return next_cron(self.expression, begin - timedelta(microseconds=1))

    def following(self, due: datetime, now: datetime) -> datetime | None:
        """See `RunTimes`."""
        return next_cron(self.expression, max(due, now))


@dataclass(frozen=True)
class Once:
    """One time."""

    time: datetime
    frequency: str = "ONCE"

    def first(self, begin: datetime) -> datetime | None:
        """See `RunTimes`."""
        return self.time if self.time >= begin else None

    def following(self, due: datetime, now: datetime) -> datetime | None:  # noqa: ARG002 - none
        """See `RunTimes`."""
        return None


def read_run_times(expression: str) -> RunTimes:
    """Read a schedule expression.

    Raises:
        ScheduleError: it is invalid.
        ScheduleNotEmulated: it isn't known whether it is valid.
    """
    if rate := _RATE.fullmatch(expression):
        return _read_rate(expression, int(rate[1]), rate[2])
    if expression.startswith("at("):
        return _read_once(expression)
    if expression.startswith("cron(") and expression.endswith(")"):
        return _read_cron(expression)
    raise ScheduleError(
        f"The schedule expression {expression} is neither a rate nor a cron expression nor a time"
    )


def _read_rate(expression: str, number: int, unit: str) -> RunTimes:
    if unit == "month" and 0 < number <= _MOST_MONTHS:
        return EveryMonths(number)
    if unit == "year":
        raise ScheduleNotEmulated(f"The schedule expression {expression}")
    interval, frequency = _UNITS.get(unit, (timedelta(0), ""))
    if not frequency or not 0 < number <= _LONGEST // interval:
        raise ScheduleError(
            f"The schedule expression {expression} is not a rate between one minute and "
            f"{_MOST_MONTHS} months"
        )
    return Every(number * interval, frequency)


def _read_once(expression: str) -> RunTimes:
    found = _ONCE.fullmatch(expression)
    try:
        time = datetime.fromisoformat(found[1]) if found else None
    except ValueError:
        time = None
    if time is None:
        raise ScheduleError(
            f"The schedule expression {expression} is not a time like at(2026-01-31T09:00:00)"
        )
    return Once(time.replace(tzinfo=timezone.utc))


def _read_cron(expression: str) -> RunTimes:
    try:
        return Cron(read_cron(expression[len("cron(") : -1]))
    except CronNotEmulated as limit:
        raise ScheduleNotEmulated(f"{limit} of the schedule expression {expression}") from None
    except CronError as error:
        raise ScheduleError(f"The schedule expression {expression} is invalid: {error}") from None


def _months_later(time: datetime, months: int) -> datetime:
    years, month = divmod(time.month - 1 + months, 12)
    year = time.year + years
    day = min(time.day, calendar.monthrange(year, month + 1)[1])
    return time.replace(year=year, month=month + 1, day=day)
