"""Parquet files, written by Arrow one row group at a time, so that memory stays flat.

Known, from the API reference of `preserveSourceDataTyping`: without it every value is text.
Inferred: the Parquet type of each data type. Nested values are JSON text, bytes are the connector's
text, BigDecimal is rounded to 18 digits after the point, and BigInteger has 38 digits in all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, InvalidOperation
from functools import partial
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from appflow_local.appflow.transfer.casts import BITS, fraction, whole
from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats.errors import FormatError
from appflow_local.appflow.transfer.values import to_boolean, to_day, to_instant, to_number, to_text

# Few, since a flow may be writing hundreds of partitions, each with its own file.
_ROWS_IN_GROUP = 1_000
_SHOWN = 60
_DIGITS = Context(prec=38)
_SMALLEST = Decimal(1).scaleb(-18)

Reader = Callable[[object], Any]


class ParquetRecordWriter:
    """Writes records to a Parquet file."""

    def __init__(
        self, stream: BinaryIO, columns: Sequence[Column] | None, *, preserve_types: bool
    ) -> None:
        """Start a file; without columns, the first record's fields are the columns, as text."""
        self._sink = _Sink(stream)
        self._preserve_types = preserve_types
        self._file: pq.ParquetWriter | None = None
        self._buffers: dict[str, _Buffer] = {}
        self._rows = 0
        if columns is not None:
            self._start(columns)

    def write(self, record: Mapping[str, Any]) -> None:
        """Add a record.

        Raises:
            FormatError: it has a field without a column, or a value that doesn't fit its column's
                type.
        """
        if self._file is None:
            self._start([Column(name, "String") for name in record])
        strangers = record.keys() - self._buffers.keys()
        if strangers:
            raise FormatError(f"The file has no column '{min(strangers)}'.")
        values = [buffer.read(record.get(name)) for name, buffer in self._buffers.items()]
        for buffer, value in zip(self._buffers.values(), values, strict=True):
            buffer.values.append(value)
        self._rows += 1
        if self._rows == _ROWS_IN_GROUP:
            self._end_group()

    def close(self) -> None:
        """Write the last row group and the footer; the stream stays open."""
        if self._file is None:
            self._start([])
        self._end_group()
        self._file.close()  # type: ignore[union-attr]  # _start has opened it

    def _start(self, columns: Sequence[Column]) -> None:
        types = {
            column.name: column.data_type if self._preserve_types else "String"
            for column in columns
        }
        self._buffers = {name: _Buffer(name, found) for name, found in types.items()}
        self._schema = pa.schema([(name, found.type) for name, found in self._buffers.items()])
        self._file = pq.ParquetWriter(self._sink, self._schema)

    def _end_group(self) -> None:
        if self._rows:
            arrays = [buffer.take() for buffer in self._buffers.values()]
            table = pa.Table.from_arrays(arrays, schema=self._schema)
            self._file.write_table(table)  # type: ignore[union-attr]  # it has rows
            self._rows = 0


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


class _Buffer:
    """The values of one column until their row group is written."""

    def __init__(self, name: str, data_type: str) -> None:
        self.type, self._reader = _TYPES.get(data_type, (pa.string(), to_text))
        self._described = f"The field '{name}' holds '%s', which is not a valid {data_type}."
        self._is_text = self._reader is to_text
        self.values: list[Any] = []

    def read(self, value: object) -> Any:  # noqa: ANN401 - what Arrow takes for the type
        """Return a value as Arrow takes it.

        Raises:
            FormatError: it doesn't fit the column's type.
        """
        if value is None or (value == "" and not self._is_text):
            return None
        read = self._reader(value)
        if read is None:
            raise FormatError(self._described % to_text(value)[:_SHOWN])
        return read

    def take(self) -> pa.Array:
        """Return the values and forget them."""
        values, self.values = self.values, []
        try:
            return pa.array(values, type=self.type)
        except UnicodeEncodeError:
            # JSON may hold halves of surrogate pairs, which UTF-8 has no bytes for.
            return pa.array([value and _clean(value) for value in values], type=self.type)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _big_integer(value: object) -> Decimal | None:
    found = whole(value)
    return None if found is None else _rounded(Decimal(found), Decimal(1))


def _big_decimal(value: object) -> Decimal | None:
    found = to_number(value)
    return None if found is None else _rounded(found, _SMALLEST)


def _rounded(number: Decimal, smallest: Decimal) -> Decimal | None:
    try:
        return number.quantize(smallest, context=_DIGITS)
    except InvalidOperation:
        return None


_TYPES: dict[str, tuple[pa.DataType, Reader]] = {
    "Short": (pa.int16(), partial(whole, bits=BITS["Short"])),
    "Integer": (pa.int32(), partial(whole, bits=BITS["Integer"])),
    "Long": (pa.int64(), partial(whole, bits=BITS["Long"])),
    "BigInteger": (pa.decimal128(38, 0), _big_integer),
    "Float": (pa.float32(), fraction),
    "Double": (pa.float64(), fraction),
    "BigDecimal": (pa.decimal128(38, 18), _big_decimal),
    "Boolean": (pa.bool_(), to_boolean),
    "Date": (pa.date32(), to_day),
    "DateTime": (pa.timestamp("us", tz="UTC"), to_instant),
}
