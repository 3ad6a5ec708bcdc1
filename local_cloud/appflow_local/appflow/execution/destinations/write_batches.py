"""Records as the texts of WriteData requests, in batches that Lambda takes.

Not documented: how many records AppFlow sends at once; here up to 1,000, in requests of up to
5 MB. Only a record that is larger than that by itself makes a request larger, up to Lambda's
limit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MOST_RECORDS = 1000
MOST_BYTES = 5 * 1024 * 1024
_SEPARATOR = len(", ")


def size_of(request: Mapping[str, Any] | str) -> int:
    """Return the bytes of a request, or of one record's text within it: as JSON once more."""
    return len(json.dumps(request)) + _SEPARATOR


def batches(texts: Iterable[tuple[str, int]], rest: int) -> Iterator[list[str]]:
    """Yield texts of records in their order.

    Args:
        texts: Each with what `size_of` says of it.
        rest: The size of a request without records.
    """
    batch: list[str] = []
    size = rest
    for text, added in texts:
        if batch and (len(batch) == MOST_RECORDS or size + added > MOST_BYTES):
            yield batch
            batch, size = [], rest
        batch.append(text)
        size += added
    if batch:
        yield batch
