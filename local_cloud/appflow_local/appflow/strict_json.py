"""Reads JSON as its standard defines it: without NaN and Infinity, which Python accepts.

Also refuses a number that a double cannot hold, such as 1e400: Python reads it as infinity, which
cannot be written as JSON again. msgspec does all of that several times as fast, but refuses halves
of surrogate pairs, which JSON may hold: Python's own decoder reads what msgspec refuses.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import msgspec


def finite(text: str) -> float:
    """Read a number with a fraction or an exponent.

    Raises:
        ValueError: it is too large for a double.
    """
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:60]} is too large a number")
    return number


def strict_decoder(
    read_fraction: Callable[[str], object] | None = None,
) -> Callable[[str | bytes], object]:
    """Return a function that reads one document, as text or in UTF-8.

    The function raises ValueError or RecursionError for anything that isn't JSON.

    Args:
        read_fraction: Reads a number with a fraction or an exponent; may raise ValueError. Default:
            as a double.
    """
    fast = msgspec.json.Decoder(float_hook=read_fraction).decode
    careful = json.JSONDecoder(parse_constant=_refuse, parse_float=read_fraction or finite).decode

    def decode(document: str | bytes) -> object:
        try:
            return fast(document)
        except ValueError:
            return careful(document if isinstance(document, str) else document.decode("utf-8"))

    return decode


def check_finite(value: object) -> None:
    """Check that all numbers in a value are finite, for encoders that write null for others.

    Raises:
        ValueError: one isn't.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is not JSON")
    if isinstance(value, (dict, list)):
        values = value.values() if isinstance(value, dict) else value
        if not _FINITE.issuperset(map(type, values)):
            for each in values:
                check_finite(each)


_FINITE = frozenset({str, int, bool, type(None)})


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


decode = strict_decoder()
"""Reads one document. Made once, because json.loads makes a decoder each time."""
