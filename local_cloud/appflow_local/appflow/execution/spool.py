"""Where a file is kept while a run writes it: in memory as long as it is small, then on disk."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

MOST_IN_MEMORY = 256 * 1024
"""Bytes of one file that are kept in memory."""


def open_spool() -> BinaryIO:
    """Return an empty temporary file; it is gone when it is closed."""
    return cast("BinaryIO", _Spool(max_size=MOST_IN_MEMORY))


class _Spool(SpooledTemporaryFile[bytes]):
    """A temporary binary file that text and Parquet writers accept as one.

    Until Python 3.11 a SpooledTemporaryFile does not say that it can be written.
    """

    def readable(self) -> bool:
        """It can be read."""
        return True

    def writable(self) -> bool:
        """It can be written."""
        return True

    def seekable(self) -> bool:
        """It can be moved in."""
        return True
