"""Parquet files, written by Arrow one row group at a time, so that memory stays flat.

Known (API reference S3OutputFormatConfig, `preserveSourceDataTyping`): Parquet holds text alone
unless the source's data types are preserved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from appflow_local.appflow.transfer.columns import Columns
from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats.errors import FormatError
from appflow_local.appflow.transfer.formats.parquet_columns import ParquetColumn

# Few, since a flow may be writing hundreds of partitions, each with its own file.
_ROWS_IN_GROUP = 1_000
# Arrow keeps a description of each group until the file ends: groups grow with it, to this share of
# what is written, in bytes of memory, so that a large file has few.
_SHARE = 16
_LARGEST_GROUP = 8 * 1024 * 1024


class ParquetRecordWriter:
    """Writes records to a Parquet file."""

    def __init__(
        self, stream: BinaryIO, columns: Sequence[Column] | None, *, preserve_types: bool
    ) -> None:
        """Start a file; without columns, the first record's fields are the columns, as text."""
        self._sink = _Sink(stream)
        self._preserve_types = preserve_types
        self._file: pq.ParquetWriter | None = None
        self._columns: tuple[ParquetColumn, ...] = ()
        self._waiting: tuple[list[Any], ...] = ()  # the values of each column's next rows
        self._rows = 0
        self._tables: list[pa.Table] = []  # of the next group
        self._held = self._written = 0  # bytes of these, and of the groups before
        if columns is not None:
            self._start(columns)

    def write(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Add records.

        Raises:
            FormatError: one has a field without a column, or a value that doesn't fit its column's
                type, which may be told when a later one is written.
        """
        if self._file is None and records:
            self._start([Column(name, "String") for name in records[0]])
        if isinstance(records, Columns):
            self._check_names(records.names)
            added = [records.column(each.name) for each in self._columns]
        else:
            for record in records:
                self._check_names(record)
            added = [[record.get(each.name) for record in records] for each in self._columns]
        if not self._rows and len(records) == _ROWS_IN_GROUP:
            self._write_group(added)
            return
        for waiting, values in zip(self._waiting, added, strict=True):
            waiting += values
        self._rows += len(records)
        while self._rows >= _ROWS_IN_GROUP:
            self._write_waiting(_ROWS_IN_GROUP)

    def close(self) -> None:
        """Write the last row group and the footer; the stream stays open."""
        if self._file is None:
            self._start([])
        if self._rows:
            self._write_waiting(self._rows)
        if self._tables:
            self._write_tables()
        self._file.close()  # type: ignore[union-attr]  # _start has opened it

    def _start(self, columns: Sequence[Column]) -> None:
        self._columns, self._schema = _schema_of(
            tuple(columns), preserve_types=self._preserve_types
        )
        self._names = frozenset(each.name for each in self._columns)
        self._waiting = tuple([] for _ in self._columns)
        # A dictionary for each thousand rows takes time and room; compression finds repetitions.
        self._file = pq.ParquetWriter(self._sink, self._schema, use_dictionary=False)

    def _check_names(self, names: Iterable[str]) -> None:
        if not self._names.issuperset(names):
            stranger = min(set(names) - self._names)
            raise FormatError(f"The file has no column '{stranger}'.")

    def _write_waiting(self, count: int) -> None:
        self._write_group([values[:count] for values in self._waiting])
        for values in self._waiting:
            del values[:count]
        self._rows -= count

    def _write_group(self, group: Sequence[Sequence[Any]]) -> None:
        columns = zip(self._columns, group, strict=True)
        arrays = [column.array(values) for column, values in columns]
        table = pa.Table.from_arrays(arrays, schema=self._schema)
        self._tables.append(table)
        self._held += table.get_total_buffer_size()
        if self._held >= min(self._written // _SHARE, _LARGEST_GROUP):
            self._write_tables()

    def _write_tables(self) -> None:
        self._file.write_table(pa.concat_tables(self._tables))  # type: ignore[union-attr]  # it has rows
        self._tables.clear()
        self._written, self._held = self._written + self._held, 0


@lru_cache(maxsize=64)  # a run's files have the same columns
def _schema_of(
    columns: tuple[Column, ...], *, preserve_types: bool
) -> tuple[tuple[ParquetColumn, ...], pa.Schema]:
    made = tuple(
        ParquetColumn(each.name, each.data_type if preserve_types else "String") for each in columns
    )
    return made, pa.schema([(each.name, each.type) for each in made])


class _Sink:
    """The stream as Arrow needs it.

    Arrow finishes a file even if its writer is dropped halfway; the stream may be closed by then.
    """

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        if not self._stream.closed:
            self._stream.write(data)

    def flush(self) -> None:
        if not self._stream.closed:
            self._stream.flush()
