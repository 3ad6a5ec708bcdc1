"""Files of JSON lines: one object per line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from appflow_local.appflow.strict_json import decode
from appflow_local.appflow.transfer.columns import Columns
from appflow_local.appflow.transfer.formats.errors import FormatError
from appflow_local.appflow.transfer.formats.lines import text_lines
from appflow_local.appflow.transfer.record_json import record_line, record_lines


class JsonWriter:
    """Writes records to a file of JSON lines."""

    def __init__(self, stream: BinaryIO) -> None:
        """Start a file."""
        self._write = stream.write

    def write(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Add records, a line each.

        Raises:
            FormatError: JSON has no form for a value, such as NaN.
        """
        if isinstance(records, Columns) and (lines_at_once := record_lines(records)) is not None:
            self._write(lines_at_once)
            return
        try:
            lines = [record_line(record) for record in records]
        except (TypeError, ValueError, RecursionError) as error:
            raise FormatError(f"A record cannot be written as JSON: {error}.") from None
        if lines:
            self._write(b"\n".join(lines) + b"\n")

    def close(self) -> None:
        """Do nothing: every line is written already."""


def read_json(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file as records.

    Raises:
        FormatError: a line isn't UTF-8, JSON or an object, or a number isn't finite.
    """
    for number, line in enumerate(text_lines(stream), start=1):
        if not line.strip():
            continue
        try:
            record = decode(line)
        except (ValueError, RecursionError) as error:
            raise FormatError(f"Line {number} is not JSON: {error}.") from None
        if not isinstance(record, dict):
            raise FormatError(f"Line {number} is not a JSON object.")
        yield record
