"""The file formats that flows write to S3 and read from it.

Known (AppFlow User Guide, "Amazon S3"): CSV files have a header row, JSON files are JSON lines.
Inferred: how values are quoted, null and nested values written. Files are written in UTF-8.
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
