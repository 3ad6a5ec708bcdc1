"""What a run wrote is read from each format."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from appflow_local.written_records import read_records


class Bucket:
    """S3's client, as far as records are read with it."""

    def __init__(self, **objects: bytes) -> None:
        self.objects = {key.replace("__", "/").replace("_", "."): body
                        for key, body in objects.items()}  # fmt: skip

    def get_paginator(self, _operation: str) -> Bucket:
        return self

    def paginate(self, **_place: str) -> list[dict[str, Any]]:
        return [{}, {"Contents": [{"Key": key} for key in self.objects]}]

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - botocore's
        assert Bucket == "dev"
        return {"Body": io.BytesIO(self.objects[Key])}


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"id": [1]}), file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "records"),
    [
        ("flow__run1", b'{"id": 1}\n\n{"id": 2}\n', [{"id": 1}, {"id": 2}]),
        ("run1_csv", b"id,name\n1,a\n", [{"id": "1", "name": "a"}]),
        ("run1_parquet", parquet(), [{"id": 1}]),
        ("flow__run2", b"{}", []),
    ],
)
def test_the_files_of_a_run_are_read(name: str, body: bytes, records: list[object]) -> None:
    assert read_records(Bucket(**{name: body}), "dev", within="run1") == records
