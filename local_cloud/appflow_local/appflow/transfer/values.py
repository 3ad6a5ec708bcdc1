"""Values of records and of tasks as numbers, booleans, dates and text.

Records hold what JSON can hold (often text, if from files) and finite Decimals; tasks hold text.
Each reader returns None for a value of another kind. Instants are datetimes in UTC without a zone.
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

_EPOCH = datetime(1970, 1, 1)
# Three digits of exponent are more than a double needs; without a limit, `1e999999999` would
# take gigabytes once it is written out.
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_MILLISECONDS = re.compile(r"-?[0-9]{1,15}")
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_USUAL_LENGTH = len("2026-01-31T12:30:45Z")
_TRUTHS = {"true": True, "false": False}


def to_number(value: object) -> Decimal | None:
    """Read a number, or text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


def to_boolean(value: object) -> bool | None:
    """Read a boolean, or the text true or false in any case."""
    if isinstance(value, bool):
        return value
    return _TRUTHS.get(value.strip().lower()) if isinstance(value, str) else None


def to_text(value: object) -> str:
    """Return text unchanged, and any other value as JSON."""
    if isinstance(value, str):
        return value
    kind = type(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int or (kind is float and math.isfinite(value)):  # type: ignore[arg-type]
        return repr(value)
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def to_instant(value: object) -> datetime | None:
    """Read ISO 8601 text, or milliseconds since 1970 as a number or text.

    A date alone means its midnight. Fractions of a second are cut off after microseconds.

    Inferred (public flow definitions have them as the bounds of filters): a number in a date or
    time is milliseconds since 1970.
    """
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, int):
            return _EPOCH + timedelta(milliseconds=value)
        return _instant_of_text(value.strip()) if isinstance(value, str) else None
    except (OverflowError, ValueError):
        return None


def to_day(value: object) -> date | None:
    """Read what `to_instant` reads; its time of day is ignored."""
    instant = to_instant(value)
    return None if instant is None else instant.date()


def instant_text(instant: datetime) -> str:
    """Return an instant in ISO 8601, with a fraction only if there is one: `…T12:30:45.5Z`."""
    text = instant.isoformat(timespec="microseconds").rstrip("0").rstrip(".")
    return f"{text}Z"


def _instant_of_text(text: str) -> datetime | None:
    if len(text) == _USUAL_LENGTH and text[19] == "Z" and _is_usual(text):
        return datetime.fromisoformat(text[:19])
    if _MILLISECONDS.fullmatch(text):
        return _EPOCH + timedelta(milliseconds=int(text))
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    *parts, fraction, zone = found.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    instant = datetime(year, month, day, hour, minute, second, micros)
    return instant if zone in (None, "Z") else _in_utc(instant, zone)


def _is_usual(text: str) -> bool:
    """Whether it is like 2026-01-31T12:30:45Z, and not of another form that Python reads."""
    signs = text[4], text[7], text[13], text[16]
    return signs == ("-", "-", ":", ":") and text[10] in "T " and text[11:13] < "24"


def _in_utc(instant: datetime, zone: str) -> datetime:
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    aware = instant.replace(tzinfo=timezone(-offset if zone[0] == "-" else offset))
    return aware.astimezone(timezone.utc).replace(tzinfo=None)
