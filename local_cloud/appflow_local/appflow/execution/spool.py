"""Temporary files that runs write: in memory while they are small, then on disk."""

from __future__ import annotations

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

MOST_IN_MEMORY = 256 * 1024
"""How much of one file is kept in memory, in bytes."""


def open_spool(*, in_memory: bool = False) -> BinaryIO:
    """Return an empty temporary file; closing deletes it.

    Keep it in memory only if what is written is, too.
    """
    if in_memory:
        return BytesIO()
    return cast("BinaryIO", _Spool(max_size=MOST_IN_MEMORY))


class _Spool(SpooledTemporaryFile[bytes]):
    """A temporary binary file that text and Parquet writers accept.

    Before Python 3.11, a SpooledTemporaryFile doesn't report that it is writable.
    """

    def readable(self) -> bool:
        """Return True."""
        return True

    def writable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True
