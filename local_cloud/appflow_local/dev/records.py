"""How records look as a table."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from appflow_local.server_log import printable

MOST_SHOWN = 10
_WIDEST = 40
_NARROWEST_TERMINAL = 40

Record = Mapping[str, Any]


def table(records: Sequence[Record]) -> list[str]:
    """Return lines: the names of the fields, and the first records."""
    names = list(dict.fromkeys(name for record in records for name in record))
    shown = [[_cell(record.get(name)) for name in names] for record in records[:MOST_SHOWN]]
    rows = [[_cut(name) for name in names], *shown]
    widths = [max(len(row[at]) for row in rows) for at in range(len(names))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, _line(["-" * width for width in widths], widths))
    if len(records) > MOST_SHOWN:
        lines.append(f"... and {len(records) - MOST_SHOWN} more")
    return lines


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    most = max(shutil.get_terminal_size().columns, _NARROWEST_TERMINAL)
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    line = "  ".join(padded).rstrip()
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return _cut(value if isinstance(value, str) else json.dumps(value, default=str))


def _cut(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= _WIDEST else f"{shown[: _WIDEST - 1]}…"
