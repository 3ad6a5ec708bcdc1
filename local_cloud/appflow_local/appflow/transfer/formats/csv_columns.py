"""Rows of CSV from columns: the cells of a field at a time, quoted only where one needs it.

The bytes are those that Python's `csv.writer` makes of the same records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from appflow_local.appflow.transfer.columns import Columns
from appflow_local.appflow.transfer.values import to_text

_NOTHING = type(None)
_SIGNS = (",", '"', "\r", "\n")


def rows_of(records: Columns) -> str | None:
    """Return the rows of records, each with its line's end; None if only `csv.writer` can."""
    if len(records.names) < 2:  # an empty cell that is the only one gets quotes
        return None
    try:
        cells = [_cells(values) for values in records.values]
    except RecursionError:  # a value is nested about as deeply as Python can write it
        return None
    rows = "\n".join(map(",".join, zip(*cells, strict=True)))
    return None if "\0" in rows else f"{rows}\n"  # Python 3.10 refuses NUL


def _cells(values: Sequence[Any]) -> Sequence[str]:
    kinds = set(map(type, values))
    if kinds <= {int, float}:
        return list(map(repr, values))
    if kinds == {bool}:
        return ["true" if value else "false" for value in values]
    if kinds == {str}:
        return _quoted(values)
    if kinds == {str, _NOTHING}:
        return _quoted([value or "" for value in values])
    return _quoted(["" if value is None else to_text(value) for value in values])


def _quoted(texts: Sequence[str]) -> Sequence[str]:
    if not _needs_quotes("".join(texts)):
        return texts
    return [_in_quotes(text) if _needs_quotes(text) else text for text in texts]


def _needs_quotes(text: str) -> bool:
    comma, quote, carriage_return, line_feed = _SIGNS
    return quote in text or comma in text or line_feed in text or carriage_return in text


def _in_quotes(text: str) -> str:
    return f'''"{text.replace('"', '""')}"'''
