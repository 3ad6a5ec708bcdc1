"""Records as JSON, decimal numbers digit by digit.

A record holds what JSON can hold and, as values of its fields but no deeper, Decimals that a double
would round. Python's encoder can't write them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


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
