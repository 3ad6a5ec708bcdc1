"""Reads what a run wrote to S3."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

_NUMBERS = re.compile(r"(\d+)")
FORMATS = ("JSON", "CSV", "PARQUET")


def read_records(
    s3: Any,  # noqa: ANN401 - botocore's
    bucket: str,
    prefix: str = "",
    *,
    within: str = "",
) -> list[dict[str, Any]]:
    """Return the records of all objects below a prefix, in the order of their names.

    Args:
        s3: the client.
        bucket: the bucket.
        prefix: a run's folder. Default: the whole bucket.
        within: what their keys must have in them, such as a run's ID. Default: nothing.

    Returns:
        Of JSON and Parquet, values as they are there; of CSV, texts.
    """
    found: list[dict[str, Any]] = []
    for key in keys(s3, bucket, prefix):
        if within not in key:
            continue
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        found += _parquet(content) if content[:4] == b"PAR1" else _lines(content.decode(), key)
    return found


def keys(s3: Any, bucket: str, prefix: str) -> list[str]:  # noqa: ANN401
    """Return the keys of the objects below a prefix, in the order in which a run writes them."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = (each["Key"] for page in pages for each in page.get("Contents", []))
    return sorted(found, key=_by_number)


def _by_number(key: str) -> list[tuple[int, str]]:
    """Put the tenth file of a run behind the ninth."""
    return [(int(part) if part.isdecimal() else -1, part) for part in _NUMBERS.split(key)]


def _lines(text: str, key: str) -> list[dict[str, Any]]:
    if key.endswith(".csv"):
        return list(csv.DictReader(io.StringIO(text, newline="")))
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _parquet(content: bytes) -> list[dict[str, Any]]:
    # Imported late: few tests need it.
    from pyarrow import parquet

    rows: list[dict[str, Any]] = parquet.read_table(io.BytesIO(content)).to_pylist()
    return rows
