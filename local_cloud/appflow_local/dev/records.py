"""The records that a run wrote, and how they look as a table."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from appflow_local.server_log import printable

MOST_SHOWN = 10
_WIDEST = 40
_NARROWEST_TERMINAL = 40

Record = Mapping[str, Any]


def written_records(s3: Any, bucket: str, execution: str) -> Iterator[Record]:  # noqa: ANN401
    """Yield the records of a run, by the files in the bucket that have its ID in their keys.

    Args:
        s3: S3's client.
        bucket: where the run wrote.
        execution: the run's ID.
    """
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    for page in pages:
        for item in page.get("Contents", []):
            if execution in item["Key"]:
                body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
                yield from _parsed(item["Key"], body)


def _parsed(key: str, body: bytes) -> Iterable[Record]:
    if body.startswith(b"PAR1"):
        from pyarrow import BufferReader
        from pyarrow.parquet import read_table

        records: list[Record] = read_table(BufferReader(body)).to_pylist()
        return records
    text = body.decode(errors="replace")
    if key.endswith(".csv"):
        return csv.DictReader(io.StringIO(text))
    return _json_values(text)


def _json_values(text: str) -> Iterator[Record]:
    for line in filter(str.strip, text.splitlines()):
        value = json.loads(line)
        yield value if isinstance(value, dict) else {"value": value}


def table(records: Sequence[Record]) -> list[str]:
    """Return lines: the names of the fields, and the first records."""
    names = list(dict.fromkeys(name for record in records for name in record))
    shown = [[_cell(record.get(name)) for name in names] for record in records[:MOST_SHOWN]]
    rows = [[_cut(name) for name in names], *shown]
    widths = [max(len(row[at]) for row in rows) for at in range(len(names))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, _line(["-" * width for width in widths], widths))
    if len(records) > MOST_SHOWN:
        lines.append(f"... and {len(records) - MOST_SHOWN} more")
    return lines


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    most = max(shutil.get_terminal_size().columns, _NARROWEST_TERMINAL)
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    line = "  ".join(padded).rstrip()
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return _cut(value if isinstance(value, str) else json.dumps(value, default=str))


def _cut(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= _WIDEST else f"{shown[: _WIDEST - 1]}…"
