"""Files in memory, written and read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
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


def csv_row(record: Mapping[str, Any], names: Iterable[str]) -> bytes:
    """Return a row as Python's writer makes it, with JSON for what is no text and no number."""

    def cell(value: object) -> object:
        if isinstance(value, (bool, dict, list)):
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return value

    text = io.StringIO(newline="")
    cells = [cell(record.get(name)) for name in names]
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return f"{text.getvalue()[:-2]}\n".encode("utf-8", "replace")
