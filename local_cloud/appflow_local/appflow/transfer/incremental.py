"""The bounds of an incremental pull, added to a flow's filter."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from appflow_local.appflow.transfer.data_types import Kind, kind_of
from appflow_local.appflow.transfer.errors import mistake
from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.literals import identifier


def incremental_filter(
    expression: str | None, field: Field, after: datetime | None, until: datetime
) -> str:
    """Return a filter for what changed since the last pull.

    Known (SDK README, step 7): for an incremental pull AppFlow adds a filter by the timestamp to
    the query.
    Inferred (SDK query filter's README, whose example has this form, and its tests, which have
    milliseconds): that filter is `FIELD between START and END`, in milliseconds.
    Inferred: both ends are included, as in every BETWEEN, so that consecutive pulls miss nothing;
    what changed in the very millisecond between them is pulled by both. A field of whole days is
    compared by days, so that a day is pulled by the first run after it has ended.

    Args:
        expression: The filter of the flow's own tasks, if it has one.
        field: The timestamp field.
        after: Where the last pull ended, aware; None to pull all that is older than `until`.
        until: Where this pull ends, aware.

    Raises:
        TaskError: the field isn't a Date or DateTime for incremental pulls, or the filter language
            can't name it.
    """
    kind = kind_of(field.data_type)
    if kind not in (Kind.DATE, Kind.DATETIME) or not field.is_timestamp_for_incremental:
        raise mistake(f"The field '{field.name}' cannot be used for incremental pulls")
    name = identifier(field.name)
    clauses = [f"({expression})"] if expression else []
    end = _end(until, kind)
    if after is None:
        clauses.append(f"{name} <= {end}")
    else:
        clauses.append(f"{name} between {_start(after, kind)} and {end}")
    return " AND ".join(clauses)


def _start(after: datetime, kind: Kind) -> str:
    return _milliseconds(after) if kind is Kind.DATETIME else _utc(after).date().isoformat()


def _end(until: datetime, kind: Kind) -> str:
    if kind is Kind.DATETIME:
        return _milliseconds(until)
    return (_utc(until).date() - timedelta(days=1)).isoformat()


def _milliseconds(time: datetime) -> str:
    return f"{_utc(time).isoformat(timespec='milliseconds')}Z"


def _utc(time: datetime) -> datetime:
    return time.astimezone(timezone.utc).replace(tzinfo=None)
