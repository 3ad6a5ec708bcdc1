"""Records as JSON, decimal numbers digit by digit.

A record holds what JSON can hold and, as values of its fields but no deeper, Decimals that a double
would round. Python's encoder can't write them. msgspec does, and several times as fast, but writes
null for numbers that aren't finite, and refuses halves of surrogate pairs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import starmap
from typing import Any

import msgspec

from appflow_local.appflow.strict_json import check_finite
from appflow_local.appflow.transfer.columns import Columns

_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_encoder = msgspec.json.Encoder(decimal_format="number")
_fast = _encoder.encode


def record_line(record: Mapping[str, Any]) -> bytes:
    """Return a record as compact JSON in UTF-8, without a line's end.

    Raises:
        TypeError, ValueError, RecursionError: JSON has no form for a value, such as NaN.
    """
    try:
        line = _fast(record)
    except (TypeError, ValueError, RecursionError):
        # JSON may hold halves of surrogate pairs, which UTF-8 has no bytes for.
        return record_json(record, _COMPACT).encode("utf-8", "replace")
    if (nulls := line.count(b"null")) and nulls != [*record.values()].count(None):
        check_finite([*record.values()])
    return line


def record_lines(records: Columns) -> bytes | None:
    """Return records as `record_line` does, each with a line's end; None if msgspec can't."""
    try:
        rows = starmap(_row_type(records.names), records.rows())
        return _encoder.encode_lines(list(rows))
    except (TypeError, ValueError, RecursionError):
        return None


@lru_cache(maxsize=64)
def _row_type(names: tuple[str, ...]) -> type[msgspec.Struct]:
    """Return a type of records with these fields: a half of the time that a dict takes.

    Raises:
        ValueError: msgspec takes no such name: one with a quote, a backslash, a control character
            or half of a surrogate pair.
    """
    fields = {f"field{number}": name for number, name in enumerate(names)}
    return msgspec.defstruct("Row", [(field, Any) for field in fields], rename=fields, gc=False)


def record_json(record: Mapping[str, Any], encoder: json.JSONEncoder) -> str:
    """Return a record as the encoder writes it, with the text of each Decimal as a number.

    Raises:
        TypeError, ValueError, RecursionError: JSON has no form for a value.
    """
    try:
        return encoder.encode(record)
    except TypeError:  # few records have a Decimal; checking first would slow all of them down
        members = (
            f"{encoder.encode(name)}{encoder.key_separator}{_value(value, encoder)}"
            for name, value in record.items()
        )
        return f"{{{encoder.item_separator.join(members)}}}"


def _value(value: object, encoder: json.JSONEncoder) -> str:
    return str(value) if isinstance(value, Decimal) else encoder.encode(value)
