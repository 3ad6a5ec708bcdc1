"""Reads JSON as its standard defines it: without NaN and Infinity, which Python accepts.

Also refuses a number that a double cannot hold, such as 1e400: Python reads it as infinity, which
cannot be written as JSON again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable


def finite(text: str) -> float:
    """Read a number with a fraction or an exponent.

    Raises:
        ValueError: it is too large for a double.
    """
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:60]} is too large a number")
    return number


def strict_decoder(read_fraction: Callable[[str], object] = finite) -> json.JSONDecoder:
    """Return a decoder that raises ValueError or RecursionError for anything else.

    Args:
        read_fraction: Reads a number with a fraction or an exponent; may raise ValueError.
    """
    return json.JSONDecoder(parse_constant=_refuse, parse_float=read_fraction)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


decode = strict_decoder().decode
"""Reads one document. Made once, because json.loads makes a decoder each time."""
