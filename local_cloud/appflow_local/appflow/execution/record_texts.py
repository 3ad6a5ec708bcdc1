"""Records as the JSON text that connectors send and receive."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

from appflow_local.appflow.execution.failures import RunFailed
from appflow_local.appflow.execution.pages import Record
from appflow_local.appflow.strict_json import decode, finite, strict_decoder
from appflow_local.appflow.transfer.record_json import record_json
from appflow_local.appflow.transfer.values import to_number

_ENCODER = json.JSONEncoder(allow_nan=False)


def record_reader(decimals: frozenset[str]) -> Callable[[object], Record]:
    """Return a function that reads the text of a record.

    The function raises ValueError or RecursionError unless the text is a JSON object of finite
    numbers, or, in a record with decimals, if an exponent has more than three digits.

    Args:
        decimals: The fields whose numbers keep all their digits, as Decimals unless they are whole;
            other numbers with a fraction or an exponent become doubles.
    """
    read = _with_decimals(decimals) if decimals else decode

    def read_record(text: object) -> Record:
        record = read(text) if isinstance(text, str) else None
        if not isinstance(record, dict):
            raise ValueError("not an object")
        return record

    return read_record


def record_text(record: Record) -> str:
    """Return the text of a record for a connector.

    Raises:
        RunFailed: JSON can't express the record.
    """
    try:
        return record_json(record, _ENCODER)
    except (TypeError, ValueError, RecursionError) as error:
        raise RunFailed(f"A record cannot be written as JSON: {error}.") from None


def _with_decimals(fields: frozenset[str]) -> Callable[[str], object]:
    def read(text: str) -> object:
        record = _decode_exactly(text)
        if not isinstance(record, dict):
            return record
        return {
            name: value if name in fields and isinstance(value, Decimal) else _in_doubles(value)
            for name, value in record.items()
        }

    return read


def _in_doubles(value: object) -> object:
    if isinstance(value, Decimal):
        return finite(str(value))
    if isinstance(value, list):
        return [_in_doubles(item) for item in value]
    if isinstance(value, dict):
        return {name: _in_doubles(item) for name, item in value.items()}
    return value


def _exact(text: str) -> Decimal:
    number = to_number(text)
    if number is None:
        raise ValueError(f"{text[:60]} has too large an exponent")
    return number


_decode_exactly = strict_decoder(_exact)
