"""The types, row groups and ends of Parquet files."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from datetime import date, datetime, timezone
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats import FormatError, open_writer
from tests.local_cloud.appflow.transfer.files_in_memory import COLUMNS, parquet, written

PRICE = Decimal("12345678901234567890.123456789")


def one_typed(data_type: str, value: object) -> object:
    content = written("PARQUET", [{"a": value}], [Column("a", data_type)], preserve_types=True)
    return parquet(content).to_pylist()[0]["a"]


def test_arrow_is_not_loaded_until_a_parquet_file_is_written() -> None:
    check = (
        "import sys; import appflow_local.appflow.transfer.formats; "
        "sys.exit('pyarrow' in sys.modules)"
    )
    paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", check], env={**os.environ, **paths}, check=True)


def test_parquet_holds_text_unless_types_are_preserved() -> None:
    columns = [Column("a", "Integer"), Column("b", "List")]
    table = parquet(written("PARQUET", [{"a": 1, "b": [True]}], columns))
    assert table.schema.types == [pa.string(), pa.string()]
    assert table.to_pylist() == [{"a": "1", "b": "[true]"}]


@pytest.mark.parametrize(
    ("data_type", "value", "expected"),
    [
        ("Short", "-5", -5),
        ("Integer", 5, 5),
        ("Long", 2**40, 2**40),
        ("BigInteger", 10**30, Decimal(10**30)),
        ("Float", 0.5, 0.5),
        ("Double", "1e300", 1e300),
        ("BigDecimal", "0.1", Decimal("0.1")),
        ("BigDecimal", PRICE, PRICE),
        ("String", PRICE, str(PRICE)),
        ("Boolean", "true", True),
        ("Date", "2024-05-01", date(2024, 5, 1)),
        (
            "DateTime",
            "2024-05-01T12:00:00.5Z",
            datetime(2024, 5, 1, 12, 0, 0, 500000, timezone.utc),
        ),
        ("String", "", ""),
        ("Integer", "", None),
        ("Integer", None, None),
        ("ByteArray", "AAE=", "AAE="),
        ("Struct", {"x": 1}, '{"x":1}'),
        ("Map", {"x": 1}, '{"x":1}'),
        ("List", [1], "[1]"),
    ],
)
def test_parquet_preserves_types(data_type: str, value: object, expected: object) -> None:
    assert one_typed(data_type, value) == expected


def test_the_columns_of_a_parquet_file_have_the_types_of_its_data() -> None:
    types = {
        "Short": pa.int16(),
        "Integer": pa.int32(),
        "Long": pa.int64(),
        "BigInteger": pa.decimal128(38, 0),
        "Float": pa.float32(),
        "Double": pa.float64(),
        "BigDecimal": pa.decimal128(38, 18),
        "Boolean": pa.bool_(),
        "Date": pa.date32(),
        "DateTime": pa.timestamp("us", tz="UTC"),
        "String": pa.string(),
        "Struct": pa.string(),
    }
    columns = [Column(name, name) for name in types]
    assert parquet(written("PARQUET", [], columns, preserve_types=True)).schema.types == list(
        types.values()
    )


@pytest.mark.parametrize(
    ("data_type", "value"),
    [
        ("Integer", "five"),
        ("Integer", 2**31),
        ("BigInteger", 10**38),
        ("BigDecimal", 10**20),
        ("Boolean", 1),
        ("Date", "May"),
        ("Double", "NaN"),
        ("Float", 3.5e38),
        ("Float", "1e300"),
    ],
)
def test_a_value_that_its_column_cannot_hold_is_refused(data_type: str, value: object) -> None:
    with pytest.raises(FormatError, match=f"'a' holds .*, which is not a valid {data_type}"):
        one_typed(data_type, value)


def test_a_value_that_does_not_fit_is_told_at_the_files_end_at_the_latest() -> None:
    columns = [Column("a", "String"), Column("b", "Integer")]
    writer = open_writer(io.BytesIO(), "PARQUET", columns, preserve_types=True)
    writer.write([{"a": "1", "b": 1}, {"a": "2", "b": "x"}])
    with pytest.raises(FormatError, match="'b' holds 'x'"):
        writer.close()


def test_a_parquet_file_is_written_in_row_groups() -> None:
    stream = io.BytesIO()
    writer = open_writer(stream, "PARQUET", COLUMNS, preserve_types=False)
    sizes = set()
    for number in range(2_500):
        writer.write([{"a": str(number), "b": None}])
        sizes.add(stream.tell())
    writer.close()
    assert len(sizes) > 2
    file = pq.ParquetFile(io.BytesIO(stream.getvalue()))
    assert file.metadata.num_row_groups == 3
    assert file.read().column("a").to_pylist() == [str(number) for number in range(2_500)]


def test_a_large_parquet_file_has_few_row_groups() -> None:
    stream = io.BytesIO()
    writer = open_writer(stream, "PARQUET", [Column("a", "Long")], preserve_types=True)
    for page in range(300):
        writer.write([{"a": page * 1000 + number} for number in range(1000)])
    writer.close()
    file = pq.ParquetFile(stream)
    assert file.metadata.num_row_groups < 100
    assert file.read().column("a").to_pylist() == list(range(300_000))


def test_a_parquet_writer_can_be_dropped_after_its_stream_is_closed() -> None:
    stream = io.BytesIO()
    writer = open_writer(stream, "PARQUET", COLUMNS, preserve_types=False)
    writer.write([{"a": "1"}])
    stream.close()
    # An error here would be one that pytest reports, since it cannot be raised.
    del writer
    gc.collect()
