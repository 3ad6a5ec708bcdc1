"""The file formats that flows write to S3 and read from it.

Known, from the AppFlow user guide: CSV files have a header row, JSON files are JSON lines, and
Parquet holds text alone unless the source's data types are preserved. Inferred: everything about
quoting, null and nested values. Files are written in UTF-8.
"""

from __future__ import annotations

from appflow_local.appflow.transfer.formats.errors import FormatError
from appflow_local.appflow.transfer.formats.reading import read_records
from appflow_local.appflow.transfer.formats.writing import (
    DEFAULT_FILE_TYPE,
    RecordWriter,
    content_type,
    extension,
    open_writer,
)

__all__ = [
    "DEFAULT_FILE_TYPE",
    "FormatError",
    "RecordWriter",
    "content_type",
    "extension",
    "open_writer",
    "read_records",
]
