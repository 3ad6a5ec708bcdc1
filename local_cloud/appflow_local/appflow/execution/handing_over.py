"""Hands a run's pages over to a process, where that is possible.

It is for the most frequent kind of flow: records that may be columns, from a connector into a file
for each page. Decimal digits, default values, partitions, aggregation and connectors as
destinations are left to the server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from appflow_local.appflow.execution.destinations.s3_destination import S3Destination
from appflow_local.appflow.execution.pages import Destination, DonePage
from appflow_local.appflow.execution.sources.connector_source import HandOver
from appflow_local.appflow.flow_definition import FlowDefinition
from appflow_local.appflow.flow_definition.ends import S3DestinationEnd
from appflow_local.appflow.page_processes.page_work import PageWork
from appflow_local.appflow.page_processes.pool import PageProcesses
from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.plan import Plan

LARGE_PAGE = 500
"""How many records a page has at least that is worth a process."""


def hand_over_of(
    definition: FlowDefinition,
    fields: Sequence[Field],
    plan: Plan,
    destination: Destination,
    processes: PageProcesses,
) -> HandOver | None:
    """Return what hands pages over; None if this flow's are not to be.

    Args:
        definition: the flow's.
        fields: those of the connector's entity.
        plan: the definition's, compiled.
        destination: gets the pages' files.
        processes: make them.
    """
    end = definition.destination
    if not isinstance(end, S3DestinationEnd) or not isinstance(destination, S3Destination):
        return None
    if end.format.aggregates or plan.partition_fields or not plan.takes_columns:
        return None
    work = PageWork(
        definition.given_tasks, tuple(fields), end.format.file_type, end.format.preserves_types
    )
    try:
        encoded = msgspec.msgpack.encode(work)
    except UnicodeEncodeError:  # a name has half of a surrogate pair
        return None
    return partial(_hand_over, processes, encoded, destination)


def _hand_over(
    processes: PageProcesses, work: bytes, destination: S3Destination, texts: list[str]
) -> Callable[[], DonePage | None] | None:
    answer = processes.begin(work, texts) if len(texts) >= LARGE_PAGE else None
    if answer is None:
        return None

    def done() -> DonePage | None:
        made = processes.finish(answer)
        if made is None:
            return None
        write = partial(destination.write_file, made.content) if made.written else _nothing
        return DonePage(len(texts), made.size, made.written, write)

    return done


def _nothing() -> None:
    """Write no file: no record is left."""
