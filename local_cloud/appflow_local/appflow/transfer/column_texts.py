"""Reads the texts of records as columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from appflow_local.appflow.transfer.columns import Columns


def columns_reader(fields: Sequence[str]) -> Callable[[Sequence[str]], Columns] | None:
    """Return a function that reads the texts of many records, as columns of these fields.

    None if msgspec takes no such name: one with a quote, a backslash, a control character or half
    of a surrogate pair.

    A field that a record lacks is null there. The function raises ValueError, RecursionError or
    TypeError for texts that must be read one by one: because a record has other fields, or isn't
    what msgspec reads.
    """
    own = {f"field{number}": name for number, name in enumerate(fields)}
    members = [(name, Any, None) for name in own]
    try:
        row = msgspec.defstruct("Row", members, rename=own, forbid_unknown_fields=True, gc=False)
    except ValueError:
        return None
    read = msgspec.json.Decoder(row).decode

    def read_columns(texts: Sequence[str]) -> Columns:
        rows = map(msgspec.structs.astuple, map(read, texts))
        return Columns(fields, list(zip(*rows, strict=True)) or [()] * len(fields), len(texts))

    return read_columns
