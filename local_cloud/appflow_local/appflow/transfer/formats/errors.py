"""What can be wrong with a file."""

from __future__ import annotations


class FormatError(Exception):
    """A file isn't of its type, or can't hold a record; the message says where."""
