"""Files in memory, written and read."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats import open_writer

NAMES = ("a", "b")
COLUMNS = [Column(name, "String") for name in NAMES]


def written(
    file_type: str,
    records: Sequence[Mapping[str, Any]],
    columns: Sequence[Column] | None = COLUMNS,
    *,
    preserve_types: bool = False,
) -> bytes:
    """Return a file with records."""
    stream = io.BytesIO()
    writer = open_writer(stream, file_type, columns, preserve_types=preserve_types)
    try:
        for record in records:
            writer.write([record])
    finally:
        writer.close()
    assert not stream.closed
    return stream.getvalue()


def parquet(content: bytes) -> pa.Table:
    """Return what a Parquet file holds."""
    return pq.read_table(io.BytesIO(content))
