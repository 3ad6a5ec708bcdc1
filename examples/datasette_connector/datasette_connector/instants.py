"""Dates and times: SQLite has no type for them, AppFlow has ISO 8601.

SQLite's documented storage for them is text in ISO 8601 (with a space or a `T`, UTC unless an
offset says otherwise), an integer of Unix seconds, or a real Julian day.
"""

import re
from datetime import date, datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1)  # without a zone: everything here is UTC
_JULIAN_DAY_OF_EPOCH = 2440587.5
_STORED = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[T ](?P<minutes>\d\d:\d\d)(?::(?P<seconds>\d\d)(?P<fraction>\.\d+)?)?"
    r" ?(?P<offset>Z|[+-]\d\d:\d\d)?)?"
)


def iso_datetime(stored: str | int | float) -> str | None:
    """Return `2021-04-20T12:30:45Z` for a stored instant; None if it isn't one.

    A fraction of a second is kept as it was stored.
    """
    if isinstance(stored, str):
        return _from_text(stored)
    days = stored - _JULIAN_DAY_OF_EPOCH if isinstance(stored, float) else stored / 86400
    try:
        # SQLite reckons in milliseconds, too.
        instant = _EPOCH + timedelta(milliseconds=round(days * 86_400_000))
    except (OverflowError, ValueError):
        return None
    return instant.isoformat(timespec="milliseconds").replace(".000", "") + "Z"


def iso_date(stored: str | int | float) -> str | None:
    """Return `2021-04-20` for a stored date; None if it isn't one or has a time of day."""
    instant = iso_datetime(stored)
    if instant is None:
        return None
    day, _, time = instant.partition("T")
    return day if re.fullmatch(r"00:00:00(\.0+)?Z", time) else None


def comparable(column: str) -> str:
    """Return SQL for the instant that a column holds: a Julian day, exact to the millisecond."""
    return (
        f"CASE typeof({column}) WHEN 'integer' THEN julianday({column}, 'unixepoch') "
        f"ELSE julianday({column}) END"
    )


def from_milliseconds(text: str) -> str | None:
    """Return the ISO form of Unix milliseconds, as filters may give an instant."""
    try:
        return (_EPOCH + timedelta(milliseconds=int(text))).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError):
        return None


def _from_text(text: str) -> str | None:
    match = _STORED.fullmatch(text)
    if match is None:
        return None
    day, minutes, seconds, fraction, offset = match.groups()
    try:
        date.fromisoformat(day)
        instant = datetime.fromisoformat(f"{day}T{minutes or '00:00'}:{seconds or '00'}")
        if offset not in (None, "Z"):
            zone = timezone(_offset(offset))
            instant = instant.replace(tzinfo=zone).astimezone(timezone.utc)
    except (OverflowError, ValueError):
        return None
    return instant.strftime("%Y-%m-%dT%H:%M:%S").zfill(19) + (fraction or "") + "Z"


def _offset(text: str) -> timedelta:
    hours, minutes = int(text[1:3]), int(text[4:6])
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset
