"""The texts of records in batches that fit Lambda's request limit.

Chosen: `WriteData` has up to 1,000 records, in requests of up to 5 MB. Only a record that is larger
by itself makes a larger request, up to Lambda's limit of 6 MB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MOST_RECORDS = 1000
MOST_BYTES = 5 * 1024 * 1024
_SEPARATOR = len(", ")


def size_of(request: Mapping[str, Any] | str) -> int:
    """Return the size in bytes of a request, or of one record's text encoded within it."""
    return len(json.dumps(request)) + _SEPARATOR


def batches(texts: Iterable[tuple[str, int]], rest: int) -> Iterator[list[str]]:
    """Yield batches of texts, in order.

    Args:
        texts: Each with its size, from `size_of`.
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
