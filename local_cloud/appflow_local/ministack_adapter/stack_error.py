"""The error of a resource in a stack."""

from __future__ import annotations


class StackError(Exception):
    """A resource couldn't be created, updated or deleted; the message is its status reason."""
