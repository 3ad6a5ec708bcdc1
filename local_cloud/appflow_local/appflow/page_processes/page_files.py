"""Makes the file of a page, as a run itself would; leaves to it all that isn't usual."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec

from appflow_local.appflow.page_processes.page_work import PageFile, PageWork
from appflow_local.appflow.transfer.column_texts import columns_reader
from appflow_local.appflow.transfer.columns import Columns
from appflow_local.appflow.transfer.flow_tasks import read_tasks
from appflow_local.appflow.transfer.formats import open_writer
from appflow_local.appflow.transfer.plan import Plan, compile_plan

Read = Callable[[Sequence[str]], Columns]

_MOST_PLANS = 64
_read_work = msgspec.msgpack.Decoder(PageWork).decode


def page_file(work: bytes, texts: Sequence[str]) -> PageFile | None:
    """Return the file of a page's records; None if they aren't to be read in columns.

    Args:
        work: An encoded PageWork.
        texts: The records.

    Raises:
        Exception: a record has to be read by itself, or would end the run.
    """
    wanted, plan, read = _compiled(work)
    if read is None or not plan.takes_columns:
        return None
    records = plan.transform_all(read(texts))
    joined = "".join(texts)
    size = len(joined) if joined.isascii() else len(joined.encode())
    if not records:
        return PageFile(b"", 0, size)
    stream = io.BytesIO()
    writer = open_writer(
        stream, wanted.file_type, plan.columns, preserve_types=wanted.preserves_types
    )
    writer.write(records)
    writer.close()
    return PageFile(stream.getvalue(), len(records), size)


@lru_cache(maxsize=_MOST_PLANS)
def _compiled(work: bytes) -> tuple[PageWork, Plan, Read | None]:
    wanted = _read_work(work)
    tasks = read_tasks(wanted.tasks, "CustomConnector")
    plan = compile_plan(tasks, "CustomConnector", wanted.fields)
    return wanted, plan, columns_reader(plan.selected_fields)
