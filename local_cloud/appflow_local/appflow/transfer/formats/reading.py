"""Chooses the reader for a file type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from appflow_local.appflow.transfer.formats.csv_format import read_csv
from appflow_local.appflow.transfer.formats.json_format import read_json

_READERS: dict[str, Callable[[BinaryIO], Iterator[dict[str, Any]]]] = {
    "CSV": read_csv,
    "JSON": read_json,
}


def read_records(stream: BinaryIO, file_type: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a CSV file with a header row, or of a file of JSON lines.

    Blank lines and a byte order mark are skipped. Every value of a CSV file is text, or None if its
    row is too short.

    Args:
        stream: The file; it is only read line by line.
        file_type: CSV or JSON.

    Raises:
        FormatError: names the first invalid line, as soon as it is reached.
    """
    return _READERS[file_type](stream)
