"""What can be wrong with a file."""

from __future__ import annotations


class FormatError(Exception):
    """A file is not what its type says, or cannot hold a record; the message says where."""
