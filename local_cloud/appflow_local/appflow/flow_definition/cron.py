"""AWS's cron expressions: six fields, in UTC.

Known of Schedules (EventBridge User Guide, "Cron expressions"): AWS's cron expressions have
minutes, hours, day of month, month, day of week (1 is Sunday) and year; `?` is in exactly one of
the two fields for days.
Inferred of Schedules (cdklabs/cdk-appflow, what it makes of `Schedule.cron`): AppFlow's cron
expressions are the same, in UTC.
"""

from __future__ import annotations

import re
from datetime import datetime

from croniter import (  # type: ignore[import-untyped] # its types come in a separate package
    CroniterError,
    croniter,
)

_FIELDS = (  # each with its syntax: croniter accepts more than AWS
    ("minutes", r"[0-9*,/-]+"),
    ("hours", r"[0-9*,/-]+"),
    ("day of month", r"[0-9*,/-]+|L|\?"),
    ("month", r"[0-9A-Z*,/-]+"),
    ("day of week", r"(SUN|MON|TUE|WED|THU|FRI|SAT|[0-9*,/#-])+|[1-7]?L|\?"),
    ("year", r"[0-9*,/-]+"),
)
_DAY = re.compile(r"(?<![0-9#/])([1-7])(?![0-9])")
_NO_DAY = re.compile(r"(?<![0-9#/])([089]|[0-9]{2,})")
_WEEKDAY = re.compile(r"([1-9]|[12][0-9]|3[01]|L)W")  # the nearest one
_SATURDAY = "6"


class CronError(Exception):
    """A cron expression is invalid; the message says why."""


class CronNotEmulated(Exception):  # noqa: N818 - a limit, not an error
    """AWS's cron expressions have it, croniter's have not; the message names it."""


def read_cron(fields: str) -> str:
    """Convert AWS's fields to croniter's expression.

    Raises:
        CronError: they are invalid.
        CronNotEmulated: croniter can't express them.
    """
    parts = fields.upper().split()
    if len(parts) != len(_FIELDS):
        raise CronError("it must have six fields")
    if _WEEKDAY.fullmatch(parts[2]):
        raise CronNotEmulated(f"The day of month {parts[2]}")
    for part, (name, pattern) in zip(parts, _FIELDS, strict=True):
        if not re.fullmatch(pattern, part):
            raise CronError(f"'{part}' is not a {name} that the emulator supports")
    minutes, hours, of_month, month, of_week, year = parts
    if (of_month == "?") == (of_week == "?"):
        raise CronError("exactly one of day of month and day of week must be ?")
    days = of_month.replace("?", "*")
    # croniter's order: the second after the day of the week, then the year.
    expression = " ".join([minutes, hours, days, month, _day_of_week(of_week), "0", year])
    try:
        croniter(expression)
    except (CroniterError, ValueError):
        raise CronError("a field is out of range, or cannot be read") from None
    return expression


def next_cron(expression: str, after: datetime) -> datetime | None:
    """Return the next time of croniter's expression; None if there are no more."""
    try:
        found: datetime = croniter(expression, after).get_next(datetime)
    except CroniterError:
        return None
    return found


def _day_of_week(field: str) -> str:
    """Return the field with Sunday as 0."""
    if _NO_DAY.search(field):
        raise CronError("a day of week is 1 (SUN) to 7 (SAT)")
    if field == "L":
        return _SATURDAY
    zero_based = _DAY.sub(lambda day: str(int(day[1]) - 1), field.replace("?", "*"))
    return re.sub(r"([0-6])L", r"L\1", zero_based)
