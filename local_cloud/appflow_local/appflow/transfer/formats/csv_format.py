"""CSV files: a header row, and quotes where a value needs them.

Inferred: in CSV, null and a missing value are an empty cell, booleans are `true` and `false`,
nested values are JSON text, and lines end in a line feed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, BinaryIO

from appflow_local.appflow.transfer.columns import Columns
from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats.csv_columns import rows_of
from appflow_local.appflow.transfer.formats.errors import FormatError
from appflow_local.appflow.transfer.formats.lines import text_lines
from appflow_local.appflow.transfer.values import to_text

# AppFlow limits a source file to 125 MB (user guide, quotas), but not a cell; the csv module's own
# limit of 128 KiB can only be changed for the whole process.
_LARGEST_CELL = 125 * 1024 * 1024
csv.field_size_limit(max(csv.field_size_limit(), _LARGEST_CELL))

# Given to csv.writer, which quotes only these line ends; older Pythons know no others.
_LINE_END = "\r\n"
_AS_JSON = frozenset({bool, dict, list})


class CsvWriter:
    """Writes records to a CSV file."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column] | None) -> None:
        """Start a file; without columns, the first record's fields are the header."""
        self._sink = _RowSink(stream)
        self._rows = csv.writer(self._sink, lineterminator=_LINE_END)
        self._names: tuple[str, ...] = ()
        if columns is not None:
            self._start(column.name for column in columns)
            self._sink.flush()

    def write(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Add records, a row each.

        Raises:
            FormatError: one has a field that the header lacks, or, on Python 3.10, a NUL.
        """
        if not records:
            return
        if not self._names:
            self._start(records[0])
        if isinstance(records, Columns) and records.names == self._names:
            rows = rows_of(records)
            if rows is not None:
                self._sink.write_text(rows)
                return
        columns = zip(*map(self._values, records), strict=True)
        try:
            self._rows.writerows(zip(*map(_cells, columns), strict=True))
        except csv.Error as error:
            raise FormatError(f"A record cannot be written as CSV: {error}.") from None
        self._sink.flush()

    def close(self) -> None:
        """Do nothing: every row is written already."""

    def _values(self, record: Mapping[str, Any]) -> Iterable[Any]:
        if tuple(record) == self._names:  # most records have just these fields, in this order
            return record.values()
        if not self._known.issuperset(record):
            stranger = min(record.keys() - self._known)
            raise FormatError(f"The header of the file has no field '{stranger}'.")
        return map(record.get, self._names)

    def _start(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._known = frozenset(self._names)
        self._rows.writerow(self._names)


class _RowSink:
    """The only method of a text file that `csv.writer` needs; each call gets one row."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self.write = self._lines.append

    def flush(self) -> None:
        """Write the rows to the stream."""
        cut = -len(_LINE_END)
        self.write_text("".join([f"{line[:cut]}\n" for line in self._lines]))
        self._lines.clear()

    def write_text(self, text: str) -> None:
        """Write text to the stream."""
        # JSON may hold halves of surrogate pairs, which UTF-8 has no bytes for.
        self._stream.write(text.encode("utf-8", "replace"))


def read_csv(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the rows of a CSV file as records.

    Raises:
        FormatError: a row has more cells than the header, or its quotes don't match; the header
            names a field twice, or has one without a name; a line isn't UTF-8.
    """
    rows = csv.reader(text_lines(stream), strict=True)
    header: list[str] | None = None
    try:
        for row in rows:
            if not row:
                continue
            if header is None:
                header = _check_header(row, rows.line_num)
            elif len(row) > len(header):
                raise FormatError(
                    f"Line {rows.line_num} has {len(row)} cells, the header has {len(header)}."
                )
            else:
                yield dict(zip_longest(header, row))
    except csv.Error as error:
        raise FormatError(f"Line {rows.line_num} is not CSV: {error}.") from None


def _check_header(row: list[str], line: int) -> list[str]:
    if "" in row:
        raise FormatError(f"Line {line}, the header, has a field without a name.")
    twice = sorted({name for name in row if row.count(name) > 1})
    if twice:
        raise FormatError(f"Line {line}, the header, names the field '{twice[0]}' twice.")
    return row


def _cells(values: Sequence[Any]) -> Sequence[Any]:
    """Return a column's values as `csv.writer` takes them."""
    if _AS_JSON.isdisjoint(map(type, values)):
        return values
    return [to_text(value) if type(value) in _AS_JSON else value for value in values]
