"""What a run wrote, of each format, and its table."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from appflow_local.dev.records import MOST_SHOWN, table, written_records


class Bucket:
    """S3's client, as far as records are read with it."""

    def __init__(self, **objects: bytes) -> None:
        self.objects = {key.replace("__", "/").replace("_", "."): body
                        for key, body in objects.items()}  # fmt: skip

    def get_paginator(self, _operation: str) -> Bucket:
        return self

    def paginate(self, **_bucket: str) -> list[dict[str, Any]]:
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
        ("flow__run1", b"[1]\n", [{"value": [1]}]),
        ("run1_csv", b"id,name\n1,a\n", [{"id": "1", "name": "a"}]),
        ("run1_parquet", parquet(), [{"id": 1}]),
        ("flow__run2", b"{}", []),
    ],
)
def test_the_files_of_a_run_are_read(name: str, body: bytes, records: list[object]) -> None:
    assert list(written_records(Bucket(**{name: body}), "dev", "run1")) == records


def test_a_table_has_all_names_and_the_first_records() -> None:
    lines = table([{"id": n, **({"more": [n]} if n == 2 else {})} for n in range(1, 13)])
    assert lines[:4] == ["id  more", "--  ----", "1", "2   [2]"]
    assert len(lines) == 2 + MOST_SHOWN + 1
    assert lines[-1] == "... and 2 more"


def test_a_terminal_is_not_told_what_to_do() -> None:
    assert table([{"a\x1b[2J": "b\x1b]0;title\x07\n"}])[2] == "b\\x1b]0;title\\x07\\n"


def test_a_long_value_and_a_wide_table_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = table([{"a": "x" * 100, "b": "y" * 100}])
    assert lines[2].startswith("x" * 39 + "…  yyy")
    assert {len(each) for each in lines[1:]} == {60}
