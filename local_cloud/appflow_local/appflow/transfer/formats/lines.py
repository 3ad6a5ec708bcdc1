"""Reads lines of UTF-8 text from any kind of stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from appflow_local.appflow.transfer.formats.errors import FormatError

_MARK = "\ufeff"


def text_lines(stream: BinaryIO) -> Iterator[str]:
    r"""Yield the lines of a stream with their ends, without a byte order mark.

    Only `\n` ends a line. Not with TextIOWrapper: on Python 3.10 it does not take a
    SpooledTemporaryFile.

    Raises:
        FormatError: a line is not UTF-8.
    """
    for number, raw in enumerate(stream, start=1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FormatError(f"Line {number} is not UTF-8: {error.reason}.") from None
        yield line.removeprefix(_MARK) if number == 1 else line
