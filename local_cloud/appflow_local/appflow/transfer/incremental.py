"""The bounds of an incremental pull, added to a flow's filter."""

from __future__ import annotations

from datetime import date, datetime, timezone

from appflow_local.appflow.transfer.data_types import Kind, kind_of
from appflow_local.appflow.transfer.errors import mistake
from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.literals import identifier, literal


def incremental_filter(
    expression: str | None, field: Field, after: datetime | None, until: datetime
) -> str:
    """Return a filter for what changed since the last pull.

    Inferred: `after` is included and `until` is not, so that consecutive pulls neither miss nor
    repeat a record. A field of whole days is compared by days, so that a day is
    pulled by the first run after it has ended.

    Args:
        expression: The filter of the flow's own tasks, if it has one.
        field: The timestamp field.
        after: Where the last pull ended, aware; None to pull everything.
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
    if after is not None:
        clauses.append(f"{name} >= {literal(_bound(after, kind))}")
    clauses.append(f"{name} < {literal(_bound(until, kind))}")
    return " AND ".join(clauses)


def _bound(time: datetime, kind: Kind) -> date | datetime:
    utc = time.astimezone(timezone.utc).replace(tzinfo=None)
    return utc if kind is Kind.DATETIME else utc.date()
