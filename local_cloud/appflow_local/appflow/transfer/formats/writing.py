"""Chooses the writer for a file type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Protocol

from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats.csv_format import CsvWriter
from appflow_local.appflow.transfer.formats.json_format import JsonWriter

# Inferred (cdklabs/cdk-appflow, its default): without a file type, files are JSON.
DEFAULT_FILE_TYPE = "JSON"

_CONTENT_TYPES = {
    "CSV": "text/csv",
    "JSON": "application/x-ndjson",
    "PARQUET": "application/vnd.apache.parquet",
}


class RecordWriter(Protocol):
    """Writes records to one file."""

    def write(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Add records.

        Raises:
            FormatError: the file type can't hold one of them.
        """
        ...

    def close(self) -> None:
        """Finish the file; the stream stays open."""
        ...


def open_writer(
    stream: BinaryIO, file_type: str, columns: Sequence[Column] | None, *, preserve_types: bool
) -> RecordWriter:
    """Return a writer of records to an empty file.

    Args:
        stream: Gets the file; needs `write`, and for Parquet also `flush` and `closed`.
        file_type: CSV, JSON or PARQUET.
        columns: The fields of the records; None to take those of the first record.
        preserve_types: Whether Parquet gets the columns' types instead of text.
    """
    if file_type == "CSV":
        return CsvWriter(stream, columns)
    if file_type == "JSON":
        return JsonWriter(stream)
    # Imported here: Arrow takes longer to load than everything else together.
    from appflow_local.appflow.transfer.formats.parquet_format import ParquetRecordWriter

    return ParquetRecordWriter(stream, columns, preserve_types=preserve_types)


def content_type(file_type: str) -> str:
    """Return the media type of CSV, JSON or PARQUET files.

    Chosen: objects have the usual media type of their format.
    """
    return _CONTENT_TYPES[file_type]


def extension(file_type: str) -> str:
    """Return the end of the names of CSV, JSON or PARQUET files.

    Chosen: the objects' names end in the format's name.
    """
    return f".{file_type.lower()}"
